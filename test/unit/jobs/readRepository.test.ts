import { beforeEach, describe, expect, it } from "@jest/globals";
import type { Repository } from "../../../lib/core/registryManifest.ts";
import { findSuperseded } from "../../../lib/core/superseded.ts";
import type { UpstreamFailure } from "../../../lib/errors.ts";
import { UpstreamError } from "../../../lib/errors.ts";
import { readAllEdges } from "../../../lib/jobs/readAllEdges.ts";
import { readRepository } from "../../../lib/jobs/readRepository.ts";
import type { ManifestContent } from "../../../lib/ports.ts";
import { EdgeStore } from "../../../lib/stores/edgeStore.ts";
import { SnapshotStore } from "../../../lib/stores/snapshotStore.ts";
import { aKnown, digest, NOW, REGISTRY } from "../../fakes/builders.ts";
import { MemoryRegistry } from "../../fakes/memoryRegistry.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";

const INDEX = "application/vnd.oci.image.index.v1+json";
const IMAGE = "application/vnd.oci.image.manifest.v1+json";
const SIGNED_SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+prettyjws";
const NAME = "cnf/nginx";
const SNAPSHOT = "20260302T010000Z";

/** A registry that gives no bytes of some digests, or others than it lists. */
class OddRegistry extends MemoryRegistry {
  readonly failing = new Map<string, UpstreamFailure>();
  readonly served = new Map<string, string>();
  readonly reads: string[] = [];
  tagLists = 0;

  override async readBytes(repository: string, name: string): Promise<ManifestContent> {
    this.reads.push(name);
    const failure = this.failing.get(name);
    if (failure) throw new UpstreamError(failure);
    const content = await super.readBytes(repository, name);
    return { ...content, mediaType: this.served.get(name) ?? content.mediaType };
  }

  override async readTagTimes(repository: string): Promise<ReadonlyMap<string, string>> {
    this.tagLists += 1;
    return super.readTagTimes(repository);
  }
}

let registry: OddRegistry;
let tables: MemoryTables;
let sawBytes: () => Promise<void>;
beforeEach(() => {
  registry = new OddRegistry();
  tables = new MemoryTables();
  sawBytes = async () => undefined;
});

const image = (number: number): string =>
  JSON.stringify({ schemaVersion: 2, mediaType: IMAGE, config: { digest: digest(number), size: number }, layers: [] });
const index = (...children: readonly string[]): string =>
  JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: children.map((child) => ({ digest: child })) });

interface Push {
  readonly text: string;
  readonly mediaType?: string;
  readonly tags?: readonly string[];
  readonly createdAt?: string;
}
const push = ({ text, mediaType = IMAGE, tags = [], createdAt = NOW }: Push): string =>
  registry.push(NAME, { mediaType, text, tags, locked: false, createdAt });

const toSource = () => ({
  reader: registry,
  edges: new EdgeStore(tables),
  journal: { saveBytes: () => sawBytes() },
  registryId: REGISTRY,
});
const read = (before?: Repository) => readRepository(toSource(), NAME, async () => before);
const find = (repository: Repository | undefined, name: string) =>
  repository?.manifests.find((manifest) => manifest.digest === name);
const isUnderstood = (repository: Repository | undefined, name: string) => find(repository, name)?.edges?.understood;

describe("a registry manifest that is too large for a row", () => {
  const children = (count: number) => Array.from({ length: count }, (_, number) => digest(number));

  it.each([
    { count: 7000, understood: false },
    { count: 5000, understood: true },
  ])("is stored with its repository: an index of $count children is understood: $understood", async (each) => {
    const large = push({ text: index(...children(each.count)), mediaType: INDEX, tags: ["1.0"] });
    push({ text: image(1) });
    const repository = await read();
    const snapshots = new SnapshotStore(tables);
    await snapshots.putRepositories(SNAPSHOT, repository ? [repository] : []);
    const stored = await snapshots.findRepository(SNAPSHOT, REGISTRY, NAME);
    expect(stored?.manifests).toHaveLength(2);
    expect(stored?.incomplete).toEqual([]);
    expect(isUnderstood(stored, large)).toBe(each.understood);
  });
});

