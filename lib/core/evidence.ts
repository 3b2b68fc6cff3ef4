import type { ArmId } from "./armId.ts";
import type { EvidenceLink, ObservedFinding } from "./findings.ts";
import type { NamedArtifact, Resource, ResourceKind } from "./resources.ts";
import type { Sample } from "./sample.ts";
import type { Sight } from "./sight.ts";

/** A finding is one row: what is long is named in part, with how much more there is. */
const MAX_LINKS = 20;

const WORDS: Readonly<Record<ResourceKind, string>> = {
  publisher: "publisher",
  artifactStore: "artifact store",
  artifactManifest: "artifact manifest",
  networkFunctionDefinitionGroup: "function definition group",
  networkFunctionDefinitionVersion: "function definition",
  networkServiceDesignGroup: "service design group",
  networkServiceDesignVersion: "service design",
  configurationGroupSchema: "configuration group schema",
  configurationGroupValues: "configuration group values",
  site: "site",
  siteNetworkService: "site network service",
  networkFunction: "network function",
  registry: "registry",
  replication: "geo-replica",
};

/** What this look showed, of `subject` where there is one. */
export const linkSeen = ({ snapshotId, at }: Sight, text: string, subject?: string): EvidenceLink =>
  subject === undefined ? { text, snapshotId, at } : { text, subject, snapshotId, at };

/** A resource that is there, with the states that it is in. */
export function linkResource(sight: Sight, { id, kind, state, provisioningState }: Resource): EvidenceLink {
  const states = [
    ...(state === undefined ? [] : [`state ${state}`]),
    ...(provisioningState === undefined ? [] : [`provisioning state ${provisioningState}`]),
  ];
  return linkSeen(sight, states.length === 0 ? WORDS[kind] : `${WORDS[kind]} (${states.join(", ")})`, id);
}

/** Since when a resource is known: the first snapshot that showed it, or else its own date of creation. */
export function linkSince(
  { id, createdAt }: Resource,
  known: { readonly firstSeenAt: string } | undefined,
): EvidenceLink[] {
  if (known) return [{ text: "first seen", subject: id, at: known.firstSeenAt }];
  return createdAt === undefined ? [] : [{ text: "created", subject: id, at: createdAt }];
}

/** The consumers that a sample names, and how many more there are; none without a sample. */
export function linkUsers(sight: Sight, sample: Sample | undefined): EvidenceLink[] {
  if (!sample) return [];
  const more = sample.count - sample.first.length;
  const named = sample.first.toSorted().map((id: ArmId) => linkSeen(sight, "used by", id));
  return more > 0 ? [...named, linkSeen(sight, `used by ${more} more`)] : named;
}

/** The first of many links, and one that tells how many are left out. */
export function limitLinks(links: readonly EvidenceLink[]): readonly EvidenceLink[] {
  if (links.length <= MAX_LINKS) return links;
  return [...links.slice(0, MAX_LINKS), { text: `and ${links.length - MAX_LINKS} more` }];
}

/** `name:version`; of a chart the version is a range. */
export const describeArtifact = ({ name, version }: Pick<NamedArtifact, "name" | "version">): string =>
  version === undefined ? name : `${name}:${version}`;

/** By kind and subject, so that the same facts in another order give the same findings. */
export const sortFindings = (findings: readonly ObservedFinding[]): readonly ObservedFinding[] =>
  findings.toSorted(
    (a, b) => compareTexts(a.kind, b.kind) || compareTexts(a.subject, b.subject) || compareTexts(a.scope, b.scope),
  );

export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
