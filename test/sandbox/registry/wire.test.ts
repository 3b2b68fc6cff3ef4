import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  fetchToken,
  send,
  startBench,
  STARTS_AT,
  type Bench,
  type RawAnswer,
  type RawRequest,
} from "./registryFixture.ts";

const ROLES = ["Contributor"];
const ABSENT = `sha256:${"0".repeat(64)}`;

let bench: Bench;
let token: string;

beforeAll(async () => {
  bench = await startBench({
    repositories: [
      {
        name: "library/hello",
        manifests: [
          {
            alias: "a",
            tags: ["a"],
            layers: [
              { size: 10, seed: "small" },
              { size: 200_000, seed: "large" },
            ],
          },
          { alias: "b", tags: ["b"], pushedAt: "-1d" },
          { alias: "c", pushedAt: STARTS_AT, attributes: { readEnabled: false } },
          { alias: "bill", subject: "a", artifactType: "application/spdx+json", annotations: { made: "here" } },
          { alias: "proof", subject: "a", artifactType: "application/vnd.proof" },
        ],
      },
    ],
  });
  token = await fetchToken(bench, "repository:*:* registry:catalog:*", ROLES);
});

afterAll(async () => {
  await bench.registry.stop();
});

const call = (raw: RawRequest): Promise<RawAnswer> => send(bench, { token, ...raw });
const get = (path: string): Promise<RawAnswer> => call({ path });

describe("listings on the wire", () => {
  it("link to the next page by a relative address with the name encoded, and not from the last one", async () => {
    const [first, second] = bench.registry.manifests("library/hello");
    const page = await get("/acr/v1/library/hello/_manifests?n=2");
    const last = await get("/acr/v1/library%2Fhello/_manifests?n=10&orderby=");
    const digest = encodeURIComponent(second?.digest ?? "");
    expect(page.headers.link).toBe(`</acr/v1/library%2Fhello/_manifests?last=${digest}&n=2&orderby=>; rel="next"`);
    expect(page.json).toMatchObject({
      registry: bench.registry.loginServer,
      imageName: "library/hello",
      manifests: [{ digest: first?.digest }, { digest: second?.digest }],
    });
    expect(last.headers).not.toHaveProperty("link");
  });

  it("go on after an entry that has gone", async () => {
    const digests = bench.registry.manifests("library/hello").map((manifest) => manifest.digest);
    const page = await get(`/acr/v1/library/hello/_manifests?last=${digests[0]?.slice(0, -1)}`);
    expect(page.json).toMatchObject({ manifests: digests.map((digest) => ({ digest })) });
  });

  it("leave tags out where there are none, and give times with seven digits", async () => {
    const answer = await get(`/acr/v1/library/hello/_manifests/${bench.registry.resolve("c")}`);
    expect(answer.json).toEqual({
      registry: bench.registry.loginServer,
      imageName: "library/hello",
      manifest: {
        digest: bench.registry.resolve("c"),
        imageSize: expect.any(Number),
        createdTime: "2026-03-02T02:00:00.0000000Z",
        lastUpdateTime: "2026-03-02T02:00:00.0000000Z",
        architecture: "amd64",
        os: "linux",
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        configMediaType: "application/vnd.oci.image.config.v1+json",
        changeableAttributes: { deleteEnabled: true, writeEnabled: true, readEnabled: false, listEnabled: true },
      },
    });
  });

  it("can be asked for the tags of one digest", async () => {
    const answer = await get(`/acr/v1/library/hello/_tags?digest=${bench.registry.resolve("b")}`);
    expect(answer.json).toMatchObject({ tags: [{ name: "b", signed: false }] });
  });

  it("exist in the standard form too", async () => {
    const tags = await get("/v2/library/hello/tags/list?n=1");
    expect([tags.json, tags.headers.link]).toEqual([
      { name: "library/hello", tags: ["a"] },
      '</v2/library/hello/tags/list?last=a&n=1>; rel="next"',
    ]);
    expect((await get("/v2/_catalog")).json).toEqual({ repositories: ["library/hello"] });
  });
});

