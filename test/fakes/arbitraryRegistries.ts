import fc from "fast-check";
import { toDigest } from "./memoryRegistry.ts";

export const OCI_IMAGE = "application/vnd.oci.image.manifest.v1+json";
export const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const DOCKER_IMAGE = "application/vnd.docker.distribution.manifest.v2+json";
const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
const ORAS_ARTIFACT = "application/vnd.cncf.oras.artifact.manifest.v1+json";
const OCI_ARTIFACT = "application/vnd.oci.artifact.manifest.v1+json";
const UNKNOWN = "application/vnd.example.future.v1+json";

const MISSING = toDigest("never pushed");
const MAX_MANIFESTS = 9;

/** A registry manifest of a repository, as its raw bytes and what the registry knows of it. */
export interface Raw {
  readonly mediaType: string;
  readonly text: string;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly locked: boolean;
  /** Pushed within the last day. */
  readonly young: boolean;
}

/** How a repository is drawn; numbers are taken modulo how many there are. */
interface Drawn {
  readonly mediaType: string;
  readonly children: readonly number[];
  readonly missingChild: boolean;
  readonly subject: number | "missing" | undefined;
  readonly tag: "none" | "ordinary" | { readonly attachedTo: number; readonly suffix: string };
  readonly locked: boolean;
  readonly young: boolean;
}

export interface Oddities {
  /** May a type that nobody knows occur, and some that were pushed just now? */
  readonly unknown: boolean;
  readonly young: boolean;
}

const rarely = fc.nat(6).map((dice) => dice === 0);
const types = fc.constantFrom(OCI_IMAGE, OCI_INDEX, OCI_INDEX, DOCKER_IMAGE, DOCKER_LIST, ORAS_ARTIFACT, OCI_ARTIFACT);
const suffix = fc.constantFrom(".sig", ".att", ".sbom", "");

const drawn = ({ unknown, young }: Oddities): fc.Arbitrary<Drawn> =>
  fc.record({
    mediaType: unknown
      ? fc.oneof({ weight: 30, arbitrary: types }, { weight: 1, arbitrary: fc.constant(UNKNOWN) })
      : types,
    children: fc.array(fc.nat(), { maxLength: 3 }),
    missingChild: rarely,
    subject: fc.oneof(
      { weight: 4, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constant("missing" as const) },
      { weight: 3, arbitrary: fc.nat() },
    ),
    tag: fc.oneof(
      { weight: 5, arbitrary: fc.constant("none" as const) },
      { weight: 1, arbitrary: fc.constant("ordinary" as const) },
      { weight: 2, arbitrary: fc.record({ attachedTo: fc.nat(), suffix }) },
    ),
    locked: rarely,
    young: young ? rarely : fc.constant(false),
  });

/** Real bytes: each can name only what was there before it, so that nothing goes round in a circle. */
export const arbitraryRegistry = (oddities: Oddities): fc.Arbitrary<readonly Raw[]> =>
  fc.array(drawn(oddities), { minLength: 1, maxLength: MAX_MANIFESTS }).map(toRaw);

function toRaw(all: readonly Drawn[]): readonly Raw[] {
  const texts: string[] = [];
  for (const [number, one] of all.entries()) texts.push(JSON.stringify(toBody(number, one, texts)));
  const tags = toTags(all, texts);
  return all.map(({ mediaType, locked, young }, number) => ({
    mediaType,
    text: texts[number] ?? "",
    digest: toDigest(texts[number] ?? ""),
    tags: [...tags].filter(([, owner]) => owner === number).map(([tag]) => tag),
    locked,
    young,
  }));
}

type Body = Readonly<Record<string, unknown>>;

function toBody(number: number, one: Drawn, earlier: readonly string[]): Body {
  const describe = (digest: string): Body => ({ mediaType: OCI_IMAGE, digest, size: 500 });
  const pick = (at: number): readonly string[] =>
    earlier
      .slice(at % earlier.length)
      .slice(0, 1)
      .map(toDigest);
  const children = [...one.children.flatMap(pick), ...(one.missingChild ? [MISSING] : [])];
  const subject = one.subject === "missing" ? [MISSING] : one.subject === undefined ? [] : pick(one.subject);
  const common = { schemaVersion: 2, mediaType: one.mediaType, annotations: { number: String(number) } };
  const refers = subject[0] === undefined ? {} : { subject: describe(subject[0]) };
  switch (one.mediaType) {
    case OCI_INDEX:
      return { ...common, manifests: children.map(describe), ...refers };
    case DOCKER_LIST:
      return { ...common, manifests: children.map(describe) };
    case DOCKER_IMAGE:
      return { ...common, config: describe(toDigest("config")), layers: [] };
    case OCI_IMAGE:
      return { ...common, config: describe(toDigest("config")), layers: [], ...refers };
    case UNKNOWN:
      return { ...common, parts: children };
    default:
      return { ...common, blobs: [], ...refers };
  }
}

/** Who carries which tag; one that two would carry is the later one's. */
function toTags(all: readonly Drawn[], texts: readonly string[]): ReadonlyMap<string, number> {
  const tags = new Map<string, number>();
  for (const [number, { tag }] of all.entries()) {
    if (tag === "none") continue;
    if (tag === "ordinary") tags.set(`v${number}`, number);
    else tags.set(`sha256-${toDigest(texts[tag.attachedTo % texts.length] ?? "").slice(7)}${tag.suffix}`, number);
  }
  return tags;
}
