import { describe, expect, it, test } from "@jest/globals";
import { createGetHold, createLiftHold, createListHolds, createPlaceHold } from "../../../functions/holds.ts";
import { countCovered } from "../../../lib/jobs/countCovered.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { findHoldNow } from "../../../lib/jobs/findHoldNow.ts";
import { NO_TAG_HOLDS } from "../../fakes/aFreshContext.ts";
import { aHold, aKnown, aMark, artifactManifestId, digest, NOW, REGISTRY, STORE } from "../../fakes/builders.ts";
import { collect } from "../../fakes/collect.ts";
import type { Answer } from "./aService.ts";
import { aService, call } from "./aService.ts";

const CNF = artifactManifestId("cnf");
const BODY = { scope: { digest: digest(1) }, reason: "an audit", owner: "release team", until: "2026-04-30" };
const WORDS = { by: "release team", why: "the audit is over" };

const place = (deps: Deps, body: unknown = BODY): Promise<Answer> =>
  call(createPlaceHold(deps), { path: "/api/holds", method: "PUT", body });
const list = (deps: Deps, query = ""): Promise<Answer> => call(createListHolds(deps), { path: `/api/holds${query}` });
const get = (deps: Deps, id: string): Promise<Answer> => call(createGetHold(deps), { params: { id } });
const lift = (deps: Deps, id: string, body: unknown = WORDS): Promise<Answer> =>
  call(createLiftHold(deps), { method: "DELETE", params: { id }, body });

const idOf = ({ json }: Answer): string => String(json["id"]);
const at = (deps: Deps, now: string): Deps => ({ ...deps, clock: { now: () => new Date(now) } });

describe("placing a hold over HTTP", () => {
  it("stores what, why, who and until when, and answers with where it stands", async () => {
    const deps = aService();
    const answer = await place(deps);
    expect(answer.status).toBe(201);
    expect(answer.headers.get("location")).toBe(`https://service.example/api/holds/${idOf(answer)}`);
    const hold = { ...BODY, until: "2026-05-01T00:00:00.000Z", at: NOW, state: "inForce", id: idOf(answer) };
    expect(answer.json).toMatchObject(hold);
    expect((await get(deps, idOf(answer))).json).toEqual(hold);
  });

  it("again for the same scope takes the place of the first", async () => {
    const deps = aService();
    const first = await place(deps);
    const second = await place(deps, { ...BODY, owner: "another team", until: "2026-03-05T12:00:00+02:00" });
    expect([second.status, second.headers.get("location")]).toEqual([200, null]);
    expect(second.json).toMatchObject({ id: idOf(first), owner: "another team", until: "2026-03-05T10:00:00.000Z" });
    expect(second.json["replaced"]).toEqual({ owner: "release team", until: "2026-05-01T00:00:00.000Z" });
    expect(first.json).not.toHaveProperty("replaced");
    expect(await collect(deps.holds.list())).toHaveLength(1);
  });

  test.each([
    { name: "a digest, in capitals too", scope: { digest: digest(10).toUpperCase() }, stored: { digest: digest(10) } },
    {
      name: "a repository",
      scope: { registry: REGISTRY.toUpperCase(), repository: "CNF/nginx" },
      stored: { registry: REGISTRY, repository: "cnf/nginx" },
    },
    { name: "an artifact manifest", scope: { artifactManifest: CNF.toUpperCase() }, stored: { artifactManifest: CNF } },
    { name: "a store", scope: { store: STORE.toUpperCase() }, stored: { store: STORE } },
  ])("takes $name, and holds it", async ({ scope, stored }) => {
    const deps = aService();
    const { status, json } = await place(deps, { ...BODY, scope });
    expect([status, json["scope"]]).toEqual([201, stored]);
    const where = { registryId: REGISTRY, repository: "cnf/nginx", artifactManifestId: CNF, storeId: STORE };
    const subjects = [{ ...where, digest: digest(10) }];
    expect((await findHoldNow(deps, { tags: NO_TAG_HOLDS, subjects }))?.owner).toBe("release team");
  });

  test.each<{ name: string; body: object; says: string }>([
    { name: "no scope", body: { scope: undefined }, says: "scope" },
    { name: "an empty scope", body: { scope: {} }, says: "exactly one of" },
    { name: "two scopes", body: { scope: { digest: digest(1), store: STORE } }, says: "exactly one of" },
    { name: "a repository without its registry", body: { scope: { repository: "cnf/nginx" } }, says: "exactly one of" },
    { name: "a registry without a repository", body: { scope: { registry: REGISTRY } }, says: "exactly one of" },
    {
      name: "a registry beside a digest",
      body: { scope: { digest: digest(1), registry: REGISTRY } },
      says: "exactly one of",
    },
    { name: "a scope of another kind", body: { scope: { publisher: "contoso" } }, says: "publisher" },
    { name: "a digest that is cut", body: { scope: { digest: "sha256:12" } }, says: "64 hexadecimal digits" },
    { name: "the name of a store", body: { scope: { store: "store" } }, says: "resource id of an artifact store" },
    {
      name: "an artifact manifest as store",
      body: { scope: { store: CNF } },
      says: "resource id of an artifact store",
    },
    { name: "a store as artifact manifest", body: { scope: { artifactManifest: STORE } }, says: "artifact manifest" },
    {
      name: "the name of a registry",
      body: { scope: { registry: "contosoacr", repository: "cnf/nginx" } },
      says: "resource id of a container registry",
    },
    {
      name: "a repository with its tag",
      body: { scope: { registry: REGISTRY, repository: "cnf/nginx:1.0" } },
      says: "without registry, tag, digest",
    },
    ...["cnf/", "/cnf", "cnf//nginx", "cnf/nginx/"].map((repository) => ({
      name: `a repository with a slash too many: ${repository}`,
      body: { scope: { registry: REGISTRY, repository } },
      says: "a slash at either end",
    })),
    { name: "no reason", body: { reason: " " }, says: "reason" },
    { name: "no owner", body: { owner: undefined }, says: "owner" },
    { name: "no end", body: { until: undefined }, says: "until" },
    { name: "an end that is no date", body: { until: "next week" }, says: "is not a date" },
    { name: "an end without a zone", body: { until: "2026-04-01T00:00:00" }, says: "with its zone" },
    { name: "a day that does not exist", body: { until: "2026-02-30" }, says: "is not a date" },
    { name: "an end that is now", body: { until: NOW }, says: "is not in the future" },
    { name: "an end in more than 400 days", body: { until: "2027-05-01" }, says: "more than 400 days away" },
    { name: "a field that does not exist", body: { force: true }, says: "force" },
  ])("is refused for $name, and stores nothing", async ({ body, says }) => {
    const deps = aService();
    const { status, headers, json } = await place(deps, { ...BODY, ...body });
    expect([status, headers.get("content-type")]).toEqual([400, "application/problem+json"]);
    expect(json["detail"]).toContain(says);
    expect(await collect(deps.holds.list())).toEqual([]);
  });
});

