import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { compare, parse } from "semver";
import type { KnownArtifactManifest } from "../../../lib/core/knowledge.ts";
import { artifactNameOf, LastVersions } from "../../../lib/core/lastVersions.ts";
import type { Mark } from "../../../lib/core/marks.ts";
import { shuffled } from "../../fakes/arbitraryManifests.ts";
import { aKnown, aMark, artifactManifestId, digest, STORE } from "../../fakes/builders.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";

/** One upload: an artifact manifest that is gone, and one of its untagged registry manifests. */
interface Upload {
  readonly prefix: string;
  readonly name?: string;
  /** What the artifact manifest ever listed for the name. */
  readonly versions: readonly string[];
  readonly pushedAt?: string;
  readonly mark?: Partial<Mark>;
  readonly known?: Partial<KnownArtifactManifest>;
}

const toKnown = ({ prefix, name = "nginx", versions, known }: Upload): KnownArtifactManifest =>
  aKnown({
    id: artifactManifestId(prefix),
    artifacts: versions.map((version) => ({ name, version })),
    ...known,
  });

const toMark = ({ prefix, name = "nginx", pushedAt, mark }: Upload): Mark =>
  aMark({
    repository: `${prefix}/${name}`,
    artifactManifestId: artifactManifestId(prefix),
    ...(pushedAt !== undefined && { pushedAt }),
    ...mark,
  });

/** `aMark` was confirmed at this very instant. */
const CONFIRMED_SINCE = "2026-03-01T01:00:00Z";

const createVersions = (uploads: readonly Upload[], keep: number): LastVersions =>
  new LastVersions({ storeId: STORE, known: uploads.map(toKnown), keep, confirmedSince: Date.parse(CONFIRMED_SINCE) });

/** The prefixes whose registry manifests are kept. */
function keptOf(uploads: readonly Upload[], keep: number): readonly string[] {
  const versions = createVersions(uploads, keep);
  for (const upload of uploads) versions.add(toMark(upload));
  return uploads.filter((upload) => versions.isLast(toMark(upload))).map(({ prefix }) => prefix);
}

const release = (prefix: string, version: string, more: Partial<Upload> = {}): Upload => ({
  prefix,
  versions: [version],
  ...more,
});

const THREE = [release("c", "1.9.0"), release("a", "1.10.0"), release("b", "2.0.0-rc.1")];

interface Case {
  readonly name: string;
  readonly uploads: readonly Upload[];
  readonly keep: number;
  readonly kept: readonly string[];
}

