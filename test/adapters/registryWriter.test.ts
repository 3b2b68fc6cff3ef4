import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import type { ManifestContent } from "../../lib/ports.ts";
import { OBSERVER, PURGER, REPOSITORY_PURGER, RESTORER, UNKNOWN } from "./bench.ts";
import { useRegistryBench } from "./registryBench.ts";

const REPOSITORY = "cnf-core/amf";
const INDEX = "application/vnd.oci.image.index.v1+json";

const repositories = [
  {
    name: REPOSITORY,
    manifests: [
      { alias: "image", tags: ["1.0"], layers: [{ size: 100 }] },
      { alias: "frozen", tags: ["frozen"], attributes: { writeEnabled: false } },
      { alias: "artifact", mediaType: "application/vnd.cncf.oras.artifact.manifest.v1+json", artifactType: "a/b" },
    ],
  },
];
const bench = useRegistryBench({ repositories });

const stored = (digest: string) => bench.registry.manifests(REPOSITORY).find((manifest) => manifest.digest === digest);
const image = () => bench.registry.resolve("image");
const layerOfImage = () => stored(image())?.layers[0]?.digest ?? "";
const digestOf = (bytes: Uint8Array) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const puts = () => bench.registry.calls.filter(({ method }) => method === "PUT");

/** An index with bytes that no serialiser would write. */
function anIndex(name = "a"): ManifestContent & { readonly digest: string } {
  const descriptor = { mediaType: "application/vnd.oci.image.manifest.v1+json", digest: image(), size: 1 };
  const text = `{ "schemaVersion": 2,\r\n"mediaType": "${INDEX}", "manifests": [${JSON.stringify(descriptor)}], "x": "${name}" }`;
  const bytes = new TextEncoder().encode(text);
  return { mediaType: INDEX, bytes, digest: digestOf(bytes) };
}

describe("putting a registry manifest", () => {
  it("stores exactly its bytes under its digest, without a tag", async () => {
    const { digest, ...content } = anIndex();
    await bench.writer().putManifest(REPOSITORY, digest, content);
    expect(stored(digest)).toMatchObject({ mediaType: INDEX, tags: [] });
    expect(stored(digest)?.bytes).toEqual(Buffer.from(content.bytes));
  });

  it("puts a tag on what is there already", async () => {
    const before = stored(image());
    const { mediaType, bytes } = await bench.reader().readBytes(REPOSITORY, image());
    await bench.writer().putManifest(REPOSITORY, "rollback", { mediaType, bytes });
    expect(stored(image())).toEqual({ ...before, tags: ["1.0", "rollback"] });
  });

  it("may be repeated", async () => {
    const { digest, ...content } = anIndex();
    const writer = bench.writer();
    for (const reference of [digest, digest, "2.0", "2.0"]) await writer.putManifest(REPOSITORY, reference, content);
    expect(stored(digest)?.tags).toEqual(["2.0"]);
  });

  it("stores types that are neither image nor index", async () => {
    const content = await bench.reader().readBytes(REPOSITORY, bench.registry.resolve("artifact"));
    await bench.writer().putManifest(REPOSITORY, "sbom", content);
    expect(stored(bench.registry.resolve("artifact"))?.tags).toEqual(["sbom"]);
  });

  it("fails where a layer that it names is not there", async () => {
    const { mediaType, bytes } = await bench.reader().readBytes(REPOSITORY, image());
    await expect(bench.writer().putManifest("gone/amf", image(), { mediaType, bytes })).rejects.toMatchObject({
      code: "UpstreamError",
      service: "registry",
    });
  });

  it("asks for nothing where the bytes are not those of the digest", async () => {
    const [one, other] = [anIndex("one"), anIndex("other")];
    await expect(bench.writer().putManifest(REPOSITORY, one.digest, other)).rejects.toMatchObject({
      code: "UpstreamError",
      message: expect.stringContaining(other.digest),
    });
    expect(puts()).toEqual([]);
  });

  it("fails where the registry names another digest than that of the bytes", async () => {
    const { digest, ...content } = anIndex();
    const headers = { "Docker-Content-Digest": image() };
    bench.addFault({ kind: "status", status: 201, headers, body: "" }, { method: "PUT" });
    await expect(bench.writer().putManifest(REPOSITORY, digest, content)).rejects.toMatchObject({
      code: "UpstreamError",
    });
    await expect(bench.writer().putManifest(REPOSITORY, "2.0", content)).rejects.toMatchObject({
      code: "UpstreamError",
    });
  });

  it.each([
    { status: 405, headers: {} },
    { status: 429, headers: { "Retry-After": "7" } },
    { status: 500, headers: {} },
    { status: 503, headers: { "Retry-After": "7" } },
  ])("is asked for once where the registry answers $status", async ({ status, headers }) => {
    const { digest, ...content } = anIndex();
    bench.addFault({ kind: "status", status, headers, body: {} }, { method: "PUT" });
    await expect(bench.writer().putManifest(REPOSITORY, digest, content)).rejects.toMatchObject({ status });
    expect(puts()).toHaveLength(1);
    expect(bench.time.waitsMs).toEqual([]);
  });

  it("fails where the tag is locked on something else, which keeps it", async () => {
    const { digest: _, ...content } = anIndex();
    bench.registry.setAttributes(REPOSITORY, { writeEnabled: false }, { tag: "1.0" });
    await expect(bench.writer().putManifest(REPOSITORY, "1.0", content)).rejects.toMatchObject({ status: 405 });
    expect(stored(image())?.tags).toEqual(["1.0"]);
  });

  it("never goes to another host, and shows it no token", async () => {
    const { digest, ...content } = anIndex();
    bench.stranger.reply = () => ({ status: 201, headers: { "Docker-Content-Digest": digest } });
    const headers = { Location: `${bench.stranger.url}/v2/x/manifests/y` };
    bench.addFault({ kind: "status", status: 307, headers }, { method: "PUT" });
    await expect(bench.writer().putManifest(REPOSITORY, digest, content)).rejects.toMatchObject({ status: 307 });
    expect(bench.stranger.received).toEqual([]);
  });
});