describe("what a hold covers now", () => {
  const SIBLING = `${STORE}2`;
  const OTHER = REGISTRY.replace("contosoacr", "otheracr");

  /** Two stores in one registry, a third elsewhere; one mark in each of three repositories, and one in the other registry. */
  async function aMarkedService(): Promise<Deps> {
    const deps = aService();
    const never = { enforcedSince: undefined, enforceDeadline: undefined, goneSince: undefined };
    for (const storeId of [STORE, SIBLING]) await deps.knowledge.putStore({ storeId, registryId: REGISTRY, ...never });
    await deps.knowledge.putStore({ storeId: `${STORE}3`, registryId: OTHER, ...never });
    await deps.knowledge.putAll([aKnown(), aKnown({ id: artifactManifestId("cnf", SIBLING) })]);
    const marks = [
      { repository: "cnf/nginx" },
      { repository: "cnf/chart" },
      { repository: "cnf2/nginx", artifactManifestId: artifactManifestId("cnf2"), digest: digest(2) },
      { repository: "cnf/nginx", registryId: OTHER, storeId: `${STORE}3`, artifactManifestId: `${STORE}3/x/cnf` },
    ];
    for (const mark of marks) await deps.marks.put(aMark({ digest: digest(1), ...mark }), undefined);
    return deps;
  }

  test.each([
    { name: "a digest, in every registry", scope: { digest: digest(1) }, marked: 3 },
    { name: "a repository", scope: { registry: REGISTRY, repository: "cnf/nginx" }, marked: 1 },
    { name: "an artifact manifest", scope: { artifactManifest: CNF }, marked: 2 },
    { name: "a store", scope: { store: STORE }, marked: 3 },
    {
      name: "an artifact manifest to which the path may belong just as well",
      scope: { artifactManifest: artifactManifestId("cnf", SIBLING) },
      marked: 2,
    },
    { name: "a store to which the path may belong just as well", scope: { store: SIBLING }, marked: 2 },
  ])("is counted for $name", async ({ scope, marked }) => {
    const { status, json } = await place(await aMarkedService(), { ...BODY, scope });
    expect([status, json["covers"], json["warning"]]).toEqual([201, { marked }, undefined]);
  });

  test.each([
    { name: "a digest that nothing has", scope: { digest: digest(9) }, says: "Mind the digest" },
    {
      name: "the first part of a path",
      scope: { registry: REGISTRY, repository: "cnf" },
      says: "A repository is a whole path: what lies below it is not held",
    },
    {
      name: "a registry in another subscription",
      scope: { registry: REGISTRY.replace("sub1", "sub2"), repository: "cnf/nginx" },
      says: "Mind the registry",
    },
    {
      name: "an artifact manifest in another subscription",
      scope: { artifactManifest: CNF.replace("sub1", "sub2") },
      says: "Mind the subscription",
    },
    { name: "an artifact manifest without marks", scope: { artifactManifest: `${CNF}9` }, says: "artifact manifest" },
    { name: "a store that nobody knows", scope: { store: `${STORE}9` }, says: "artifact store" },
  ])("is nothing for $name, and that is said; it is held all the same", async ({ scope, says }) => {
    const deps = await aMarkedService();
    const { status, json } = await place(deps, { ...BODY, scope });
    expect([status, json["state"], json["covers"]]).toEqual([201, "inForce", { marked: 0 }]);
    expect(json["warning"]).toContain(says);
    expect(await collect(deps.holds.list())).toHaveLength(1);
  });

  test.each([
    { name: "more marks", reach: { marks: 3, registries: 9 }, marked: 2 },
    { name: "more registries", reach: { marks: 9, registries: 1 }, marked: 2 },
    {
      name: "exactly as many marks and registries",
      reach: { marks: 4, registries: 2 },
      marked: 3,
      isLowerBound: false,
    },
  ])("is counted no further than one request reaches: $name", async ({ reach, marked, isLowerBound = true }) => {
    const covered = await countCovered(await aMarkedService(), aHold({ at: NOW }), reach);
    expect(covered).toEqual({ marked, isLowerBound });
  });

  it("is not known where a mark cannot be read: the hold is placed, and that is said", async () => {
    const deps = await aMarkedService();
    const ofRepository = () => Promise.reject(new Error("row cannot be read"));
    const broken = { ...deps, marks: Object.assign(Object.create(deps.marks), { ofRepository }) };
    const scope = { registry: REGISTRY, repository: "cnf/nginx" };
    const { status, json } = await place(broken, { ...BODY, scope });
    expect([status, json["state"], json["covers"]]).toEqual([201, "inForce", undefined]);
    expect(json["warning"]).toContain("could not be counted");
    expect(await collect(deps.holds.list())).toHaveLength(1);
  });
});

