import { beforeEach, describe, expect, it } from "@jest/globals";
import { DAY_MS } from "../../../lib/core/duration.ts";
import type { RegistryManifest, Repository } from "../../../lib/core/registryManifest.ts";
import { UpstreamError } from "../../../lib/errors.ts";
import { concludeInventory } from "../../../lib/jobs/concludeInventory.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import type { ListedManifest } from "../../../lib/ports.ts";
import type { Part } from "../../../lib/stores/snapshotStore.ts";
import { aNode, aRepository, digest, NOW, REGISTRY } from "../../fakes/builders.ts";
import { MemoryRegistry } from "../../fakes/memoryRegistry.ts";
import { aHeader, aPart, aService, seeSnapshot } from "../functions/aService.ts";

const NAME = "cnf/nginx";
const MOST = 5000;

/** A registry that holds nothing but what a test names, and notes what it is asked for. */
class AskedRegistry extends MemoryRegistry {
  readonly asked: string[] = [];
  readonly hidden = new Set<string>();

  override async findManifest(repository: string, name: string): Promise<ListedManifest | undefined> {
    this.asked.push(`${repository}@${name}`);
    if (!this.hidden.has(name)) return undefined;
    const flags = { deleteEnabled: true, writeEnabled: true };
    return { digest: name, mediaType: undefined, size: 1, createdAt: NOW, tags: [], ...flags };
  }

  override async findRepository(repository: string): Promise<undefined> {
    this.asked.push(repository);
    return undefined;
  }
}

let reader: AskedRegistry;
let deps: Deps;
let now: number;
beforeEach(() => {
  reader = new AskedRegistry();
  now = Date.parse(NOW);
  deps = { ...aService(), clock: { now: () => new Date(now) } };
});

const nodes = (count: number, from = 0): readonly RegistryManifest[] =>
  Array.from({ length: count }, (_, index) => aNode(digest(from + index)));

/** The last complete inventory held these. */
const seeBefore = (...repositories: readonly Repository[]) =>
  seeSnapshot(deps, {
    header: { id: "20260302T000000Z", readAt: new Date(now - 3_600_000).toISOString() },
    repositories,
    parts: [aPart(), aPart({ name: REGISTRY })],
  });

/** One night, `days` after the last one, that lists these; its part, and what was asked for. */
async function night(days: number, ...repositories: readonly Repository[]): Promise<Part & { readonly asked: number }> {
  now += days * DAY_MS;
  reader.asked.length = 0;
  const at = new Date(now).toISOString();
  const header = aHeader({ id: at.replaceAll(/[-:]|\.\d+/g, ""), at, readAt: at });
  await deps.snapshots.create(header);
  await deps.snapshots.putRepositories(header.id, repositories);
  const part = await concludeInventory(deps, { header, registryId: REGISTRY, reader }, undefined);
  await deps.snapshots.putPart(header.id, part);
  return { ...part, asked: reader.asked.length };
}

const listing = (...manifests: readonly RegistryManifest[]): Repository => aRepository({ name: NAME, manifests });
const codesOf = ({ reasons }: Part): readonly string[] => reasons.map(({ code }) => code);

