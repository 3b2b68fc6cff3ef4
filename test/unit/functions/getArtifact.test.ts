import { describe, expect, it, test } from "@jest/globals";
import { createGetArtifact } from "../../../functions/getArtifact.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { protectRestored } from "../../../lib/jobs/restoreRecords.ts";
import { startRun } from "../../../lib/jobs/startRun.ts";
import type { Resource } from "../../../lib/core/resources.ts";
import type { Deletion } from "../../../lib/stores/deletionStore.ts";
import type { PlannedRegistry } from "../../../lib/stores/planStore.ts";
import {
  aKnown,
  aKnownVersion,
  aMark,
  anArtifactManifest,
  aNode,
  aRepository,
  aResource,
  artifactManifestId,
  aStore,
  consumerId,
  digest,
  nfdvId,
  NOW,
  REGISTRY,
  STORE,
  tagged,
} from "../../fakes/builders.ts";
import type { Answer, Seen } from "./aService.ts";
import { aPart, aService, call, seeSnapshot, SNAPSHOT } from "./aService.ts";

const CNF = artifactManifestId("cnf");
const NFDV = nfdvId("1.0.0");
const NF = consumerId("networkfunctions", "nf");
const references = [{ form: "artifactManifest", id: CNF, artifact: undefined }] as const;
const VERSION = aKnownVersion({ references });
const ENFORCED = { MODE: "enforce" };

const nfdv = aResource({
  id: NFDV,
  kind: "networkFunctionDefinitionVersion",
  name: "1.0.0",
  details: { of: "version", references, schemas: [] },
});
const nf: Resource = aResource({
  id: NF,
  kind: "networkFunction",
  name: "nf",
  details: {
    of: "consumer",
    versions: [{ by: "id", source: "lastState", id: NFDV }],
    values: [],
    schemas: [],
    digests: [],
    hasSecretValues: false,
  },
});
/** An untagged registry manifest beside one with a tag. */
const REPOSITORY = aRepository({ manifests: [aNode(digest(1)), aNode(digest(2), { tags: tagged("1.0") })] });

async function aServiceThatSaw(seen: Seen = {}, settings: Readonly<Record<string, string>> = {}): Promise<Deps> {
  const deps = aService(settings);
  await seeSnapshot(deps, { resources: [aStore()], known: [aKnown()], repositories: [REPOSITORY], ...seen });
  return deps;
}

