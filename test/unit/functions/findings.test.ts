import { describe, expect, it, test } from "@jest/globals";
import { z } from "zod";
import { createGetFinding } from "../../../functions/getFinding.ts";
import { createListFindings } from "../../../functions/listFindings.ts";
import type { ObservedFinding } from "../../../lib/core/findings.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { artifactManifestId, NOW, PUBLISHER, REGISTRY, STORE } from "../../fakes/builders.ts";
import type { Answer } from "./aService.ts";
import { aService, call } from "./aService.ts";

const REMEMBERED = {
  registryId: REGISTRY,
  enforcedSince: undefined,
  enforceDeadline: undefined,
  goneSince: undefined,
};
const CNF = artifactManifestId("cnf");
const OTHER = PUBLISHER.replace("contoso", "fabrikam");
const EARLIER = "2026-03-01T01:00:00Z";

const observed = (finding: Partial<ObservedFinding>): ObservedFinding => ({
  kind: "unreferencedArtifactManifest",
  subject: CNF,
  scope: "publisher:contoso",
  publisherId: PUBLISHER,
  storeId: STORE,
  evidence: [{ text: "nothing references it" }],
  ...finding,
});

const DANGLING = observed({
  kind: "danglingReference",
  subject: "dangling",
  evidence: [{ text: '=cmd|"/c calc"', subject: CNF }, { text: "second" }],
});
const ELSEWHERE = observed({ subject: "elsewhere", publisherId: OTHER, storeId: `${OTHER}/artifactstores/far` });
const RESOLVED = observed({ subject: "resolved" });
const TRIPPED = observed({
  kind: "breakerTripped",
  subject: REGISTRY,
  scope: "plan",
  publisherId: undefined,
  storeId: undefined,
});
const SERVICE = observed({
  kind: "clockSkew",
  subject: "clock",
  scope: "service",
  publisherId: undefined,
  storeId: undefined,
});

async function aServiceWithFindings(): Promise<Deps> {
  const deps = aService();
  await deps.findings.observe(RESOLVED, EARLIER);
  for (const finding of [observed({}), DANGLING, ELSEWHERE, SERVICE]) await deps.findings.observe(finding, NOW);
  await deps.findings.resolve("publisher:contoso", NOW, () => true);
  return deps;
}

const list = async (query: string, headers: Record<string, string> = {}): Promise<Answer> =>
  call(createListFindings(await aServiceWithFindings()), { path: `/api/findings?${query}`, headers });

/** Of a registry that backs these stores. */
async function listWithStores(query: string, ...storeIds: readonly string[]): Promise<Answer> {
  const deps = await aServiceWithFindings();
  await deps.findings.observe(TRIPPED, NOW);
  for (const storeId of storeIds) await deps.knowledge.putStore({ ...REMEMBERED, storeId });
  return call(createListFindings(deps), { path: `/api/findings?kind=breakerTripped&${query}` });
}

describe("the list of findings about a registry", () => {
  const SECOND = `${OTHER}/artifactstores/far`;

  test.each([
    { query: "registry=ContosoACR", stores: [], count: 1 },
    { query: `registry=${encodeURIComponent(REGISTRY.toUpperCase())}`, stores: [], count: 1 },
    { query: "registry=other", stores: [STORE], count: 0 },
    { query: "store=store", stores: [STORE], count: 1 },
    { query: "publisher=contoso", stores: [STORE], count: 1 },
    { query: "publisher=fabrikam&store=far", stores: [STORE, SECOND], count: 1 },
    { query: "publisher=contoso", stores: [], count: 0 },
    { query: "publisher=fabrikam", stores: [STORE], count: 0 },
  ])("with ?$query holds $count where it backs $stores.length stores", async ({ query, stores, count }) => {
    expect((await listWithStores(query, ...stores)).json["findings"]).toHaveLength(count);
  });

  test.each([
    { name: "the store and publisher", stores: [STORE], owners: { storeId: STORE, publisherId: PUBLISHER } },
    { name: "the publisher of several stores", stores: [STORE, `${STORE}2`], owners: { publisherId: PUBLISHER } },
    { name: "neither where it is not known", stores: [], owners: {} },
    { name: "neither of several publishers", stores: [STORE, SECOND], owners: {} },
  ])("carries $name", async ({ stores, owners }) => {
    const { json } = await listWithStores("", ...stores);
    const [finding] = z.array(z.record(z.string(), z.unknown())).parse(json["findings"]);
    const { storeId, publisherId } = finding ?? {};
    expect({ storeId, publisherId }).toEqual({ storeId: undefined, publisherId: undefined, ...owners });
  });
});