describe("more registry manifests gone than one run confirms", () => {
  const LEFT = aNode(digest(999_999));
  const lost = (count: number) => seeBefore(listing(LEFT, ...nodes(count)));

  it("are confirmed over several nights, each within its budget, until the inventory is complete again", async () => {
    await lost(2 * MOST + 1);
    expect(await night(1, listing(LEFT))).toMatchObject({ complete: false, asked: MOST });
    expect(await night(1, listing(LEFT))).toMatchObject({ complete: false, asked: MOST });
    const third = await night(1, listing(LEFT));
    expect(third).toMatchObject({ complete: true, reasons: [], asked: 1 });
    expect(await deps.absences.listOfRegistry(REGISTRY)).toEqual(new Map());
    expect(await night(1, listing(LEFT))).toMatchObject({ complete: true, asked: 0 });
  });

  it("are told of once, in however many repositories they were", async () => {
    await seeBefore(
      listing(LEFT, ...nodes(MOST)),
      ...["a", "b"].map((name) => aRepository({ name, manifests: nodes(2) })),
    );
    const part = await night(1, listing(LEFT), aRepository({ name: "a" }), aRepository({ name: "b" }));
    expect(codesOf(part)).toEqual(["tooManyAbsent"]);
  });

  it("pass at once where they are as many as the budget", async () => {
    await lost(MOST);
    expect(await night(1, listing(LEFT))).toMatchObject({ complete: true, asked: MOST });
    expect(await deps.absences.listOfRegistry(REGISTRY)).toEqual(new Map());
  });

  it("are believed for a week", async () => {
    await lost(MOST + 1);
    await night(1, listing(LEFT));
    expect(await night(7, listing(LEFT))).toMatchObject({ complete: true, asked: 1 });
  });

  it("are asked for again after more than a week", async () => {
    await lost(MOST + 1);
    await night(1, listing(LEFT));
    expect(await night(8, listing(LEFT))).toMatchObject({ complete: false, asked: MOST });
  });

  it("keep the inventory incomplete where one that is not asked for yet is hidden", async () => {
    await lost(MOST + 1);
    reader.hidden.add(digest(MOST));
    expect(codesOf(await night(1, listing(LEFT)))).toEqual(["tooManyAbsent"]);
    expect(codesOf(await night(1, listing(LEFT)))).toEqual(["manifestHidden"]);
  });

  it.each([
    { name: "is asked for again where it was listed meanwhile", isBack: true, asked: 2, codes: ["manifestHidden"] },
    { name: "is believed to be gone where it was not", isBack: false, asked: 1, codes: [] },
  ])("are forgotten one by one: one that is hidden $name", async ({ isBack, asked, codes }) => {
    await lost(2 * MOST + 1);
    await night(1, listing(LEFT));
    await night(1, listing(LEFT, ...(isBack ? nodes(1) : [])));
    reader.hidden.add(digest(0));
    const part = await night(1, listing(LEFT));
    expect(part.asked).toBe(asked);
    expect(codesOf(part)).toEqual(codes);
  });
});

describe("a repository that is gone", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => aRepository({ name: `gone/nf${index}`, manifests: nodes(2) }));

  it("costs one confirmation, and is remembered as one", async () => {
    await seeBefore(...many(MOST + 1));
    expect(await night(1)).toMatchObject({ complete: false, asked: MOST });
    expect(await night(1)).toMatchObject({ complete: true, asked: 1 });
  });
});

describe("a registry whose catalogue may not be read", () => {
  const refused = new UpstreamError({ service: "registry", operation: "list repositories", status: 401 });
  const FAILED = aRepository({ incomplete: ["listingFailed: 401"] });

  async function conclude(stored: readonly Repository[], absent: readonly string[]): Promise<Part> {
    const header = aHeader();
    await deps.snapshots.create(header);
    await deps.snapshots.putRepositories(header.id, stored);
    await deps.snapshots.putAbsent(header.id, REGISTRY, absent);
    return concludeInventory(deps, { header, registryId: REGISTRY, reader }, refused);
  }

  it.each([
    { name: "it does not know any of the names", stored: [], absent: [NAME], codes: ["catalogueRefused"] },
    {
      name: "it does not know one, and refuses another",
      stored: [FAILED],
      absent: ["cnf/web"],
      codes: ["catalogueRefused", "listingFailed"],
    },
    {
      name: "it lists one, and refuses another",
      stored: [FAILED, aRepository({ name: "cnf/web" })],
      absent: [],
      codes: ["catalogueRefused", "listingFailed"],
    },
  ])("has answered where $name", async ({ stored, absent, codes }) => {
    const part = await conclude(stored, absent);
    expect(part.complete).toBe(true);
    expect(codesOf(part)).toEqual(codes);
  });

  it.each([
    { name: "it refuses every name", stored: [FAILED] },
    { name: "there is no name to ask for", stored: [] },
  ])("cannot be used where $name", async ({ stored }) => {
    await expect(conclude(stored, [])).rejects.toBe(refused);
  });
});
