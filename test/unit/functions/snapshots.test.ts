import { describe, expect, it, test } from "@jest/globals";
import { createAcceptSnapshot } from "../../../functions/acceptSnapshot.ts";
import { createGetSnapshot } from "../../../functions/getSnapshot.ts";
import { createListSnapshots } from "../../../functions/listSnapshots.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import type { Part } from "../../../lib/stores/snapshotStore.ts";
import { GRAPH_PART } from "../../../lib/stores/snapshotStore.ts";
import { NOW, REGISTRY } from "../../fakes/builders.ts";
import type { Answer } from "./aService.ts";
import { aHeader, aPart, aService, call, seeSnapshot, SNAPSHOT } from "./aService.ts";

const FALL = { code: "implausibleFall", subject: "artifactManifest" } as const;
const HIDDEN = { code: "subscriptionNotVisible", subject: "sub1" } as const;
const WORD = { by: "ann", why: "release 1 was withdrawn" };

const fallen = (...reasons: Part["reasons"]): Part => aPart({ complete: false, reasons, subscriptions: ["sub1"] });

async function accept(deps: Deps, body: unknown, id = SNAPSHOT): Promise<Answer> {
  return call(createAcceptSnapshot(deps), { method: "POST", params: { id }, body });
}

const readGraphPart = async (deps: Deps): Promise<Part | undefined> =>
  (await deps.snapshots.listParts(SNAPSHOT)).find(({ name }) => name === GRAPH_PART);

describe("accepting a snapshot", () => {
  it("lifts the fall of its parts, moves the baseline, and says what to do next", async () => {
    const deps = aService();
    const registry = { ...fallen(FALL), name: REGISTRY };
    await seeSnapshot(deps, { parts: [fallen(FALL), registry] });
    expect(await deps.snapshots.findComplete(GRAPH_PART)).toBeUndefined();
    const { status, json } = await accept(deps, WORD);
    expect(status).toBe(200);
    expect(json["next"]).toContain('{"stage":"mark"}');
    const accepted = [{ ...WORD, at: NOW, reasons: [FALL] }];
    for (const part of await deps.snapshots.listParts(SNAPSHOT))
      expect(part).toMatchObject({ complete: true, reasons: [], accepted });
    expect((await deps.snapshots.findComplete(GRAPH_PART))?.header.id).toBe(SNAPSHOT);
    expect((await deps.snapshots.find(SNAPSHOT))?.processedAt).toBe(NOW);
  });

  it("changes nothing when it is repeated", async () => {
    const deps = aService();
    await seeSnapshot(deps, { parts: [fallen(FALL)] });
    const first = await accept(deps, WORD);
    const second = await accept(deps, { ...WORD, why: "once more" });
    expect(second).toMatchObject({ status: 200, json: { parts: first.json["parts"] } });
  });

  it("lifts a subscription that is named as gone, and only then", async () => {
    const deps = aService();
    await seeSnapshot(deps, { parts: [fallen(HIDDEN)] });
    expect((await accept(deps, WORD)).status).toBe(409);
    expect(await readGraphPart(deps)).toMatchObject({ complete: false, subscriptions: ["sub1"] });
    expect((await accept(deps, { ...WORD, goneSubscriptions: ["SUB1"] })).status).toBe(200);
    expect(await readGraphPart(deps)).toMatchObject({ complete: true, subscriptions: [] });
  });

  it("says of an older snapshot that marking looks at a newer one", async () => {
    const deps = aService();
    await seeSnapshot(deps, { parts: [fallen(FALL)] });
    await deps.snapshots.create(aHeader({ id: "20260303T010000Z", at: "2026-03-03T01:00:00Z" }));
    expect((await accept(deps, WORD)).json["next"]).toContain("A newer snapshot is there");
  });

  test.each<{
    name: string;
    parts?: readonly Part[];
    id?: string;
    state?: "open";
    body?: unknown;
    status: number;
    says: string;
  }>([
    { name: "a snapshot that is not known", id: "20200101T000000Z", status: 404, says: "20200101T000000Z" },
    { name: "a snapshot that is being dropped", parts: [], status: 404, says: SNAPSHOT },
    { name: "an id that is none", id: "latest", status: 404, says: "latest" },
    { name: "a snapshot that is still taken", state: "open", status: 409, says: "still being taken" },
    { name: "a complete one", parts: [aPart()], status: 409, says: "there is nothing to accept" },
    {
      name: "one with other reasons only",
      parts: [fallen({ code: "rowsMissing" })],
      status: 409,
      says: "remove its cause",
    },
    {
      name: "a subscription that is not missing",
      body: { ...WORD, goneSubscriptions: ["sub9"] },
      status: 400,
      says: "sub9",
    },
    { name: "no reason why", body: { by: "ann" }, status: 400, says: "why" },
    { name: "a blank name", body: { ...WORD, by: " " }, status: 400, says: "by" },
    { name: "too long a text", body: { ...WORD, why: "x".repeat(501) }, status: 400, says: "why" },
    { name: "a field that does not exist", body: { ...WORD, force: true }, status: 400, says: "force" },
  ])(
    "is refused for $name, and writes nothing",
    async ({ parts = [fallen(FALL)], id, state, body = WORD, status, says }) => {
      const deps = aService();
      await seeSnapshot(deps, { parts, ...(state && { header: { state } }) });
      const before = await readGraphPart(deps);
      const answer = await accept(deps, body, id);
      expect(answer.status).toBe(status);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(answer.text).toContain(says);
      expect(await readGraphPart(deps)).toEqual(before);
    },
  );
});

describe("snapshots", () => {
  it("are listed newest first, page by page", async () => {
    const deps = aService();
    const ids = ["20260301T010000Z", "20260302T010000Z", "20260303T010000Z"];
    for (const id of ids) await deps.snapshots.create(aHeader({ id }));
    const list = (query: string): Promise<Answer> =>
      call(createListSnapshots(deps), { path: `/api/snapshots?${query}` });
    const first = await list("top=2&code=key");
    const token = String(first.json["continuationToken"]);
    expect(first.json["snapshots"]).toMatchObject([{ id: ids[2] }, { id: ids[1] }]);
    const second = await list(`top=2&continuationToken=${token}`);
    expect(second.json["snapshots"]).toMatchObject([{ id: ids[0] }]);
    expect(second.json["continuationToken"]).toBeUndefined();
  });

  test.each(["top=0", "top=1001", "top=many", "sort=id", "continuationToken=nonsense"])(
    "are not listed with %s",
    async (query) => {
      expect((await call(createListSnapshots(aService()), { path: `/api/snapshots?${query}` })).status).toBe(400);
    },
  );

  it("tell of each part why it is not complete, in words", async () => {
    const deps = aService();
    await seeSnapshot(deps, { parts: [fallen(FALL)] });
    const { json } = await call(createGetSnapshot(deps), { params: { id: SNAPSHOT } });
    expect(json).toMatchObject({
      id: SNAPSHOT,
      parts: [
        { complete: false, reasons: [{ ...FALL, text: "the count fell by more than is plausible" }], accepted: [] },
      ],
    });
    expect((await call(createGetSnapshot(deps), { params: { id: "20200101T000000Z" } })).status).toBe(404);
  });
});
