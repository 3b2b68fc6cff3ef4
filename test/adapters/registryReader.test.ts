import { describe, expect, it } from "@jest/globals";
import { RegistryManifestSchema } from "../sandbox/estate.ts";
import { collect } from "./bench.ts";
import { useRegistryBench } from "./registryBench.ts";

const REPOSITORY = "cnf-core/amf";
const ORAS_ARTIFACT = "application/vnd.cncf.oras.artifact.manifest.v1+json";
const OCI_ARTIFACT = "application/vnd.oci.artifact.manifest.v1+json";
const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const NO_SUCH_DIGEST = `sha256:${"0".repeat(64)}`;

const bench = useRegistryBench({
  repositories: [
    {
      name: REPOSITORY,
      manifests: [
        { alias: "index", tags: ["1.0", "stable"], children: [{ ref: "amd", platform: "linux/amd64" }] },
        { alias: "amd", layers: [{ size: 3000 }] },
        { alias: "oras", mediaType: ORAS_ARTIFACT },
        { alias: "artifact", mediaType: OCI_ARTIFACT },
        { alias: "locked", attributes: { deleteEnabled: false } },
        { alias: "frozen", attributes: { writeEnabled: false } },
      ],
    },
    { name: "chart", attributes: { writeEnabled: false }, manifests: [{ alias: "chart" }] },
  ],
});

const listAll = async (repository = REPOSITORY) => (await collect(bench.reader().listManifests(repository))).flat();
const findListed = async (alias: string) => {
  const digest = bench.registry.resolve(alias);
  return (await listAll()).find((listed) => listed.digest === digest);
};
const aliases = (count: number) => Array.from({ length: count }, (_, index) => ({ alias: `m${index}` }));

describe("listing repositories", () => {
  it("pages through the whole catalogue in lexical order", async () => {
    const names = Array.from({ length: 250 }, (_, index) => `cnf/nf${index}`);
    await bench.load({ repositories: names.map((name) => ({ name, manifests: [{}] })) });
    const pages = await collect(bench.reader().listRepositories());
    expect(pages.map((page) => page.length)).toEqual([100, 100, 50]);
    expect(pages.flat()).toEqual(names.toSorted());
  });

  it("goes on after a given name, also one that needs encoding or is gone", async () => {
    const names = ["a", "team/app", "team/app-2", "z"];
    await bench.load({ repositories: names.map((name) => ({ name, manifests: [{}] })) });
    expect((await collect(bench.reader().listRepositories("team/app"))).flat()).toEqual(["team/app-2", "z"]);
    expect((await collect(bench.reader().listRepositories("team/aaa"))).flat()).toEqual(names.slice(1));
    expect((await collect(bench.reader().listRepositories("z"))).flat()).toEqual([]);
  });

  it("reads an empty registry as empty, with or without a list", async () => {
    await bench.load({ repositories: [] });
    expect((await collect(bench.reader().listRepositories())).flat()).toEqual([]);
    bench.addFault({ kind: "status", status: 200, body: { repositories: null } });
    expect((await collect(bench.reader().listRepositories())).flat()).toEqual([]);
  });
});

describe("listing registry manifests", () => {
  it("pages through more than one page, each digest once", async () => {
    await bench.load({ repositories: [{ name: REPOSITORY, manifests: aliases(1_100) }] });
    const pages = await collect(bench.reader().listManifests(REPOSITORY));
    expect(pages.map((page) => page.length)).toEqual([500, 500, 100]);
    const expected = bench.registry.manifests(REPOSITORY).map(({ digest }) => digest);
    expect(pages.flat().map(({ digest }) => digest)).toEqual(expected);
  });

  it("keeps the media type, which the SDK drops", async () => {
    expect(await findListed("index")).toMatchObject({ mediaType: OCI_INDEX });
    expect(await findListed("oras")).toMatchObject({ mediaType: ORAS_ARTIFACT });
  });

  it("reads absent tags as no tags, and names those that are there", async () => {
    expect(await findListed("amd")).toMatchObject({ tags: [] });
    expect(await findListed("index")).toMatchObject({ tags: ["1.0", "stable"] });
  });

  it("tells both locks apart", async () => {
    expect(await findListed("amd")).toMatchObject({ deleteEnabled: true, writeEnabled: true });
    expect(await findListed("locked")).toMatchObject({ deleteEnabled: false, writeEnabled: true });
    expect(await findListed("frozen")).toMatchObject({ deleteEnabled: true, writeEnabled: false });
  });

  it("takes a registry manifest without attributes for locked, and one without dates for undated", async () => {
    bench.addFault({ kind: "status", status: 200, body: { manifests: [{ digest: NO_SUCH_DIGEST, tags: null }] } });
    expect(await listAll()).toEqual([
      {
        digest: NO_SUCH_DIGEST,
        mediaType: undefined,
        size: 0,
        createdAt: undefined,
        tags: [],
        deleteEnabled: false,
        writeEnabled: false,
      },
    ]);
  });

  it("gives sizes in bytes and the time of the push", async () => {
    const listed = await findListed("amd");
    expect(listed?.size).toBeGreaterThan(3000);
    expect(new Date(listed?.createdAt ?? "")).toEqual(new Date(bench.time.now() - 90 * 86_400_000));
  });

  it("answers 404 where the repository is not there: that is not an empty one", async () => {
    const listing = collect(bench.reader().listManifests("no/such"));
    await expect(listing).rejects.toMatchObject({ code: "UpstreamError", status: 404 });
  });
});