describe("holds", () => {
  it("are listed while they are in force, and those that are over where they are asked for", async () => {
    const deps = aService();
    await place(deps);
    await place(deps, { ...BODY, scope: { store: STORE }, until: "2026-03-02T02:00:00Z" });
    const later = at(deps, "2026-03-02T02:00:00Z");
    const owners = async (query: string): Promise<unknown> =>
      (await list(later, query)).text.match(/"state":"\w+"/g)?.sort() ?? [];
    expect(await owners("")).toEqual(['"state":"inForce"']);
    expect(await owners("?state=over")).toEqual(['"state":"over"']);
    expect(await owners("?state=all")).toEqual(['"state":"inForce"', '"state":"over"']);
    expect((await list(later, "?state=expired")).status).toBe(400);
  });

  it("come page by page", async () => {
    const deps = aService();
    for (let number = 1; number <= 3; number += 1) await place(deps, { ...BODY, scope: { digest: digest(number) } });
    const first = await list(deps, "?top=2");
    const next = String(first.json["continuationToken"]);
    const second = await list(deps, `?top=2&continuationToken=${next}`);
    const ids = [first, second].map(({ text }) => text.match(/"id":"[0-9a-f]{24}"/g)?.length);
    expect(ids).toEqual([2, 1]);
    expect(second.json).not.toHaveProperty("continuationToken");
    expect((await list(deps, "?continuationToken=x")).status).toBe(400);
  });

  it("are lifted by somebody, for a reason", async () => {
    const deps = aService();
    const id = idOf(await place(deps));
    for (const words of [{}, { by: "release team" }, { why: "over" }, { ...WORDS, force: true }])
      expect((await lift(deps, id, words)).status).toBe(400);
    expect((await get(deps, id)).status).toBe(200);
    expect((await lift(deps, id)).status).toBe(204);
    expect((await lift(deps, id)).status).toBe(404);
    expect((await get(deps, id)).status).toBe(404);
    expect((await lift(deps, "unknown")).status).toBe(404);
  });
});