describe("the list of findings", () => {
  test.each([
    { query: "", subjects: [CNF, "clock", "dangling", "elsewhere"] },
    { query: "state=resolved", subjects: ["resolved"] },
    { query: "state=all", subjects: [CNF, "clock", "dangling", "elsewhere", "resolved"] },
    { query: "kind=danglingReference", subjects: ["dangling"] },
    { query: "severity=warning", subjects: ["clock", "dangling"] },
    { query: "publisher=Contoso", subjects: [CNF, "dangling"] },
    { query: `publisher=${encodeURIComponent(PUBLISHER.toUpperCase())}`, subjects: [CNF, "dangling"] },
    { query: "store=far", subjects: ["elsewhere"] },
    { query: `store=${encodeURIComponent(STORE)}&severity=info`, subjects: [CNF] },
    { query: "publisher=nobody&code=key", subjects: [] },
  ])("with ?$query holds $subjects", async ({ query, subjects }) => {
    const { json } = await list(query);
    const expected = subjects.map((subject) => expect.objectContaining({ subject, clearedBy: expect.any(String) }));
    expect(json["findings"]).toHaveLength(subjects.length);
    expect(json["findings"]).toEqual(expect.arrayContaining(expected));
  });

  it("comes page by page, each finding once", async () => {
    const seen: unknown[] = [];
    let token = "";
    do {
      const { json } = await list(`top=3&state=all${token === "" ? "" : `&continuationToken=${token}`}`);
      seen.push(...(Array.isArray(json["findings"]) ? json["findings"] : []));
      token = z.string().default("").parse(json["continuationToken"]);
    } while (token !== "");
    expect(seen).toHaveLength(5);
    expect(new Set(seen.map((finding) => JSON.stringify(finding))).size).toBe(5);
  });

  test.each([
    "state=closed",
    "kind=nonsense",
    "severity=high",
    "top=0",
    "format=xml",
    "sort=kind",
    "continuationToken=no",
  ])("is refused for ?%s", async (query) => {
    const { status, headers } = await list(query);
    expect(status).toBe(400);
    expect(headers.get("content-type")).toBe("application/problem+json");
  });

  test.each([
    { name: "?format=csv", query: "format=csv&kind=danglingReference", headers: {} },
    { name: "Accept: text/csv", query: "kind=danglingReference", headers: { accept: "text/csv" } },
  ])("is CSV for $name, with no cell that a spreadsheet would run", async ({ query, headers }) => {
    const answer = await list(query, headers);
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const [header = "", record = ""] = answer.text.split(/\n(?=[0-9a-f]{24},)/);
    expect(header).toBe(
      "id,kind,severity,subject,publisher,store,firstSeenAt,lastSeenAt,resolvedAt,evidence,clearedBy",
    );
    expect(record).toContain(`,danglingReference,warning,dangling,contoso,store,${NOW},${NOW},,`);
    expect(record).toContain(`"'=cmd|""/c calc"" ${CNF}\nsecond"`);
  });

  it("goes on in CSV where the header tells", async () => {
    const { headers } = await list("format=csv&top=1");
    const token = headers.get("x-continuation-token") ?? "";
    expect(token).not.toBe("");
    expect(
      (await list(`format=csv&top=1000&continuationToken=${token}`)).headers.get("x-continuation-token"),
    ).toBeNull();
  });
});

describe("one finding", () => {
  async function get(headers: Record<string, string> = {}): Promise<Answer> {
    const deps = await aServiceWithFindings();
    const { finding } = await deps.findings.observe(DANGLING, NOW);
    const change = {
      at: NOW,
      snapshotId: "s2",
      beforeAt: EARLIER,
      beforeSnapshotId: "s1",
      change: "appeared",
      fields: [],
    } as const;
    await deps.history.append([{ id: CNF, kind: "artifactManifest", change }]);
    return call(createGetFinding(deps), { params: { id: finding.id }, headers });
  }

  it("comes with its title, what would clear it, and the histories of the resources that it names", async () => {
    const { json } = await get();
    expect(json).toMatchObject({
      kind: "danglingReference",
      title: expect.stringContaining("rollback would fail"),
      clearedBy: expect.any(String),
      histories: [{ id: CNF, changes: [{ snapshotId: "s2" }] }],
      text: expect.stringContaining("appeared"),
    });
  });

  it("is its text alone for a caller that accepts text/plain", async () => {
    const { headers, text } = await get({ accept: "text/plain" });
    expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(text).toBe((await get()).json["text"]);
  });

  test.each(["0123456789abcdef01234567", "nonsense"])("is not known as %s", async (id) => {
    expect((await call(createGetFinding(aService()), { params: { id } })).status).toBe(404);
  });
});
