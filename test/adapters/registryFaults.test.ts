import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import type { RegistryReader } from "../../lib/ports.ts";
import { collect, UNKNOWN } from "./bench.ts";
import { useRegistryBench } from "./registryBench.ts";

const REPOSITORY = "cnf-core/amf";

const bench = useRegistryBench({
  repositories: [{ name: REPOSITORY, manifests: [{ alias: "a", tags: ["1.0"] }, { alias: "b" }, { alias: "c" }] }],
});

/** Every listing of the reader, by what it lists. */
const LISTINGS: Readonly<Record<string, (reader: RegistryReader) => Promise<unknown>>> = {
  repositories: (reader) => collect(reader.listRepositories()),
  "registry manifests": (reader) => collect(reader.listManifests(REPOSITORY)),
  tags: (reader) => reader.readTagTimes(REPOSITORY),
};
const KINDS = Object.keys(LISTINGS);
const list = (kind: string): Promise<unknown> => {
  const listing = LISTINGS[kind];
  if (!listing) throw new Error(`There is no listing of ${kind}`);
  return listing(bench.reader());
};

const sha256 = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

describe.each(KINDS)("a listing of %s", (kind) => {
  it.each([
    { name: "an object without a list", body: {} },
    { name: "JSON that ends early", body: '{"repositories":["a"],"tags":[],"manifests":[{"dig' },
    { name: "a list of something else", body: { repositories: [1], tags: [{}], manifests: [{ digest: "latest" }] } },
    { name: "nothing", body: "" },
    { name: "a web page", body: "<html></html>", headers: { "Content-Type": "text/html" } },
  ])("throws, and does not look empty, where a page is $name", async ({ body, headers }) => {
    bench.addFault({ kind: "status", status: 200, body, headers: headers ?? { "Content-Type": "application/json" } });
    await expect(list(kind)).rejects.toMatchObject({ code: "UpstreamError" });
  });

  it("throws, with its status, where a page after the first fails", async () => {
    const next = { Link: '</acr/v1/_catalog?last=a&n=1>; rel="next"' };
    const body = { repositories: ["a"], manifests: [], tags: [] };
    bench.addFault({ kind: "status", status: 200, headers: next, body }, { times: 1 });
    bench.addFault({ kind: "status", status: 404, body: { errors: [{ code: "NAME_UNKNOWN" }] } });
    await expect(list(kind)).rejects.toMatchObject({ code: "UpstreamError", status: 404 });
  });

  it.each(["https://HOST/acr/v1/_catalog?last=a", "//HOST/acr/v1/_catalog?last=a"])(
    "ends with an error where the next page is at %s, and sends no request there",
    async (link) => {
      const { host } = new URL(bench.stranger.url);
      const headers = { Link: `<${link.replace("HOST", host)}>; rel="next"` };
      const body = { repositories: ["a"], manifests: [], tags: [] };
      bench.addFault({ kind: "status", status: 200, headers, body });
      await expect(list(kind)).rejects.toMatchObject({ code: "UpstreamError" });
      expect(bench.stranger.received).toEqual([]);
    },
  );

  it("throws where the link to the next page cannot be read: the listing would look complete", async () => {
    const headers = { Link: "/acr/v1/_catalog?last=a; rel=next" };
    const body = { repositories: ["a"], manifests: [], tags: [] };
    bench.addFault({ kind: "status", status: 200, headers, body }, { times: 1 });
    await expect(list(kind)).rejects.toMatchObject({ code: "UpstreamError" });
  });

  it.each([
    {
      name: "a page whose link leads back to it",
      body: {
        repositories: ["a"],
        manifests: [{ digest: sha256("a") }],
        tags: [{ name: "a", lastUpdateTime: "2026-01-01T00:00:00Z" }],
      },
    },
    { name: "empty pages without end", body: { repositories: [], manifests: [], tags: [] } },
  ])("ends with an error where there is $name", async ({ body }) => {
    const headers = { Link: '</acr/v1/_catalog?last=a&n=1>; rel="next"' };
    bench.addFault({ kind: "status", status: 200, headers, body });
    await expect(list(kind)).rejects.toMatchObject({ code: "UpstreamError", status: 200 });
    expect(bench.registry.calls.length).toBeLessThan(150);
  });

  it("goes on where an empty page says that there is more", async () => {
    const headers = { Link: '</acr/v1/_catalog?last=a&n=1>; rel="next"' };
    bench.addFault(
      { kind: "status", status: 200, headers, body: { repositories: [], manifests: [], tags: [] } },
      { times: 3 },
    );
    bench.addFault({ kind: "status", status: 200, body: { repositories: ["b"], manifests: [], tags: [] } });
    await expect(list(kind)).resolves.toBeDefined();
  });

  it("shows no other host the token where it is redirected", async () => {
    bench.addFault({ kind: "status", status: 307, headers: { Location: `${bench.stranger.url}/list` } });
    await expect(list(kind)).rejects.toMatchObject({ code: "UpstreamError" });
    expect(bench.registry.calls.filter((call) => call.status === 307)).toHaveLength(1);
    expect(bench.stranger.received.filter(({ headers }) => "authorization" in headers)).toEqual([]);
  });

  it.each([429, 503])("waits as long as a %i says, then goes on", async (status) => {
    bench.addFault({ kind: "status", status, headers: { "Retry-After": "7" }, body: {} }, { times: 1 });
    await list(kind);
    expect(bench.time.waitsMs).toEqual([7_000]);
  });

  it.each([
    { status: 429, calls: 4 },
    { status: 503, calls: 4 },
    { status: 500, calls: 4 },
    { status: 404, calls: 1 },
    { status: 403, calls: 1 },
  ])("gives up on $status after $calls calls", async ({ status, calls }) => {
    bench.addFault({ kind: "status", status, headers: { "Retry-After": "7" }, body: { errors: [] } });
    await expect(list(kind)).rejects.toMatchObject({ code: "UpstreamError", service: "registry" });
    expect(bench.registry.calls.filter((call) => call.status === status)).toHaveLength(calls);
  });

  it.each([429, 503, 500, 404, 403])("tells the status %i, and how long to wait", async (status) => {
    bench.addFault({ kind: "status", status, headers: { "Retry-After": "7" }, body: { errors: [] } });
    await expect(list(kind)).rejects.toMatchObject({ status, retryAfterMs: 7_000 });
  });

  it("tries again after a cut connection, and throws without a status if it stays cut", async () => {
    bench.addFault({ kind: "reset" }, { times: 1 });
    await list(kind);
    expect(bench.time.waitsMs).toHaveLength(1);
    bench.addFault({ kind: "reset" });
    await expect(list(kind)).rejects.toMatchObject({ code: "UpstreamError", status: undefined });
  });
});