describe("preparing a put", () => {
  const tokens = () => bench.count("token");

  it.each([
    { mode: "RBAC", identity: RESTORER },
    { mode: "ABAC", identity: REPOSITORY_PURGER },
  ])("gets the token that the put then uses, under $mode", async ({ mode, identity }) => {
    if (mode === "ABAC") await bench.load({ roleAssignmentMode: "AbacRepositoryPermissions", repositories });
    const [writer, { digest, ...content }] = [bench.writer(identity), anIndex()];
    await writer.prepare(REPOSITORY);
    expect([tokens(), puts().length]).toEqual([1, 0]);
    await writer.putManifest(REPOSITORY, digest, content);
    expect(tokens()).toBe(1);
  });

  it("tells who may not have one", async () => {
    bench.addFault({ kind: "status", status: 401, body: {} }, { path: "oauth2" });
    await expect(bench.writer().prepare(REPOSITORY)).rejects.toMatchObject({ code: "UpstreamError", status: 401 });
  });
});

describe("asking for a layer", () => {
  it("tells what is there from what is not", async () => {
    expect(await bench.writer().hasBlob(REPOSITORY, layerOfImage())).toBe(true);
    expect(await bench.writer().hasBlob(REPOSITORY, `sha256:${"0".repeat(64)}`)).toBe(false);
    expect(await bench.writer().hasBlob("other/amf", layerOfImage())).toBe(false);
  });

  it.each([400, 401, 403, 429, 500])("does not read %i as an answer", async (status) => {
    bench.addFault({ kind: "status", status, body: {} }, { method: "HEAD" });
    await expect(bench.writer().hasBlob(REPOSITORY, layerOfImage())).rejects.toMatchObject({ status });
  });

  it("does not read a cut connection as an answer", async () => {
    bench.addFault({ kind: "reset" }, { method: "HEAD" });
    await expect(bench.writer().hasBlob(REPOSITORY, layerOfImage())).rejects.toMatchObject({ code: "UpstreamError" });
  });

  it.each([
    { name: "is there", status: 200, answer: true },
    { name: "is gone", status: 404, answer: false },
  ])(
    "believes the storage that it is sent to that it $name, without showing it a token",
    async ({ status, answer }) => {
      bench.stranger.reply = () => ({ status });
      const headers = { Location: `${bench.stranger.url}/storage/layer` };
      bench.addFault({ kind: "status", status: 307, headers }, { method: "HEAD" });
      expect(await bench.writer().hasBlob(REPOSITORY, layerOfImage())).toBe(answer);
      expect(bench.stranger.received.map(({ method }) => method)).toEqual(["HEAD"]);
      expect(bench.stranger.received.filter(({ headers: sent }) => "authorization" in sent)).toEqual([]);
    },
  );
});

describe("an identity that may not push", () => {
  it.each([OBSERVER, PURGER])("puts nothing: the %s", async (clientId) => {
    const { digest, ...content } = anIndex();
    await expect(bench.writer(clientId).putManifest(REPOSITORY, digest, content)).rejects.toMatchObject({
      status: 401,
    });
    expect(stored(digest)).toBeUndefined();
  });

  it("puts nothing where it does not exist", async () => {
    const { digest, ...content } = anIndex();
    await expect(bench.writer(UNKNOWN).putManifest(REPOSITORY, digest, content)).rejects.toMatchObject({
      code: "UpstreamError",
    });
    expect(bench.registry.calls).toEqual([]);
  });
});

describe("a registry with permissions per repository", () => {
  const load = () => bench.load({ roleAssignmentMode: "AbacRepositoryPermissions", repositories });

  it("takes a put, and tells of its layers, with a token for that repository alone", async () => {
    await load();
    const { digest, ...content } = anIndex();
    const writer = bench.writer(REPOSITORY_PURGER);
    expect(await writer.hasBlob(REPOSITORY, layerOfImage())).toBe(true);
    await writer.putManifest(REPOSITORY, digest, content);
    expect(stored(digest)).toBeDefined();
    expect(bench.count("token")).toBe(1);
  });

  it("does not know the role of other registries", async () => {
    await load();
    const { digest, ...content } = anIndex();
    await expect(bench.writer().putManifest(REPOSITORY, digest, content)).rejects.toMatchObject({ status: 403 });
    expect(stored(digest)).toBeUndefined();
  });
});