describe("tag times", () => {
  it("are those of the last move of each tag, over all pages", async () => {
    const tags = Array.from({ length: 600 }, (_, index) => `t${index}`);
    await bench.load({ repositories: [{ name: REPOSITORY, manifests: [{ alias: "a", tags }, { alias: "b" }] }] });
    bench.registry.tag(REPOSITORY, "t599", "b");
    const times = await bench.reader().readTagTimes(REPOSITORY);
    expect([...times.keys()].sort()).toEqual(tags.toSorted());
    expect(new Date(times.get("t599") ?? "")).toEqual(new Date(bench.time.now()));
    expect(new Date(times.get("t0") ?? "")).toEqual(new Date(bench.time.now() - 90 * 86_400_000));
  });

  it("are none in a repository without tags", async () => {
    expect(await bench.reader().readTagTimes("chart")).toEqual(new Map());
  });
});

describe("finding one", () => {
  it("finds a repository with its count and its locks", async () => {
    expect(await bench.reader().findRepository(REPOSITORY)).toEqual({
      manifestCount: 6,
      deleteEnabled: true,
      writeEnabled: true,
    });
    expect(await bench.reader().findRepository("chart")).toMatchObject({ deleteEnabled: true, writeEnabled: false });
  });

  it("finds a registry manifest as the listing shows it", async () => {
    const digest = bench.registry.resolve("index");
    expect(await bench.reader().findManifest(REPOSITORY, digest)).toEqual(await findListed("index"));
  });

  it("is undefined where the answer is 404", async () => {
    expect(await bench.reader().findRepository("no/such")).toBeUndefined();
    expect(await bench.reader().findManifest(REPOSITORY, NO_SUCH_DIGEST)).toBeUndefined();
    expect(await bench.reader().findManifest("no/such", NO_SUCH_DIGEST)).toBeUndefined();
  });

  it("throws where a 404 is not the registry's own word", async () => {
    bench.addFault({ kind: "status", status: 404, headers: { "Content-Type": "text/html" }, body: "<html></html>" });
    const failure = { code: "UpstreamError", status: 404 };
    await expect(bench.reader().findRepository(REPOSITORY)).rejects.toMatchObject(failure);
    const manifest = bench.reader().findManifest(REPOSITORY, bench.registry.resolve("amd"));
    await expect(manifest).rejects.toMatchObject(failure);
  });

  it.each([400, 403, 429, 500, 503])("throws, with the status, where the answer is %i", async (status) => {
    bench.addFault({ kind: "status", status, body: { errors: [{ code: "NAME_UNKNOWN", message: "gone" }] } });
    await expect(bench.reader().findRepository(REPOSITORY)).rejects.toMatchObject({ code: "UpstreamError", status });
    const manifest = bench.reader().findManifest(REPOSITORY, bench.registry.resolve("amd"));
    await expect(manifest).rejects.toMatchObject({ code: "UpstreamError", status });
  });

  it.each([{ body: {} }, { body: { manifest: null } }, { body: '{"manifest":{"dig' }, { body: "<html>" }])(
    "throws where the body of a registry manifest is $body",
    async ({ body }) => {
      bench.addFault({ kind: "status", status: 200, body });
      const found = bench.reader().findManifest(REPOSITORY, bench.registry.resolve("amd"));
      await expect(found).rejects.toMatchObject({ code: "UpstreamError" });
    },
  );
});