describe("a page that is too much for the registry", () => {
  const names = Array.from({ length: 250 }, (_, index) => `cnf/nf${index}`).toSorted();
  const tooMuch = { kind: "status", status: 502, body: "<html></html>" } as const;
  /** The SDK tries a page four times. */
  const ONE_SIZE = 4;

  it.each([
    { name: "the first", skip: 0, sizes: [50, 50, 50, 50, 50] },
    { name: "a later", skip: 1, sizes: [100, 50, 50, 50] },
  ])("is asked for again with half as many rows, from the same place on, where it is $name one", async (page) => {
    await bench.load({ repositories: names.map((name) => ({ name, manifests: [{}] })) });
    bench.addFault(tooMuch, { skip: page.skip, times: ONE_SIZE });
    const pages = await collect(bench.reader().listRepositories());
    expect(pages.map(({ length }) => length)).toEqual(page.sizes);
    expect(pages.flat()).toEqual(names);
  });

  it("is halved in the listing of a repository too", async () => {
    bench.addFault(tooMuch, { times: 7 * ONE_SIZE });
    const pages = await collect(bench.reader().listManifests(REPOSITORY));
    expect(pages.flat()).toHaveLength(3);
    const sizes = bench.registry.calls.map(({ path }) => new URL(path, "https://registry").searchParams.get("n"));
    expect([...new Set(sizes)].filter(Boolean)).toEqual(["500", "250", "125", "62", "31", "15", "7", "5"]);
  });

  it("fails at last where it is too much at any size", async () => {
    bench.addFault(tooMuch);
    await expect(collect(bench.reader().listManifests(REPOSITORY))).rejects.toMatchObject({ status: 502 });
  });
});

