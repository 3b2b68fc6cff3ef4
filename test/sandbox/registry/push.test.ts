import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { fetchToken, send, startBench, type Bench, type RawAnswer } from "./registryFixture.ts";
import { digestOf } from "./manifestContent.ts";

const OCI_IMAGE = "application/vnd.oci.image.manifest.v1+json";
const CONFIG = Buffer.from("{}");
const CONFIG_DESCRIPTOR = { mediaType: "application/vnd.oci.empty.v1+json", digest: digestOf(CONFIG), size: 2 };
const IMAGE = { schemaVersion: 2, mediaType: OCI_IMAGE, config: CONFIG_DESCRIPTOR, layers: [] };

let bench: Bench;
let token: string;

beforeEach(async () => {
  bench = await startBench({ repositories: [{ name: "old", manifests: [{ alias: "image", tags: ["1", "2"] }] }] });
  token = await fetchToken(bench, "repository:*:*", ["Contributor"]);
});

afterEach(async () => {
  await bench.registry.stop();
});

const post = (path: string, body: Buffer = Buffer.alloc(0)): Promise<RawAnswer> =>
  send(bench, { method: "POST", path, token, body });

function put(reference: string, manifest: object, mediaType = OCI_IMAGE): Promise<RawAnswer> {
  const headers = { "Content-Type": mediaType };
  return send(bench, {
    method: "PUT",
    path: `/v2/new/manifests/${reference}`,
    token,
    headers,
    body: JSON.stringify(manifest),
  });
}

const remove = (path: string): Promise<RawAnswer> => send(bench, { method: "DELETE", path, token });

const patch = (path: string, attributes: object): Promise<RawAnswer> =>
  send(bench, { method: "PATCH", path, token, body: JSON.stringify(attributes) });

const uploadConfig = (): Promise<RawAnswer> =>
  post(`/v2/new/blobs/uploads/?digest=${CONFIG_DESCRIPTOR.digest}`, CONFIG);

describe("a push", () => {
  it("answers with the digest, and with the subject where there is one", async () => {
    await uploadConfig();
    const subject = { mediaType: OCI_IMAGE, digest: `sha256:${"1".repeat(64)}`, size: 1 };
    const manifest = { ...IMAGE, subject };
    const answer = await put("v1", manifest);
    const digest = digestOf(JSON.stringify(manifest));
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({
      "docker-content-digest": digest,
      location: `/v2/new/manifests/${digest}`,
      "oci-subject": subject.digest,
    });
  });

  it("moves the tag, whose first use it remembers", async () => {
    await uploadConfig();
    await put("latest", IMAGE);
    bench.clock.at += 60_000;
    await put("latest", { ...IMAGE, annotations: { version: "2" } });
    const tag = await send(bench, { path: "/acr/v1/new/_tags/latest", token });
    expect(bench.registry.manifests("new").filter(({ tags }) => tags.includes("latest"))).toHaveLength(1);
    expect(bench.registry.manifests("new")).toHaveLength(2);
    expect(tag.json).toMatchObject({
      tag: { createdTime: "2026-03-02T02:00:00.0000000Z", lastUpdateTime: "2026-03-02T02:01:00.0000000Z" },
    });
  });

  it.each([
    { name: "a blob that is not there", manifest: IMAGE, code: "MANIFEST_BLOB_UNKNOWN" },
    { name: "bytes that are no registry manifest", manifest: { layers: 1 }, code: "MANIFEST_INVALID" },
    { name: "another media type than it says", manifest: { mediaType: "text/plain" }, code: "MANIFEST_INVALID" },
  ])("is refused with $name", async ({ manifest, code }) => {
    const answer = await put("v1", manifest);
    expect([answer.status, answer.json]).toEqual([
      400,
      expect.objectContaining({ errors: [expect.objectContaining({ code })] }),
    ]);
    expect(bench.registry.repositories()).toEqual(["old"]);
  });

  it("by another digest than its own is refused", async () => {
    await uploadConfig();
    expect((await put(`sha256:${"2".repeat(64)}`, IMAGE)).status).toBe(400);
  });
});

