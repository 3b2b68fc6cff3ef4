import { beforeEach, describe, expect, it } from "@jest/globals";
import type { z } from "zod";
import { FaultSchema } from "./estate.ts";
import { FaultList } from "./faults.ts";

const NOW = Date.parse("2026-03-02T02:00:00Z");
const clock = { at: NOW, now: () => clock.at };
const THROTTLE = { kind: "throttle", retryAfterSeconds: 1 } as const;

let faults: FaultList;

beforeEach(() => {
  clock.at = NOW;
  faults = new FaultList(clock);
});

function add(fault: Partial<z.input<typeof FaultSchema>>): void {
  faults.add(FaultSchema.parse({ target: "arm", effect: THROTTLE, ...fault }));
}

const take = (path = "/a", method = "GET"): string | undefined => faults.take(method, path)?.kind;

describe("a list of faults", () => {
  it("has no effect while it is empty", () => {
    expect(take()).toBeUndefined();
  });

  it("affects every request for ever where a fault says nothing else", () => {
    add({});
    clock.at += 365 * 86_400_000;
    expect([take("/a"), take("/b", "DELETE")]).toEqual(["throttle", "throttle"]);
  });

  it("lets the first ones pass, then counts those that it affects", () => {
    add({ skip: 1, times: 2 });
    expect([take(), take(), take(), take()]).toEqual([undefined, "throttle", "throttle", undefined]);
  });

  it("counts only the requests that match", () => {
    add({ skip: 1, times: 1, path: "^/a\\?x=1$", method: "delete" });
    const requests = [take("/a?x=1", "GET"), take("/b", "DELETE"), take("/a?x=1", "DELETE"), take("/a?x=1", "DELETE")];
    expect(requests).toEqual([undefined, undefined, undefined, "throttle"]);
  });

  it("matches the decoded path", () => {
    add({ path: "cnf/amf/_manifests/sha256:0" });
    expect([take("/acr/v1/cnf%2Famf/_manifests/sha256%3A0"), take("/%zz")]).toEqual(["throttle", undefined]);
  });

  it("forgets a fault when its time is over, by the clock", () => {
    add({ for: "1h30m" });
    clock.at += 90 * 60_000 - 1;
    const before = take();
    clock.at += 1;
    expect([before, take()]).toEqual(["throttle", undefined]);
  });

  it("uses the oldest fault that is not skipping", () => {
    add({ skip: 1, times: 1 });
    add({ effect: { kind: "reset" }, times: 1 });
    expect([take(), take(), take()]).toEqual(["reset", "throttle", undefined]);
  });

  it("refuses a path that is no regular expression", () => {
    expect(() => add({ path: "(" })).toThrow(/regular expression/i);
  });
});