interface Asked {
  readonly registry?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const ask = (
  deps: Deps,
  { registry = "ContosoACR", path = `cnf/nginx@${digest(1)}`, query = "", headers = {} }: Asked = {},
): Promise<Answer> =>
  call(createGetArtifact(deps), { path: `/api/artifacts/x/y${query}`, params: { registry, path }, headers });

interface MadePlan extends Pick<PlannedRegistry, "state"> {
  readonly day: string;
  readonly planId: string;
  readonly boundTo?: string;
}

/** A run that made a plan of the registry and ended. */
async function planAt(deps: Deps, { day, planId, state, boundTo }: MadePlan): Promise<void> {
  const at = new Date(`${day}T04:00:00Z`);
  const started = await startRun(deps, { stage: "purge", trigger: "timer", at, boundTo });
  const id = "run" in started ? started.run.id : "";
  await deps.runs.update(id, (stored) => ({ ...stored, planId }));
  await deps.runs.finish(id, { state: "done", at });
  const figures = { items: 1, bytes: 1, waiting: 0, deleted: 0, deletedBytes: 0, isUpperBound: false };
  await deps.plans.createRegistry(planId, { registryId: REGISTRY, state, ...figures, notes: [`note of ${planId}`] });
}

describe("why an artifact stays or goes", () => {
  it("is told for a tagged one that a network function needs, over the whole chain", async () => {
    const deps = await aServiceThatSaw({
      resources: [aStore(), anArtifactManifest(), nfdv, nf],
      known: [aKnown(), VERSION],
    });
    const { json } = await ask(deps, { path: `cnf/nginx@${digest(2)}` });
    const seen = { lastSeenAt: NOW, snapshotId: SNAPSHOT };
    const chain = [
      { from: NF, to: NFDV, as: "runs on: last state", ...seen },
      { from: NFDV, to: CNF, as: "references", ...seen },
      { from: CNF, to: "cnf/nginx", as: "lists nginx 1.0", ...seen },
      { from: "cnf/nginx", to: digest(2), as: "tags 1.0", ...seen },
    ];
    expect(json).toMatchObject({
      registryId: REGISTRY,
      decision: "kept",
      tags: ["1.0"],
      snapshot: { id: SNAPSHOT, at: NOW, complete: true },
      chain,
      savedBy: [],
      keep: [
        { code: "artifactManifestPresent", by: CNF, chain },
        { code: "referencedByVersion", by: NFDV, chain },
        { code: "tagged", by: "1.0", chain: chain.slice(3) },
      ],
    });
    expect(json["text"]).toContain(`${NF} -> ${NFDV}: runs on: last state`);
  });

  it("is told for an untagged one that a network function needs though version and artifact manifest are gone", async () => {
    const deps = await aServiceThatSaw({ resources: [aStore(), nf], known: [aKnown(), VERSION] });
    const change = {
      at: NOW,
      snapshotId: SNAPSHOT,
      beforeAt: "2026-03-01T01:00:00Z",
      beforeSnapshotId: "20260301T010000Z",
      change: "disappeared",
      fields: [],
    } as const;
    await deps.history.append([{ id: NFDV, kind: "networkFunctionDefinitionVersion", change }]);
    const { json } = await ask(deps);
    expect(json).toMatchObject({
      decision: "kept",
      class: "decommissioned",
      keep: [{ code: "consumerOfDeletedVersion", by: NF }],
      chain: [
        { from: NF, to: NFDV },
        { from: NFDV, to: CNF, lastSeenAt: "2026-03-01T01:00:00Z", vanishedAt: NOW, vanishedIn: SNAPSHOT },
        { from: CNF, to: "cnf/nginx", lastSeenAt: "2026-02-20T01:00:00Z" },
        { from: "cnf/nginx", to: digest(1), as: "untagged" },
      ],
    });
  });

  test.each([
    { name: "due", mark: aMark({ lastConfirmedAt: NOW }), is: { decision: "due" } },
    {
      name: "in its grace window",
      mark: aMark({ deadline: "2026-03-09T01:00:00Z" }),
      is: { decision: "marked", deadline: "2026-03-09T01:00:00Z", waiting: { why: "inGrace" } },
    },
    {
      name: "sighted once",
      mark: aMark({ clockStartedAt: undefined, deadline: undefined }),
      is: { decision: "sighted", waiting: { why: "sightedOnce" } },
    },
  ])("is told for a mark that is $name", async ({ mark, is }) => {
    const deps = await aServiceThatSaw();
    await deps.marks.put(mark, undefined);
    const { json } = await ask(deps);
    expect(json).toMatchObject({ ...is, mark: { firstSightedAt: mark.firstSightedAt } });
    expect(json["savedBy"]).toContain(`recreate artifact manifest ${CNF}`);
  });

  it("says that enforce has not begun in a store where no purge has run yet", async () => {
    const deps = await aServiceThatSaw({}, ENFORCED);
    await deps.marks.put(aMark({ lastConfirmedAt: NOW }), undefined);
    expect((await ask(deps)).json).toMatchObject({ decision: "marked", waiting: { why: "inGraceOfEnforce" } });
    const enforcement = {
      enforcedSince: "2026-02-01T01:00:00Z",
      enforceDeadline: "2026-02-15T01:00:00Z",
      goneSince: undefined,
    };
    await deps.knowledge.putStore({ storeId: STORE, registryId: REGISTRY, ...enforcement });
    expect((await ask(deps)).json).toMatchObject({ decision: "due" });
  });

  it("is told for a mark whose parent waits: what stays needs it", async () => {
    const manifests = [aNode(digest(1)), aNode(digest(3), { children: [digest(1)] })];
    const deps = await aServiceThatSaw({ repositories: [aRepository({ manifests })] });
    await deps.marks.put(aMark({ lastConfirmedAt: NOW }), undefined);
    await deps.marks.put(aMark({ digest: digest(3), deadline: "2026-03-09T01:00:00Z" }), undefined);
    expect((await ask(deps)).json).toMatchObject({ decision: "marked", waiting: { why: "protected" } });
  });

  it("honours a hold on the artifact store", async () => {
    const hold = { until: "2026-04-01T00:00:00Z", reason: "audit" };
    const deps = await aServiceThatSaw({ resources: [aStore({ hold })] });
    await deps.marks.put(aMark({ lastConfirmedAt: NOW }), undefined);
    expect((await ask(deps)).json).toMatchObject({ decision: "marked", waiting: { why: "held", until: hold.until } });
  });

  it("waits for an artifact store that the snapshot does not show", async () => {
    const deps = await aServiceThatSaw({ resources: [] });
    await deps.marks.put(aMark({ lastConfirmedAt: NOW }), undefined);
    expect((await ask(deps)).json).toMatchObject({ decision: "marked", waiting: { why: "storeNotEnrolled" } });
  });

  it("is told for a mark that the snapshot does not list", async () => {
    const deps = await aServiceThatSaw({ repositories: [] });
    await deps.marks.put(aMark(), undefined);
    const { json } = await ask(deps);
    expect(json).toMatchObject({ decision: "marked", keep: [], tags: [] });
    expect(json["text"]).toContain("That snapshot does not list it.");
  });

  it("does not call a snapshot complete whose repository is not", async () => {
    const incomplete = ["countMismatch: 1 of 2"] as const;
    const deps = await aServiceThatSaw({ repositories: [{ ...REPOSITORY, incomplete }] });
    expect((await ask(deps)).json).toMatchObject({ decision: "kept", snapshot: { complete: false } });
  });

  it("names what the newest plan of the whole registry made of it", async () => {
    const deps = await aServiceThatSaw();
    await deps.marks.put(aMark({ lastConfirmedAt: NOW }), undefined);
    await planAt(deps, { day: "2026-02-27", planId: "older", state: "done" });
    await planAt(deps, { day: "2026-02-28", planId: "newest", state: "breakerTripped" });
    await planAt(deps, { day: "2026-03-01", planId: "bound", state: "planned", boundTo: "older" });
    const { json } = await ask(deps);
    expect(json).toMatchObject({ decision: "due", plan: { planId: "newest", state: "breakerTripped" } });
    expect(json["text"]).toContain(
      "is breakerTripped: it deletes nothing, because the breaker tripped; note of newest.",
    );
  });

  it("takes a slash that comes encoded", async () => {
    const encoded = await ask(await aServiceThatSaw(), { path: `cnf%2Fnginx@${digest(1)}` });
    expect(encoded).toMatchObject({ status: 200, json: { repository: "cnf/nginx" } });
  });

  it("is text alone for a caller that accepts text/plain", async () => {
    const { headers, text } = await ask(await aServiceThatSaw(), { headers: { accept: "text/plain" } });
    expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(text).toContain(`contosoacr: cnf/nginx@${digest(1)}\n`);
  });

  test.each<Asked & { name: string; status: number; says: string }>([
    { name: "a path without a digest", path: "cnf/nginx", status: 400, says: "sha256" },
    { name: "a tag in place of the digest", path: "cnf/nginx:1.0", status: 400, says: "sha256" },
    { name: "a digest that is too short", path: "cnf/nginx@sha256:12", status: 400, says: "sha256" },
    { name: "a registry id that is none", query: "?registryId=contosoacr", status: 400, says: "not a resource id" },
    { name: "two registries", registry: "other", query: `?registryId=${REGISTRY}`, status: 400, says: "other" },
    { name: "an unknown query", query: "?verbose=1", status: 400, says: "verbose" },
    { name: "a registry that the snapshot does not cover", registry: "other", status: 404, says: "other" },
    { name: "a digest of which nothing is known", path: `cnf/nginx@${digest(9)}`, status: 404, says: "does not list" },
    { name: "a repository of which nothing is known", path: `cnf/x@${digest(1)}`, status: 404, says: "does not list" },
  ])("is refused for $name", async ({ name: _name, status, says, ...asked }) => {
    const answer = await ask(await aServiceThatSaw(), asked);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.text).toContain(says);
  });

  it("asks which of two registries of one name is meant", async () => {
    const twin = REGISTRY.replace("sub1", "sub2");
    const deps = await aServiceThatSaw({ header: { expectedParts: ["graph", REGISTRY, twin] } });
    expect((await ask(deps)).json).toMatchObject({ status: 400, registryIds: [REGISTRY, twin] });
    expect((await ask(deps, { query: `?registryId=${REGISTRY}` })).json).toMatchObject({ registryId: REGISTRY });
  });

  it("is not known before a snapshot has been processed", async () => {
    const deps = await aServiceThatSaw({ header: { processedAt: undefined } });
    expect(await ask(deps)).toMatchObject({ status: 404 });
  });
});