describe("referrers", () => {
  it("are an index of what names the subject", async () => {
    const answer = await get(`/v2/library/hello/referrers/${bench.registry.resolve("a")}`);
    expect(answer.headers["content-type"]).toBe("application/vnd.oci.image.index.v1+json");
    expect(answer.json).toMatchObject({ schemaVersion: 2, manifests: [{ size: expect.any(Number) }, {}] });
  });

  it("can be asked for by type", async () => {
    const path = `/v2/library/hello/referrers/${bench.registry.resolve("a")}?artifactType=application/spdx%2Bjson`;
    const answer = await get(path);
    expect(answer.headers["oci-filters-applied"]).toBe("artifactType");
    expect(answer.json).toMatchObject({
      manifests: [{ digest: bench.registry.resolve("bill"), annotations: { made: "here" } }],
    });
  });

  it("of a digest that is not there are an empty list", async () => {
    const answer = await get(`/v2/library/hello/referrers/${ABSENT}`);
    expect([answer.status, answer.json]).toEqual([200, expect.objectContaining({ manifests: [] })]);
  });
});

describe("errors", () => {
  it.each([
    { path: "/acr/v1/nobody", status: 404, code: "NAME_UNKNOWN" },
    { path: "/acr/v1/nobody/_manifests", status: 404, code: "NAME_UNKNOWN" },
    { path: `/acr/v1/library/hello/_manifests/${ABSENT}`, status: 404, code: "MANIFEST_UNKNOWN" },
    { path: "/acr/v1/library/hello/_tags/none", status: 404, code: "TAG_UNKNOWN" },
    { path: "/v2/library/hello/manifests/none", status: 404, code: "MANIFEST_UNKNOWN" },
    { path: `/v2/library/hello/blobs/${ABSENT}`, status: 404, code: "BLOB_UNKNOWN" },
    { path: "/acr/v1/library/hello/_manifests?orderby=size", status: 400, code: "UNSUPPORTED" },
    { path: "/acr/v1/library/hello/_manifests?n=0", status: 400, code: "PAGINATION_NUMBER_INVALID" },
    { path: "/acr/v1/library/hello/_manifests?filter=x", status: 400, code: "UNSUPPORTED" },
    { path: "/acr/v1/_deleted/library/hello/_manifests", status: 400, code: "UNSUPPORTED" },
    { path: "/acr/v1/Library", status: 400, code: "NAME_INVALID" },
    { path: "/metrics", status: 404, code: "NOT_FOUND" },
  ])("answer $path with $status $code", async ({ path, status, code }) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ errors: [{ code }] });
  });

  it("keep a pull from what may not be read", async () => {
    const answer = await get(`/v2/library/hello/manifests/${bench.registry.resolve("c")}`);
    expect([answer.status, answer.json]).toEqual([
      405,
      expect.objectContaining({ errors: [expect.objectContaining({ code: "REGISTRY_DISALLOWED_OPERATION" })] }),
    ]);
  });

  it("answer a media type that the client does not accept", async () => {
    const headers = { Accept: "application/vnd.docker.distribution.manifest.v2+json" };
    expect((await call({ path: "/v2/library/hello/manifests/a", headers })).status).toBe(404);
  });
});

describe("blobs", () => {
  const layerOf = (alias: string, index: number): string =>
    bench.registry.manifests("library/hello").find(({ digest }) => digest === bench.registry.resolve(alias))?.layers[
      index
    ]?.digest ?? "";

  it("are pulled from another host, by an address that is its own key", async () => {
    const answer = await get(`/v2/library/hello/blobs/${layerOf("a", 0)}`);
    const location = new URL(answer.headers.location ?? "");
    const pulled = await send(bench, {
      path: `${location.pathname}${location.search}`,
      headers: { Range: "bytes=2-4" },
    });
    const guessed = await send(bench, { path: `${location.pathname}?sig=guess` });
    expect([answer.status, location.hostname, pulled.status, pulled.body.length]).toEqual([307, "127.0.0.1", 206, 3]);
    expect(guessed.status).toBe(403);
  });

  it("too large to have bytes have a size and cannot be pulled", async () => {
    const path = `/v2/library/hello/blobs/${layerOf("a", 1)}`;
    const head = await call({ method: "HEAD", path });
    expect([head.status, head.headers["content-length"], (await get(path)).status]).toEqual([200, "200000", 404]);
  });
});

it("sends the service's own headers, and the sandbox's date", async () => {
  const { headers } = await get("/v2/");
  expect(headers).toMatchObject({
    server: "openresty",
    "docker-distribution-api-version": "registry/2.0",
    date: "Mon, 02 Mar 2026 02:00:00 GMT",
    "x-ms-correlation-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});