describe("the last versions of an artifact name", () => {
  it.each<Case>([
    { name: "none where none are asked for", uploads: THREE, keep: 0, kept: [] },
    { name: "the newest by semver, not by text", uploads: THREE, keep: 1, kept: ["b"] },
    { name: "the two newest", uploads: THREE, keep: 2, kept: ["a", "b"] },
    { name: "all where there are no more", uploads: THREE, keep: 3, kept: ["c", "a", "b"] },
    {
      name: "a release after its prerelease",
      uploads: [...THREE, release("d", "2.0.0")],
      keep: 1,
      kept: ["d"],
    },
    {
      name: "a version once, however many registry manifests and artifact manifests have it",
      uploads: [
        release("a", "2.0.0"),
        release("a", "2.0.0", { mark: { digest: digest(2) } }),
        release("b", "2.0.0"),
        release("c", "1.0.0"),
        release("d", "0.9.0"),
      ],
      keep: 2,
      kept: ["a", "a", "b", "c"],
    },
    {
      name: "those of each name by itself",
      uploads: [release("a", "2.0.0"), release("b", "1.0.0"), release("c", "0.1.0", { name: "chart" })],
      keep: 1,
      kept: ["a", "c"],
    },
    {
      name: "a name in any casing",
      uploads: [release("a", "2.0.0"), { prefix: "b", versions: ["1.0.0"], mark: { repository: "B/NginX" } }],
      keep: 1,
      kept: ["a"],
    },
    {
      name: "by push time where no version is semver",
      uploads: [
        release("a", "blue", { pushedAt: "2026-01-03T00:00:00Z" }),
        release("b", "green", { pushedAt: "2026-01-05T00:00:00Z" }),
        release("c", "red", { pushedAt: "2026-01-04T00:00:00Z" }),
      ],
      keep: 2,
      kept: ["b", "c"],
    },
    {
      name: "by both orders where some are semver",
      uploads: [
        release("a", "2.0.0", { pushedAt: "2026-01-01T00:00:00Z" }),
        release("b", "1.0.0", { pushedAt: "2026-01-02T00:00:00Z" }),
        release("c", "blue", { pushedAt: "2026-01-03T00:00:00Z" }),
        release("d", "red", { pushedAt: "2026-01-01T12:00:00Z" }),
      ],
      keep: 1,
      kept: ["a", "c"],
    },
    {
      name: "by the newest push of a version",
      uploads: [
        release("a", "blue", { pushedAt: "2026-01-01T00:00:00Z" }),
        release("a", "blue", { pushedAt: "2026-01-09T00:00:00Z", mark: { digest: digest(2) } }),
        release("b", "green", { pushedAt: "2026-01-05T00:00:00Z" }),
      ],
      keep: 1,
      kept: ["a", "a"],
    },
    {
      name: "of equals, all",
      uploads: [release("a", "1.0.0"), release("b", "v1.0.0"), release("c", "0.9.0")],
      keep: 1,
      kept: ["a", "b"],
    },
    {
      name: "one whose push time cannot be read, as if it were the newest",
      uploads: [release("a", "blue", { pushedAt: "?" }), release("b", "green")],
      keep: 1,
      kept: ["a"],
    },
    {
      name: "an unknown version, which takes nobody's place: several are listed",
      uploads: [{ prefix: "x", versions: ["0.1.0", "0.2.0"] }, ...THREE],
      keep: 1,
      kept: ["x", "b"],
    },
    {
      name: "an unknown version: none is listed, as under an adopted prefix",
      uploads: [{ prefix: "x", versions: [] }, ...THREE],
      keep: 1,
      kept: ["x", "b"],
    },
    {
      name: "an unknown version: it is empty",
      uploads: [release("x", ""), ...THREE],
      keep: 1,
      kept: ["x", "b"],
    },
    {
      name: "an unknown version: the list cannot be read in full",
      uploads: [release("x", "0.1.0", { known: { unreadable: true } }), ...THREE],
      keep: 1,
      kept: ["x", "b"],
    },
    {
      name: "an unknown version: nothing is remembered of its artifact manifest",
      uploads: [release("x", "0.1.0", { known: { id: artifactManifestId("y") } }), ...THREE],
      keep: 1,
      kept: ["x", "b"],
    },
    {
      name: "an unknown version: its path is not below its artifact manifest",
      uploads: [release("x", "0.1.0", { mark: { repository: "x2/nginx" } }), ...THREE],
      keep: 1,
      kept: ["x", "b"],
    },
    {
      name: "no superseded digest, which is no version of its own",
      uploads: [release("x", "9.0.0", { mark: { class: "superseded" } }), ...THREE],
      keep: 1,
      kept: ["b"],
    },
    {
      name: "as long as a newer one was sighted only once, the one before too",
      uploads: [release("x", "9.0.0", { mark: { deadline: undefined } }), ...THREE],
      keep: 1,
      kept: ["x", "b"],
    },
    ...["2026-03-01T00:59:59Z", "?"].map((lastConfirmedAt) => ({
      name: `as long as a newer one was not confirmed lately (${lastConfirmedAt}), the one before too`,
      uploads: [release("x", "9.0.0", { mark: { lastConfirmedAt } }), ...THREE],
      keep: 1,
      kept: ["x", "b"],
    })),
    {
      name: "one that is still in its grace window counts: the one before it may go",
      uploads: [release("x", "9.0.0", { mark: { deadline: "2027-01-01T00:00:00Z" } }), ...THREE],
      keep: 1,
      kept: ["x"],
    },
    {
      name: "none of another artifact store of the registry",
      uploads: [release("x", "9.0.0", { mark: { storeId: `${STORE}2` } }), ...THREE],
      keep: 1,
      kept: ["b"],
    },
  ])("are $name", ({ uploads, keep, kept }) => {
    expect(keptOf(uploads, keep)).toEqual(kept);
  });

  it("are asked for anew after another version was added", () => {
    const versions = createVersions(THREE, 1);
    const [old, middle] = THREE.map(toMark);
    if (!old || !middle) throw new Error("there are three");
    versions.add(old);
    expect(versions.isLast(old)).toBe(true);
    versions.add(middle);
    expect(versions.isLast(old)).toBe(false);
  });
});