describe("what is told of a deletion", () => {
  const [FEBRUARY, LAST_NIGHT, TONIGHT] = ["2026-02-01T05:00:00Z", "2026-03-01T05:00:00Z", "2026-03-02T05:00:00Z"];
  const NOT_KNOWN_YET = "not known yet";
  const elsewhere = aRepository({ name: "cnf/other", manifests: [aNode(digest(5))] });
  const unusable = aPart({ name: REGISTRY, complete: false, reasons: [{ code: "registryUnusable" }] });
  const uncatalogued = aPart({ name: REGISTRY, reasons: [{ code: "catalogueRefused", subject: REGISTRY }] });
  const unsure = Array.from({ length: 101 }, (_unused, index) => ({
    code: "countMismatch" as const,
    repository: `cnf/other${index}`,
  }));

  const remember = (deps: Deps, outcome: Deletion["outcome"], at: string): Promise<void> =>
    deps.deletions.put({
      registryId: REGISTRY,
      repository: "cnf/nginx",
      digest: digest(1),
      runId: `run of ${at}`,
      size: 1,
      freedBytes: 1,
      intentAt: at,
      outcome,
      outcomeAt: outcome && at,
    });

  /** Deleted in February. */
  async function told(seen: Seen): Promise<Answer["json"]> {
    const deps = await aServiceThatSaw(seen, ENFORCED);
    await remember(deps, "deleted", FEBRUARY);
    return (await ask(deps)).json;
  }

  it("is the newest one", async () => {
    const deps = await aServiceThatSaw({ repositories: [] });
    await remember(deps, "kept", FEBRUARY);
    await remember(deps, "deleted", LAST_NIGHT);
    const { json } = await ask(deps);
    expect(json).toMatchObject({ decision: "deleted", deletion: { runId: `run of ${LAST_NIGHT}` } });
  });

  test.each<{ name: string; seen: Seen }>([
    {
      name: "lists the repository without it",
      seen: { repositories: [aRepository({ manifests: [aNode(digest(2))] })] },
    },
    { name: "has the whole catalogue without its repository", seen: { repositories: [elsewhere] } },
    {
      name: "proves nothing of another repository",
      seen: {
        repositories: [],
        parts: [aPart(), aPart({ name: REGISTRY, reasons: unsure.slice(0, 1) })],
      },
    },
    {
      name: "lists it where the catalogue may not be read",
      seen: { repositories: [aRepository({ manifests: [] })], parts: [aPart(), uncatalogued] },
    },
    {
      name: "is proven for the registry, though not for the graph",
      seen: {
        repositories: [],
        parts: [aPart({ complete: false, reasons: [{ code: "rowsMissing" }] }), aPart({ name: REGISTRY })],
      },
    },
  ])("is that it was deleted, where the snapshot $name", async ({ seen }) => {
    expect(await told(seen)).toMatchObject({ decision: "deleted" });
  });

  test.each<{ name: string; seen: Seen }>([
    { name: "has a registry that does not answer", seen: { repositories: [], parts: [aPart(), unusable] } },
    { name: "lacks the part of its registry", seen: { repositories: [], parts: [aPart()] } },
    {
      name: "could not list its repository to the end",
      seen: { repositories: [aRepository({ incomplete: ["listingFailed: 503"] })] },
    },
    {
      name: "never read its repository, because the catalogue may not be read",
      seen: { repositories: [elsewhere], parts: [aPart(), uncatalogued] },
    },
    {
      name: "has more reasons to doubt it than are kept",
      seen: { repositories: [], parts: [aPart(), { ...uncatalogued, reasons: [...unsure, ...uncatalogued.reasons] }] },
    },
  ])("is not that it is gone, where the snapshot $name", async ({ seen }) => {
    const json = await told(seen);
    expect(json).toMatchObject({ decision: "unknown", snapshot: { complete: false } });
    expect(json["text"]).toContain(`It was deleted by run run of ${FEBRUARY} at ${FEBRUARY}.`);
    expect(json["text"]).toContain("Whether it was pushed again since is not known");
    expect(json["savedBy"]).toContainEqual(expect.stringContaining("POST /api/restores"));
  });

  it("stands back where it was marked anew since, whatever the snapshot misses", async () => {
    const deps = await aServiceThatSaw({ repositories: [], parts: [aPart(), unusable] });
    await remember(deps, "deleted", FEBRUARY);
    await deps.marks.put(aMark(), undefined);
    expect((await ask(deps)).json).toMatchObject({ decision: "marked" });
  });

  it("is not that it is gone after a restore, until a later snapshot tells", async () => {
    const deps = await aServiceThatSaw({ header: { readAt: LAST_NIGHT }, repositories: [REPOSITORY] });
    await remember(deps, "deleted", "2026-03-01T06:00:00Z");
    const place = { registryId: REGISTRY, repository: "cnf/nginx", by: "the operator on duty", why: "a rollback" };
    const order = { ...place, journalFile: "restore", isStillAllowed: () => true };
    await protectRestored(deps, order, digest(2));
    expect((await ask(deps)).json).toMatchObject({ decision: "deleted" });
    await protectRestored(deps, order, digest(1));
    const { json } = await ask(deps);
    expect(json).toMatchObject({ decision: "unknown" });
    expect(json["text"]).toContain("the operator on duty held its digest (restored: a rollback)");
    await seeSnapshot(deps, { header: { id: "20260303T010000Z", readAt: "2026-03-03T01:00:00Z" } });
    expect((await ask(deps)).json).toMatchObject({ decision: "deleted" });
  });

  it("is that a refused one was not carried out", async () => {
    const deps = await aServiceThatSaw({}, ENFORCED);
    await remember(deps, "kept", LAST_NIGHT);
    const { json } = await ask(deps);
    expect(json).toMatchObject({ decision: "unknown", deletion: { outcome: "kept" } });
    expect(json["text"]).toContain(
      `Run run of ${LAST_NIGHT} set out to delete it at ${LAST_NIGHT}, and it was not deleted.`,
    );
    expect(json["text"]).not.toContain(NOT_KNOWN_YET);
  });

  it("is that it was listed since, where it was pushed again", async () => {
    const json = await told({
      parts: [aPart({ complete: false, reasons: [{ code: "rowsMissing" }] }), aPart({ name: REGISTRY })],
    });
    expect(json).toMatchObject({ decision: "unknown" });
    expect(json["text"]).toContain(`It was deleted by run run of ${FEBRUARY} at ${FEBRUARY}. It was listed since`);
    expect(json["text"]).not.toContain(NOT_KNOWN_YET);
  });

  it("is that nobody knows, where one has no outcome", async () => {
    const deps = await aServiceThatSaw({}, ENFORCED);
    await remember(deps, undefined, TONIGHT);
    const { json } = await ask(deps);
    expect(json).toMatchObject({ decision: "unknown" });
    expect(json["text"]).toContain(NOT_KNOWN_YET);
  });
});
