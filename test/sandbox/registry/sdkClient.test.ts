import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { RestError } from "@azure/core-rest-pipeline";
import { aClient, aContentClient, collect, startBench, type Bench, type Repositories } from "./registryFixture.ts";

const REPOSITORY = "cnf-core/amf";

const REPOSITORIES: Repositories = [
  {
    name: REPOSITORY,
    manifests: [
      {
        alias: "index",
        tags: ["1.0", "stable"],
        children: [
          { ref: "amd", platform: "linux/amd64" },
          { ref: "arm", platform: "linux/arm64" },
        ],
      },
      { alias: "amd", pushedAt: "-91d" },
      { alias: "arm", pushedAt: "-91d" },
      { alias: "old", pushedAt: "-120d" },
      { alias: "signature", subject: "old", artifactType: "application/vnd.example.signature" },
      { alias: "signature-of-signature", subject: "signature", artifactType: "application/vnd.example.signature" },
      { alias: "locked", attributes: { deleteEnabled: false } },
    ],
  },
  {
    name: "chart",
    manifests: [{ alias: "chart", tags: ["0.1.0"], configMediaType: "application/vnd.cncf.helm.config.v1+json" }],
  },
];

let bench: Bench;

beforeEach(async () => {
  bench = await startBench({ repositories: REPOSITORIES });
});

afterEach(async () => {
  await bench.registry.stop();
});

const digests = (): readonly string[] => bench.registry.manifests(REPOSITORY).map((manifest) => manifest.digest);

/** Status of the answer to the real client's delete, which takes 404 for success. */
async function deleteThrough(digest: string): Promise<number> {
  let status = 0;
  await aClient(bench)
    .getArtifact(REPOSITORY, digest)
    .delete({
      onResponse: (response) => {
        status = response.status;
      },
    })
    .catch((error: unknown) => {
      if (!(error instanceof RestError)) throw error;
    });
  return status;
}

describe("listings through the real client", () => {
  it("names every repository in order", async () => {
    expect(await collect(aClient(bench).listRepositoryNames())).toEqual(["chart", REPOSITORY]);
  });

  it("pages through all registry manifests, each once and in order of digest", async () => {
    const pages = await collect(
      aClient(bench).getRepository(REPOSITORY).listManifestProperties().byPage({ maxPageSize: 2 }),
    );
    expect(pages.map((page) => page.length)).toEqual([2, 2, 2, 1]);
    expect(pages.flat().map((manifest) => manifest.digest)).toEqual(digests());
  });

  it("orders by time of push, newest first", async () => {
    const repository = aClient(bench).getRepository(REPOSITORY);
    const manifests = await collect(
      repository.listManifestProperties({ order: "LastUpdatedOnDescending" }).byPage({ maxPageSize: 3 }),
    );
    const times = manifests.flat().map((manifest) => manifest.createdOn.getTime());
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(times).toHaveLength(7);
  });

  it("gives an untagged registry manifest no tags, and a chart no platform", async () => {
    const untagged = await aClient(bench)
      .getArtifact(REPOSITORY, bench.registry.resolve("amd"))
      .getManifestProperties();
    const chart = await aClient(bench).getArtifact("chart", "0.1.0").getManifestProperties();
    expect([untagged.tags, untagged.architecture, untagged.operatingSystem]).toEqual([[], "amd64", "linux"]);
    expect([chart.tags, chart.architecture]).toEqual([["0.1.0"], undefined]);
  });

  it("tells the children of an index, only where asked for it alone", async () => {
    const repository = aClient(bench).getRepository(REPOSITORY);
    const listed = await collect(repository.listManifestProperties());
    const single = await repository.getArtifact(bench.registry.resolve("index")).getManifestProperties();
    expect(listed.every((manifest) => manifest.relatedArtifacts.length === 0)).toBe(true);
    expect(single.relatedArtifacts.map(({ digest, architecture }) => [digest, architecture])).toEqual([
      [bench.registry.resolve("amd"), "amd64"],
      [bench.registry.resolve("arm"), "arm64"],
    ]);
  });

  it("counts what the repository holds", async () => {
    const properties = await aClient(bench).getRepository(REPOSITORY).getProperties();
    expect([properties.manifestCount, properties.tagCount]).toEqual([7, 2]);
  });

  it("lists the tags with the digests that they name", async () => {
    const tags = await collect(aClient(bench).getArtifact(REPOSITORY, "1.0").listTagProperties());
    expect(tags.map(({ name, digest }) => [name, digest])).toEqual([
      ["1.0", bench.registry.resolve("index")],
      ["stable", bench.registry.resolve("index")],
    ]);
  });
});