describe("an upload", () => {
  it("goes in chunks, each where the last one ended", async () => {
    const start = await post("/v2/new/blobs/uploads/");
    const chunk = (path: string, body: string, range: string): Promise<RawAnswer> =>
      send(bench, { method: "PATCH", path, token, body, headers: { "Content-Range": range } });
    const first = await chunk(start.headers.location ?? "", "hello ", "0-5");
    const torn = await chunk(first.headers.location ?? "", "world", "7-11");
    const second = await chunk(first.headers.location ?? "", "world", "6-10");
    const path = `${second.headers.location}&digest=${digestOf("hello world")}`;
    const end = await send(bench, { method: "PUT", path, token });
    expect([start.status, start.headers.range, first.headers.range, torn.status, second.headers.range]).toEqual([
      202,
      "0-0",
      "0-5",
      416,
      "0-10",
    ]);
    expect([end.status, end.headers["docker-content-digest"]]).toEqual([201, digestOf("hello world")]);
  });

  it("can be mounted from a repository that has the blob, and starts afresh where it has not", async () => {
    const layer = bench.registry.manifests("old")[0]?.layers[0];
    const mounted = await post(`/v2/new/blobs/uploads/?mount=${layer?.digest}&from=old`);
    const missing = await post(`/v2/new/blobs/uploads/?mount=${layer?.digest}&from=nobody`);
    expect([mounted.status, missing.status]).toEqual([201, 202]);
  });

  it("is refused where its bytes have another digest", async () => {
    expect((await post(`/v2/new/blobs/uploads/?digest=${digestOf("other")}`, CONFIG)).status).toBe(400);
  });
});

describe("locks", () => {
  const manifestPath = (): string => `/v2/old/manifests/${bench.registry.resolve("image")}`;

  it.each([
    {
      name: "the registry manifest",
      path: () => `/acr/v1/old/_manifests/${bench.registry.resolve("image")}`,
      change: { deleteEnabled: false },
    },
    { name: "one of its tags", path: () => "/acr/v1/old/_tags/2", change: { writeEnabled: false } },
    { name: "writing to the repository", path: () => "/acr/v1/old", change: { writeEnabled: false } },
  ])("on $name keep it, until they are lifted", async ({ path, change }) => {
    const locked = await patch(path(), change);
    const refused = await remove(manifestPath());
    const [flag = ""] = Object.keys(change);
    await patch(path(), { [flag]: true });
    const done = await remove(manifestPath());
    expect([locked.status, refused.status, done.status]).toEqual([200, 405, 202]);
  });

  it("on deleting the repository do not keep what is in it", async () => {
    await patch("/acr/v1/old", { deleteEnabled: false });
    expect([(await remove("/acr/v1/old")).status, (await remove(manifestPath())).status]).toEqual([405, 202]);
  });

  it("on a tag keep the tag, also from moving", async () => {
    await patch("/acr/v1/old/_tags/1", { writeEnabled: false });
    expect((await remove("/acr/v1/old/_tags/1")).status).toBe(405);
    expect((await remove("/acr/v1/old/_tags/2")).headers["x-ms-int-docker-content-digest"]).toBe(
      bench.registry.resolve("image"),
    );
  });

  it("are the four flags and nothing else", async () => {
    expect((await patch("/acr/v1/old", { quarantineState: "Passed" })).status).toBe(400);
  });
});

it("deletes a whole repository and says what went", async () => {
  const answer = await remove("/acr/v1/old");
  expect([answer.status, answer.json]).toEqual([
    202,
    { manifestsDeleted: [bench.registry.resolve("image")], tagsDeleted: ["1", "2"] },
  ]);
  expect(bench.registry.repositories()).toEqual([]);
  expect(bench.registry.deletions).toHaveLength(1);
});
