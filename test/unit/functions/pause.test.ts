import { describe, expect, it, test } from "@jest/globals";
import { createGetHealth } from "../../../functions/getHealth.ts";
import { createGetPause, createLiftPause, createPutPause } from "../../../functions/pause.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { findFreeze } from "../../../lib/jobs/stopSwitch.ts";
import type { Tables } from "../../../lib/ports.ts";
import { PauseStore } from "../../../lib/stores/pauseStore.ts";
import { NOW } from "../../fakes/builders.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";
import { gate } from "../../jobs/portGate.ts";
import type { Answer } from "./aService.ts";
import { aService, call } from "./aService.ts";

const WORD = { by: "on call", why: "an outage" };
/** Around `NOW`. */
const WINDOW = { from: "2026-03-01T00:00:00Z", to: "2026-03-03T00:00:00Z", reason: "year end" };

const pause = (deps: Deps, body: unknown = WORD): Promise<Answer> =>
  call(createPutPause(deps), { method: "PUT", body });
const lift = (deps: Deps, body: unknown = WORD): Promise<Answer> =>
  call(createLiftPause(deps), { method: "DELETE", body });
const get = (deps: Deps): Promise<Answer> => call(createGetPause(deps), {});

describe("a pause over HTTP", () => {
  it("is in force from its answer on, with who, why and since when", async () => {
    const deps = aService();
    expect((await get(deps)).json).toEqual({ frozen: false, words: [] });
    const { status, json } = await pause(deps);
    const at = "2026-03-02T01:00:00.000Z";
    expect(status).toBe(200);
    expect(json).toEqual({
      frozen: true,
      text: `paused since ${at} by on call: an outage`,
      freeze: { of: "pause", ...WORD, at },
      words: [{ what: "paused", ...WORD, at }],
    });
    expect((await get(deps)).json).toEqual(json);
    expect(await findFreeze(deps)).toMatchObject({ of: "pause", ...WORD });
  });

  it("ends with a word, and every word stays on record, newest first", async () => {
    let now = Date.parse(NOW);
    const deps = { ...aService(), clock: { now: () => new Date((now += 1)) } };
    await pause(deps);
    await pause(deps, { by: "second shift", why: "still an outage" });
    expect(await findFreeze(deps)).toMatchObject({ by: "second shift" });
    const { status, json } = await lift(deps, { by: "third shift" });
    expect(status).toBe(200);
    expect(json["frozen"]).toBe(false);
    expect(json["words"]).toMatchObject([
      { what: "lifted", by: "third shift" },
      { what: "paused", by: "second shift" },
      { what: "paused", by: "on call" },
    ]);
    expect(await findFreeze(deps)).toBeUndefined();
  });

  it("that is not there cannot be lifted", async () => {
    const deps = aService();
    expect(await lift(deps)).toMatchObject({ status: 404 });
    expect((await get(deps)).json["words"]).toEqual([]);
  });

  it("that someone sets anew while it is lifted stays", async () => {
    const tables = new MemoryTables();
    const deps = aService({}, tables);
    await pause(deps);
    const racing: Tables = {
      open: (name) =>
        gate(tables.open(name), { port: "tables", subject: name }, async ({ method }, proceed) => {
          if (method === "remove") await deps.pauses.pause({ by: "second shift", why: "still", at: NOW });
          return proceed();
        }),
      drop: (name) => tables.drop(name),
    };
    expect(await lift({ ...deps, pauses: new PauseStore(racing) })).toMatchObject({ status: 409 });
    expect(await findFreeze(deps)).toMatchObject({ by: "second shift" });
  });

  test.each([
    { name: "nobody's", body: { why: "x" } },
    { name: "without a reason", body: { by: "x" } },
    { name: "with a blank reason", body: { by: "x", why: " " } },
    { name: "with an end, which it does not have", body: { ...WORD, until: NOW } },
    { name: "that is no JSON object", body: [WORD] },
  ])("$name is refused", async ({ body }) => {
    const deps = aService();
    expect(await pause(deps, body)).toMatchObject({ status: 400 });
    expect(await findFreeze(deps)).toBeUndefined();
  });

  test.each([
    { name: "nobody says so", body: {} },
    { name: "something else is said too", body: { ...WORD, until: NOW } },
  ])("is not lifted where $name", async ({ body }) => {
    const deps = aService();
    await pause(deps);
    expect(await lift(deps, body)).toMatchObject({ status: 400 });
    expect(await findFreeze(deps)).toBeDefined();
  });
});

describe("a freeze window", () => {
  it("is told, and outlasts the end of a pause", async () => {
    const deps = aService({ FREEZE_WINDOWS: JSON.stringify([WINDOW]) });
    const freeze = { of: "window", why: "year end", until: "2026-03-03T00:00:00Z" };
    expect((await get(deps)).json).toMatchObject({ frozen: true, freeze });
    await pause(deps);
    expect((await get(deps)).json).toMatchObject({ frozen: true, freeze: { of: "pause" } });
    expect((await lift(deps)).json).toMatchObject({ frozen: true, freeze });
  });

  it("that is over is not", async () => {
    const deps = aService({ FREEZE_WINDOWS: JSON.stringify([{ ...WINDOW, to: NOW }]) });
    expect((await get(deps)).json).toEqual({ frozen: false, words: [] });
  });
});

describe("health", () => {
  it("tells anybody that deleting is held back, and nobody who did it and why", async () => {
    const deps = aService({ FREEZE_WINDOWS: JSON.stringify([]) });
    const health = (): Promise<Answer> => call(createGetHealth(deps), {});
    expect((await health()).json).toMatchObject({ frozen: false });
    await pause(deps);
    const { json, text } = await health();
    expect(json).toMatchObject({ frozen: true });
    expect(text).not.toMatch(/on call|outage/);
  });
});
