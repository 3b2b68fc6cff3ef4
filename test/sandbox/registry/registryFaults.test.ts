import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { FaultSchema } from "../estate.ts";
import { collect, fetchToken, NAME, send, aClient, startBench, type Bench, type RawAnswer } from "./registryFixture.ts";

const LISTING = "/acr/v1/cnf%2Famf/_manifests?n=2";

let bench: Bench;
let token: string;

beforeEach(async () => {
  const manifests = ["a", "b", "c", "d"].map((alias) => ({ alias }));
  bench = await startBench({ repositories: [{ name: "cnf/amf", manifests }] });
  token = await fetchToken(bench, "repository:*:*");
  bench.registry.clearCalls();
});

afterEach(async () => {
  await bench.registry.stop();
});

type Effect = { kind: string } & Record<string, unknown>;

/** Adds a fault to the registry under test; `rest` narrows what it meets. */
function addFault(effect: Effect, rest: Record<string, unknown> = {}): void {
  bench.registry.addFault(FaultSchema.parse({ target: `registry:${NAME}`, effect, ...rest }));
}

const list = (): Promise<RawAnswer> => send(bench, { path: LISTING, token });

describe("a fault of a registry", () => {
  it("throttles with the time to wait", async () => {
    addFault({ kind: "throttle", retryAfterSeconds: 7 }, { times: 1 });
    const answer = await list();
    expect([answer.status, answer.headers["retry-after"]]).toEqual([429, "7"]);
    expect(answer.json).toMatchObject({ errors: [{ code: "TOOMANYREQUESTS" }] });
    expect((await list()).status).toBe(200);
  });

  it("answers any status, with any body", async () => {
    addFault({ kind: "status", status: 502, headers: { "Content-Type": "text/html" }, body: "<html>" }, { times: 1 });
    addFault({ kind: "status", status: 500 }, { times: 1 });
    const [first, second] = [await list(), await list()];
    expect([first.status, first.body.toString(), first.headers["content-type"]]).toEqual([502, "<html>", "text/html"]);
    expect([second.status, second.body.length]).toEqual([500, 0]);
  });

  it("cuts the connection before anything is done", async () => {
    addFault({ kind: "reset" }, { method: "DELETE", times: 1 });
    const path = `/v2/cnf/amf/manifests/${bench.registry.resolve("a")}`;
    await expect(send(bench, { method: "DELETE", path, token })).rejects.toThrow("socket hang up");
    expect(bench.registry.manifests("cnf/amf")).toHaveLength(4);
    expect(bench.registry.calls).toMatchObject([{ kind: "deleteManifest", status: 0 }]);
  });

  it("delays an answer that is otherwise as always", async () => {
    addFault({ kind: "delay", ms: 30 }, { times: 1 });
    const before = performance.now();
    expect((await list()).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThan(25);
  });

  it("ends a listing early so that it looks complete", async () => {
    addFault({ kind: "truncate" }, { path: "cnf/amf/_manifests", skip: 1, times: 1 });
    const pages = aClient(bench).getRepository("cnf/amf").listManifestProperties().byPage({ maxPageSize: 2 });
    expect((await collect(pages)).map((page) => page.length)).toEqual([2, 1]);
    expect((await list()).json).toMatchObject({ manifests: [{}, {}] });
  });

  it("says so where it should cut short what is no listing", async () => {
    addFault({ kind: "truncate" });
    const answer = await send(bench, { path: "/acr/v1/cnf%2Famf", token });
    expect([answer.status, answer.body.toString()]).toEqual([500, expect.stringContaining("lists nothing")]);
  });

  it.each([{ kind: "stale" }, { kind: "dropRows", share: 0.5 }])(
    "is refused where it makes no sense: $kind",
    (effect) => {
      expect(() => addFault(effect)).toThrow("is for Resource Graph");
    },
  );

  it("does not meet the challenge that precedes the request", async () => {
    addFault({ kind: "status", status: 503 }, { times: 1 });
    const client = aClient(bench).getRepository("cnf/amf");
    await expect(client.getProperties()).rejects.toMatchObject({ statusCode: 503 });
    expect((await client.getProperties()).manifestCount).toBe(4);
  });
});

it("stops without waiting for an answer that is being delayed", async () => {
  addFault({ kind: "delay", ms: 3_600_000 }, { path: "_manifests" });
  const cut = expect(list()).rejects.toThrow(/socket hang up|ECONNRESET/);
  expect((await send(bench, { path: "/acr/v1/cnf%2Famf", token })).status).toBe(200);
  await bench.registry.stop();
  await cut;
});