describe("the artifact name of a path", () => {
  it.each([
    { path: "cnf/nginx", name: "nginx" },
    { path: "CNF/Charts/NginX", name: "charts/nginx" },
    { path: "cnf2/nginx", name: undefined },
    { path: "cnf", name: undefined },
  ])("of $path is $name", ({ path, name }) => {
    expect(artifactNameOf(path, artifactManifestId("cnf"))).toBe(name);
  });
});

const anyVersion = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(12)).map((parts) => parts.join(".")) },
  fc.constantFrom("1.0.0-rc.1", "v1.0.0", "1.0.0+build", "blue", "1.0", "latest", "01.0.0"),
);

const anyUploads = fc
  .array(
    fc.record({
      name: fc.constantFrom("nginx", "chart"),
      versions: fc.oneof(
        { weight: 5, arbitrary: fc.tuple(anyVersion) },
        { weight: 1, arbitrary: fc.array(anyVersion, { maxLength: 2 }) },
      ),
      pushedAt: fc.integer({ min: 1, max: 20 }).map((day) => `2026-01-${String(day).padStart(2, "0")}T00:00:00Z`),
    }),
    { maxLength: 12 },
  )
  .map((uploads) => uploads.map((upload, index): Upload => ({ ...upload, prefix: `am${index}` })));

const anyCount = fc.integer({ min: 0, max: 5 });

/** One version that everybody can tell. */
const isKnown = ({ versions }: Upload): boolean => new Set(versions).size === 1;

describe("whatever was uploaded", () => {
  it("a larger number never lets more go", () => {
    const property = fc.property(anyUploads, anyCount, (uploads, keep) => {
      const more = new Set(keptOf(uploads, keep + 1));
      expect(keptOf(uploads, keep).filter((prefix) => !more.has(prefix))).toEqual([]);
    });
    checkLaw(property, 500);
  });

  it("what is kept does not depend on the order", () => {
    const reordered = anyUploads.chain((uploads) => fc.tuple(fc.constant(uploads), shuffled(uploads)));
    const property = fc.property(reordered, anyCount, ([uploads, other], keep) => {
      expect([...keptOf(other, keep)].sort()).toEqual([...keptOf(uploads, keep)].sort());
    });
    checkLaw(property, 500);
  });

  it("none that goes is among the newest by any order, nor unknown", () => {
    const property = fc.property(anyUploads, fc.integer({ min: 1, max: 5 }), (uploads, keep) => {
      const kept = new Set(keptOf(uploads, keep));
      for (const gone of uploads.filter(({ prefix }) => !kept.has(prefix))) {
        expect(isKnown(gone)).toBe(true);
        const [own = ""] = gone.versions;
        const others = uploads.filter((upload) => upload.name === gone.name && isKnown(upload));
        const texts = new Set(others.flatMap(({ versions }) => versions).filter((text) => text !== own));
        const newest = (text: string): string =>
          others
            .flatMap(({ versions, pushedAt = "" }) => (versions.includes(text) ? [pushedAt] : []))
            .sort()
            .at(-1) ?? "";
        const semver = [...texts].filter((text) => parse(text) !== null);
        if (parse(own)) expect(semver.filter((text) => compare(text, own) > 0).length).toBeGreaterThanOrEqual(keep);
        if (semver.length === texts.size && parse(own)) continue;
        expect([...texts].filter((text) => newest(text) > newest(own)).length).toBeGreaterThanOrEqual(keep);
      }
    });
    checkLaw(property, 1000);
  });

  it("no more stay than were asked for where each version is another semver", () => {
    const numbers = fc.uniqueArray(fc.nat(50), { maxLength: 10 });
    const property = fc.property(numbers, anyCount, (all, keep) => {
      const uploads = all.map((number) => release(`am${number}`, `1.${number}.0`));
      const newest = all.toSorted((a, b) => b - a).slice(0, keep);
      expect([...keptOf(uploads, keep)].sort()).toEqual(newest.map((number) => `am${number}`).sort());
    });
    checkLaw(property, 500);
  });
});