describe("a repository that is not there", () => {
  it.each([
    { name: "the registry says so", fault: undefined, isAbsence: true },
    {
      name: "something in between does",
      fault: { kind: "status", status: 404, body: "gone" } as const,
      isAbsence: false,
    },
  ])("counts as absent only where $name: $isAbsence", async ({ fault, isAbsence }) => {
    if (fault) bench.addFault(fault);
    const listing = collect(bench.reader().listManifests("no/such"));
    await expect(listing).rejects.toMatchObject({ status: 404, isAbsence });
  });
});

describe("a page that lost its second half", () => {
  it("passes in silence here: only the registry's own count tells", async () => {
    bench.addFault({ kind: "truncate" }, { path: "_manifests" });
    const listed = (await collect(bench.reader().listManifests(REPOSITORY))).flat();
    const counted = await bench.reader().findRepository(REPOSITORY);
    expect([listed.length, counted?.manifestCount]).toEqual([1, 3]);
  });
});

describe("an unknown identity", () => {
  it("ends a listing before any request to the registry", async () => {
    const listing = collect(bench.reader(UNKNOWN).listRepositories());
    await expect(listing).rejects.toMatchObject({ code: "UpstreamError", status: undefined });
    expect(bench.registry.calls).toEqual([]);
  });
});

describe("bytes of a registry manifest", () => {
  const forged = '{"schemaVersion":2,"manifests":[]}';
  const read = () => bench.reader().readBytes(REPOSITORY, bench.registry.resolve("a"));
  const answer = (headers: Record<string, string>) =>
    bench.addFault({
      kind: "status",
      status: 200,
      headers: { "Content-Type": "application/vnd.oci.image.index.v1+json", ...headers },
      body: forged,
    });

  it("are refused where they do not have the digest that was asked for", async () => {
    answer({ "Docker-Content-Digest": bench.registry.resolve("a") });
    await expect(read()).rejects.toMatchObject({ code: "UpstreamError" });
  });

  it("are refused where they are those of another digest, rightly named", async () => {
    answer({ "Docker-Content-Digest": sha256(forged) });
    await expect(read()).rejects.toMatchObject({ code: "UpstreamError" });
  });

  it("are refused where the answer names no digest", async () => {
    answer({});
    await expect(read()).rejects.toMatchObject({ code: "UpstreamError" });
  });

  /** An answer of 200 with this body under its own digest. */
  async function readBody(body: string): Promise<unknown> {
    const headers = {
      "Content-Type": "application/vnd.oci.image.index.v1+json",
      "Docker-Content-Digest": sha256(body),
    };
    bench.addFault({ kind: "status", status: 200, headers, body }, { times: 1 });
    return bench.reader().readBytes(REPOSITORY, sha256(body));
  }

  it.each([
    { name: "longer than 4 MiB", body: `{"manifests":[],"text":"${"x".repeat(4_200_000)}"}` },
    { name: "no JSON", body: "signed" },
  ])("are told apart, as an answer that cannot be taken, where they are $name", async ({ body }) => {
    await expect(readBody(body)).rejects.toMatchObject({ code: "UpstreamError", service: "registry", status: 200 });
    expect(await readBody('{"manifests":[]}')).toBeDefined();
  });

  it.each([{ kind: "reset" } as const, { kind: "truncate" } as const])(
    "are not told of as an answer where they did not come whole: $kind",
    async (effect) => {
      bench.addFault(effect);
      await expect(read()).rejects.not.toMatchObject({ status: 200 });
    },
  );

  it("come from a redirect target that never sees the token", async () => {
    const digest = bench.registry.resolve("a");
    const stored = bench.registry.manifests(REPOSITORY).find((manifest) => manifest.digest === digest);
    const headers = { "Content-Type": stored?.mediaType ?? "", "Docker-Content-Digest": digest };
    bench.stranger.reply = () => ({ status: 200, headers, body: stored?.bytes.toString() ?? "" });
    bench.addFault({ kind: "status", status: 307, headers: { Location: `${bench.stranger.url}/blob` } });
    expect(Buffer.from((await read()).bytes)).toEqual(stored?.bytes);
    expect(bench.stranger.received).toMatchObject([{ method: "GET", path: "/blob" }]);
    expect(bench.stranger.received[0]?.headers).not.toHaveProperty("authorization");
  });
});
