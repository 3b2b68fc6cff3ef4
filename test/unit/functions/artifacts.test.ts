import { describe, expect, it, test } from "@jest/globals";
import { z } from "zod";
import { createListArtifacts } from "../../../functions/listArtifacts.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { aMark, aRepository, aVerdict, digest, REGISTRY } from "../../fakes/builders.ts";
import type { Answer } from "./aService.ts";
import { aHeader, aPart, aService, call, seeSnapshot, SNAPSHOT } from "./aService.ts";

const SECOND = REGISTRY.replace("contosoacr", "fabrikamacr");
const REGISTRIES = [REGISTRY, SECOND];
const NAMES = Array.from({ length: 12 }, (_, index) => `cnf${index}/nginx`);

const Artifact = z.object({
  registryId: z.string(),
  repository: z.string(),
  digest: z.string(),
  mark: z.looseObject({ deadline: z.string() }).nullable(),
});
type Artifact = z.infer<typeof Artifact>;

/** Two registries of twelve repositories with three verdicts each; the second of each is marked, and one that nobody lists. */
async function aServiceWithVerdicts(): Promise<Deps> {
  const deps = aService();
  await seeSnapshot(deps, { header: { expectedParts: ["graph", ...REGISTRIES] } });
  for (const registryId of REGISTRIES)
    for (const name of NAMES) {
      const verdicts = [1, 2, 3].map((number) => aVerdict({ digest: digest(number) }));
      await deps.snapshots.putVerdicts(SNAPSHOT, aRepository({ registryId, name }), verdicts);
      for (const number of [2, 9])
        await deps.marks.put(aMark({ registryId, repository: name, digest: digest(number) }), undefined);
    }
  return deps;
}

const list = (deps: Deps, query: string): Promise<Answer> =>
  call(createListArtifacts(deps), { path: `/api/artifacts?${query}` });

async function listPages(deps: Deps, query: string): Promise<readonly (readonly Artifact[])[]> {
  const pages: (readonly Artifact[])[] = [];
  let token = "";
  do {
    const { status, json } = await list(deps, `${query}${token === "" ? "" : `&continuationToken=${token}`}`);
    expect(status).toBe(200);
    pages.push(z.array(Artifact).parse(json["artifacts"]));
    token = z.string().default("").parse(json["continuationToken"]);
  } while (token !== "");
  return pages;
}

const toName = ({ registryId, repository, digest: name }: Artifact): string => `${registryId} ${repository}@${name}`;

describe("the list of artifacts", () => {
  test.each([
    { top: 1, pages: 96 },
    { top: 7, pages: 14 },
    { top: 96, pages: 1 },
    { top: 1000, pages: 1 },
  ])("comes in $pages pages of at most $top, each artifact once and with its mark", async ({ top, pages }) => {
    const deps = await aServiceWithVerdicts();
    const all = await listPages(deps, `top=${top}`);
    expect(all).toHaveLength(pages);
    expect(all.slice(0, -1).every((page) => page.length === top)).toBe(true);
    const artifacts = all.flat();
    expect(artifacts).toEqual((await listPages(deps, "")).flat());
    expect(new Set(artifacts.map(toName)).size).toBe(96);
    for (const { digest: name, mark } of artifacts)
      expect(mark !== null).toBe(name === digest(2) || name === digest(9));
  });

  test.each([
    { query: "registry=FabrikamACR", count: 48, registries: [SECOND] },
    { query: `registry=${encodeURIComponent(REGISTRY)}`, count: 48, registries: [REGISTRY] },
    { query: "repository=cnf3/nginx", count: 8, registries: REGISTRIES },
    { query: "repository=CNF3%2Fnginx&registry=contosoacr", count: 4, registries: [REGISTRY] },
    { query: "repository=cnf/unknown", count: 0, registries: [] },
  ])("with ?$query holds $count", async ({ query, count, registries }) => {
    const artifacts = (await listPages(await aServiceWithVerdicts(), `top=3&${query}`)).flat();
    expect(artifacts).toHaveLength(count);
    expect([...new Set(artifacts.map(({ registryId }) => registryId))]).toEqual(registries);
  });

  it("holds a mark whose digest the snapshot does not show, with what it was made of", async () => {
    const deps = await aServiceWithVerdicts();
    const { json } = await list(deps, "repository=cnf0/nginx&registry=contosoacr&top=1000");
    expect(json["snapshotId"]).toBe(SNAPSHOT);
    const unseen = { digest: digest(9), class: "decommissioned", keep: [], mark: { deadline: aMark().deadline } };
    expect(json["artifacts"]).toEqual(
      expect.arrayContaining([expect.objectContaining({ ...unseen, mark: expect.objectContaining(unseen.mark) })]),
    );
  });

  it("goes on with the snapshot that it began with, whatever has been processed since", async () => {
    const deps = await aServiceWithVerdicts();
    const { json } = await list(deps, "top=5");
    const newer = { id: "20260303T010000Z", at: "2026-03-03T01:00:00Z" };
    await deps.snapshots.create(aHeader(newer));
    await deps.snapshots.putPart(newer.id, aPart());
    const token = z.string().parse(json["continuationToken"]);
    expect((await list(deps, `continuationToken=${token}`)).json["snapshotId"]).toBe(SNAPSHOT);
    expect((await list(deps, "")).json["snapshotId"]).toBe(newer.id);
    await deps.snapshots.drop(SNAPSHOT);
    const over = await list(deps, `continuationToken=${token}`);
    expect(over).toMatchObject({ status: 400 });
    expect(over.json["detail"]).toContain("leave the token out");
  });

  test.each(["registry=unknown", "registry=cnf"])("does not know ?%s", async (query) => {
    expect((await list(await aServiceWithVerdicts(), query)).status).toBe(404);
  });

  test.each(["top=0", "top=1001", "top=x", "repository="])("is refused for ?%s", async (query) => {
    expect((await list(await aServiceWithVerdicts(), query)).status).toBe(400);
  });

  it("is not there before a snapshot has been processed", async () => {
    expect((await list(aService(), "")).status).toBe(404);
  });
});