describe("a registry manifest whose bytes the registry does not give", () => {
  const failure = (status: number | undefined): UpstreamFailure => ({ service: "registry", operation: "read", status });

  it.each([
    { name: "answers 404, though it has it", status: 404 },
    { name: "answers with what is no registry manifest", status: 200 },
  ])("is not understood where the registry $name, and the others of its repository are", async ({ status }) => {
    const odd = push({ text: image(1), tags: ["1.0"] });
    const other = push({ text: image(2) });
    registry.failing.set(odd, failure(status));
    const repository = await read();
    expect(repository?.incomplete).toEqual([]);
    expect([isUnderstood(repository, odd), isUnderstood(repository, other)]).toEqual([false, true]);
    registry.failing.clear();
    expect(isUnderstood(await read(), odd)).toBe(true);
  });

  it.each([429, 500, 503, undefined])(
    "leaves the repository unlisted where the answer is %s: nothing is said of it then",
    async (status) => {
      const odd = push({ text: image(1), tags: ["1.0"] });
      push({ text: image(2) });
      registry.failing.set(odd, failure(status));
      expect(await read()).toMatchObject({ manifests: [], incomplete: [expect.stringMatching(/^listingFailed/)] });
    },
  );

  it.each([401, 403])("ends the look at the registry where the answer is %s", async (status) => {
    registry.failing.set(push({ text: image(1) }), failure(status));
    await expect(read()).rejects.toMatchObject({ status });
  });

  it("leaves the repository unlisted where it is not there any more", async () => {
    const odd = push({ text: image(1) });
    registry.failing.set(odd, failure(404));
    registry.findManifest = async () => undefined;
    expect(await read()).toMatchObject({ manifests: [], incomplete: [expect.stringMatching(/^listingFailed/)] });
  });

  it("ends a look at what may miss something: whether it does is not known then", async () => {
    const odd = push({ text: image(1) });
    registry.failing.set(odd, failure(404));
    const listed = await Array.fromAsync(registry.listManifests(NAME));
    await expect(readAllEdges(toSource(), NAME, listed.flat())).rejects.toMatchObject({ status: 404 });
  });

  it("is not asked for its bytes where no bytes of its type are understood", async () => {
    const odd = push({ text: "{}", mediaType: SIGNED_SCHEMA_1, tags: ["x"] });
    const other = push({ text: image(2) });
    registry.failing.set(odd, failure(500));
    const repository = await read();
    expect([isUnderstood(repository, odd), isUnderstood(repository, other)]).toEqual([false, true]);
    expect(registry.reads).toEqual([other]);
  });
});

describe("edges that are not understood", () => {
  it("are read anew the next time, and then are what the registry gives", async () => {
    const one = push({ text: image(1) });
    registry.served.set(one, "application/json");
    expect(isUnderstood(await read(), one)).toBe(false);
    registry.served.clear();
    expect(isUnderstood(await read(), one)).toBe(true);
    expect(isUnderstood(await read(), one)).toBe(true);
    expect(registry.reads).toEqual([one, one]);
  });
});

describe("the times of tags", () => {
  const meaning = { is: "listed", artifact: "nginx", artifactManifests: [aKnown()] } as const;
  const isSuperseded = (repository: Repository | undefined, name: string) =>
    repository && findSuperseded(repository, meaning).has(name);

  it("are read again where a push was rolled back between two nights, so that it is superseded", async () => {
    const good = push({ text: image(1), tags: ["1.0"], createdAt: "2026-03-01T00:00:00Z" });
    push({ text: image(9), createdAt: "2026-02-01T00:00:00Z" });
    const before = await read();
    const bad = push({ text: image(2), tags: ["1.0"], createdAt: "2026-03-02T08:00:00Z" });
    registry.tag(NAME, { tag: "1.0", digest: good, at: "2026-03-02T09:00:00Z" });
    const now = await read(before);
    expect(isSuperseded(now, bad)).toBe(true);
    expect(isSuperseded(await read(now), bad)).toBe(true);
    expect(registry.tagLists).toBe(2);
  });

  it("are read again where what the tag came back from had been there, untagged and younger", async () => {
    const good = push({ text: image(1), tags: ["1.0"], createdAt: "2026-03-01T00:00:00Z" });
    const bad = push({ text: image(2), createdAt: "2026-03-01T12:00:00Z" });
    const before = await read();
    expect(isSuperseded(before, bad)).toBe(false);
    registry.tag(NAME, { tag: "1.0", digest: bad, at: "2026-03-02T08:00:00Z" });
    registry.tag(NAME, { tag: "1.0", digest: good, at: "2026-03-02T09:00:00Z" });
    expect(isSuperseded(await read(before), bad)).toBe(true);
  });

  it("are carried where nothing was pushed", async () => {
    push({ text: image(1), tags: ["1.0"], createdAt: "2026-03-01T00:00:00Z" });
    const old = push({ text: image(9), createdAt: "2026-02-01T00:00:00Z" });
    const before = await read();
    expect(isSuperseded(await read(before), old)).toBe(true);
    expect(registry.tagLists).toBe(1);
  });
});

describe("the tags that an untagged registry manifest was last seen with", () => {
  it("are known after nights in which something tagged kept it", async () => {
    const child = push({ text: image(1), tags: ["1.0"] });
    push({ text: index(child), mediaType: INDEX, tags: ["all"] });
    let seen = await read();
    for (const tag of ["1.0", "all"]) {
      registry.untag(NAME, tag);
      seen = await read(seen);
      expect(find(seen, child)?.lastTags).toEqual(["1.0"]);
    }
  });

  it("are none where it was never seen tagged", async () => {
    const child = push({ text: image(1) });
    push({ text: index(child), mediaType: INDEX, tags: ["all"] });
    expect(find(await read(await read()), child)?.lastTags).toEqual([]);
  });
});

describe("storage that does not answer", () => {
  it.each(["tables", "blobs"] as const)("ends the work, and is no word of the registry: %s", async (service) => {
    push({ text: image(1) });
    sawBytes = async () => {
      throw new UpstreamError({ service, operation: "put", status: 503 });
    };
    await expect(read()).rejects.toMatchObject({ service, status: 503 });
  });

  it("is told apart from the registry, whose own 503 concerns the repository", async () => {
    registry.failing.set(push({ text: image(1) }), { service: "registry", operation: "read", status: 503 });
    expect(await read()).toMatchObject({ incomplete: [expect.stringMatching(/^listingFailed: registry/)] });
  });
});