describe("deletion through the real client", () => {
  it("answers 202 once and 404 from then on", async () => {
    const digest = bench.registry.resolve("amd");
    expect([await deleteThrough(digest), await deleteThrough(digest)]).toEqual([202, 404]);
    expect(digests()).not.toContain(digest);
  });

  it("refuses with 405 what is locked", async () => {
    const client = aClient(bench).getArtifact(REPOSITORY, bench.registry.resolve("locked"));
    await expect(client.delete()).rejects.toMatchObject({
      statusCode: 405,
      details: { errors: [{ code: "REGISTRY_DISALLOWED_OPERATION", detail: {} }] },
    });
    expect(digests()).toContain(bench.registry.resolve("locked"));
  });

  it("takes referrers along at any depth, and says so in the order in which they went", async () => {
    await deleteThrough(bench.registry.resolve("old"));
    const [old, signature, nested] = ["old", "signature", "signature-of-signature"].map((alias) =>
      bench.registry.resolve(alias),
    );
    expect(bench.registry.deletions.map(({ digest, cascadedFrom }) => [digest, cascadedFrom])).toEqual([
      [old, undefined],
      [signature, old],
      [nested, signature],
    ]);
  });

  it("leaves the children of an index behind", async () => {
    await deleteThrough(bench.registry.resolve("index"));
    expect(digests()).toEqual(expect.arrayContaining([bench.registry.resolve("amd"), bench.registry.resolve("arm")]));
    expect(bench.registry.deletions).toHaveLength(1);
  });

  it("removes the repository with its last registry manifest", async () => {
    await aClient(bench).getArtifact("chart", bench.registry.resolve("chart")).delete();
    expect(await collect(aClient(bench).listRepositoryNames())).toEqual([REPOSITORY]);
    await expect(aClient(bench).getRepository("chart").getProperties()).rejects.toMatchObject({ statusCode: 404 });
  });

  it("untags without removing what the tag named, and without moving its time", async () => {
    const client = aClient(bench).getArtifact(REPOSITORY, bench.registry.resolve("index"));
    const before = await client.getManifestProperties();
    bench.clock.at += 86_400_000;
    await client.deleteTag("1.0");
    await client.deleteTag("stable");
    const after = await client.getManifestProperties();
    expect([before.tags, after.tags]).toEqual([["1.0", "stable"], []]);
    expect(after.lastUpdatedOn).toEqual(before.lastUpdatedOn);
  });
});

describe("content through the real client", () => {
  it("gives the exact bytes of a registry manifest", async () => {
    const digest = bench.registry.resolve("index");
    const result = await aContentClient(bench, REPOSITORY).getManifest("stable");
    expect(result.digest).toBe(digest);
    expect(result.mediaType).toBe("application/vnd.oci.image.index.v1+json");
  });

  it("stores an uploaded blob and registry manifest, and serves them again", async () => {
    const client = aContentClient(bench, "new/repository", ["AcrPush"]);
    const config = await client.uploadBlob(Buffer.from("{}"));
    const descriptor = { mediaType: "application/vnd.oci.image.config.v1+json", digest: config.digest, size: 2 };
    const pushed = await client.setManifest({ schemaVersion: 2, config: descriptor, layers: [] }, { tag: "v1" });
    const { content } = await client.downloadBlob(config.digest);
    expect(await text(content)).toBe("{}");
    expect(bench.registry.manifests("new/repository").map(({ digest, tags }) => [digest, tags])).toEqual([
      [pushed.digest, ["v1"]],
    ]);
  });
});