describe("finding what a tag stands on", () => {
  const find = (tag: string, repository = REPOSITORY) => bench.reader().findTag(repository, tag);

  it("asks for that tag alone, and sees a move at once", async () => {
    expect(await find("1.0")).toBe(bench.registry.resolve("index"));
    bench.registry.tag(REPOSITORY, "1.0", "amd");
    expect(await find("1.0")).toBe(bench.registry.resolve("amd"));
    const kinds = new Set(bench.registry.calls.map(({ kind }) => kind).filter((kind) => /tag/i.test(kind)));
    expect([...kinds]).toEqual(["getTagProperties"]);
  });

  it("is undefined where the registry itself says that there is no such tag, or no such repository", async () => {
    expect(await find("2.0")).toBeUndefined();
    expect(await find("1.0", "no/such")).toBeUndefined();
  });

  it.each([
    { name: "a page of something in between", headers: { "Content-Type": "text/html" }, body: "<html></html>" },
    { name: "an empty body", headers: {}, body: "" },
    { name: "a code that is not of the registry", headers: {}, body: { errors: [{ code: "NOT_FOUND" }] } },
    { name: "no code", headers: {}, body: { errors: [] } },
  ])("throws where a 404 has $name: such a tag is not free", async ({ headers, body }) => {
    bench.addFault({ kind: "status", status: 404, headers, body });
    await expect(find("1.0")).rejects.toMatchObject({ code: "UpstreamError", service: "registry", status: 404 });
  });

  it.each([400, 401, 403, 405, 429, 500, 503])("throws, with the status, where the answer is %i", async (status) => {
    bench.addFault({ kind: "status", status, body: { errors: [{ code: "TAG_UNKNOWN", message: "gone" }] } });
    await expect(find("1.0")).rejects.toMatchObject({ code: "UpstreamError", status });
  });

  it.each([{ body: {} }, { body: { tag: null } }, { body: { tag: { digest: "1.0" } } }, { body: '{"tag":{"dig' }])(
    "throws where the body is $body",
    async ({ body }) => {
      bench.addFault({ kind: "status", status: 200, body });
      await expect(find("1.0")).rejects.toMatchObject({ code: "UpstreamError" });
    },
  );
});

describe("reading bytes", () => {
  it.each(["index", "amd", "oras", "artifact"])("returns the exact bytes and type of the %s", async (alias) => {
    const digest = bench.registry.resolve(alias);
    const stored = bench.registry.manifests(REPOSITORY).find((manifest) => manifest.digest === digest);
    const { mediaType, bytes } = await bench.reader().readBytes(REPOSITORY, digest);
    expect({ mediaType, bytes: Buffer.from(bytes) }).toEqual({ mediaType: stored?.mediaType, bytes: stored?.bytes });
  });

  it.each([
    "application/vnd.docker.distribution.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
    "application/vnd.contoso.example+json",
  ])("takes a type that the SDK does not ask for: %s", async (mediaType) => {
    const odd = { alias: "odd", mediaType, manifest: { schemaVersion: 1 } };
    await bench.load({ repositories: [{ name: REPOSITORY, manifests: [odd] }] });
    const read = await bench.reader().readBytes(REPOSITORY, bench.registry.resolve("odd"));
    expect(read.mediaType).toBe(mediaType);
  });

  it("throws where the digest is not there", async () => {
    const read = bench.reader().readBytes(REPOSITORY, NO_SUCH_DIGEST);
    await expect(read).rejects.toMatchObject({ code: "UpstreamError", status: 404 });
  });
});

describe("the newest of a repository", () => {
  const newest = () => bench.reader().readNewest(REPOSITORY);
  const page = (times: readonly (string | undefined)[], link?: string) =>
    bench.addFault({
      kind: "status",
      status: 200,
      headers: link === undefined ? {} : { Link: link },
      body: {
        manifests: times.map((lastUpdateTime, index) => ({
          digest: `sha256:${String(index).padStart(64, "0")}`,
          ...(lastUpdateTime !== undefined && { lastUpdateTime }),
        })),
      },
    });
  const NEXT = `</acr/v1/${REPOSITORY}/_manifests?last=x&n=100&orderby=timedesc>; rel="next"`;

  it("is one page with what was pushed last, in a repository that holds more", async () => {
    await bench.load({ repositories: [{ name: REPOSITORY, manifests: aliases(150) }] });
    bench.time.advance(60_000);
    bench.registry.push(REPOSITORY, RegistryManifestSchema.parse({ alias: "late" }));
    const { manifests, isWhole } = await newest();
    expect([manifests.length, isWhole]).toEqual([100, false]);
    expect(manifests[0]?.digest).toBe(bench.registry.resolve("late"));
    expect(bench.registry.calls.filter(({ path }) => path.includes("_manifests"))).toHaveLength(1);
  });

  it("is the whole repository where the page is not full and names no next one", async () => {
    page([undefined, undefined]);
    expect(await newest()).toMatchObject({ isWhole: true, manifests: [{}, {}] });
  });

  it("is not the whole repository where a next page is named", async () => {
    page(["2026-03-02T00:00:00Z", "2026-03-01T00:00:00Z"], NEXT);
    expect(await newest()).toMatchObject({ isWhole: false });
  });

  it.each([
    { name: "oldest first", times: ["2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"] },
    { name: "without times", times: [undefined, undefined] },
    { name: "with a time that cannot be read", times: ["2026-03-02T00:00:00Z", "yesterday"] },
  ])("cannot be told from a page $name: what was pushed may be behind it", async ({ times }) => {
    page(times, NEXT);
    await expect(newest()).rejects.toMatchObject({ service: "registry", status: 200 });
  });

  it.each([
    { name: "is no page", status: 200, body: {} },
    { name: "is a 404 of something in between", status: 404, body: "<h1>Not Found</h1>" },
  ])("cannot be told from an answer that $name", async ({ status, body }) => {
    bench.addFault({ kind: "status", status, body });
    await expect(newest()).rejects.toMatchObject({ service: "registry", status });
  });
});
