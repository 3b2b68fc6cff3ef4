import type { ArmId } from "./armId.ts";
import { nameOf, publisherOf, typeOf } from "./armId.ts";
import type { PathMeaning } from "./artifactPath.ts";
import type { ChainEdge } from "./explainChain.ts";
import { listOwners } from "./explainKeep.ts";
import type { Graph } from "./graph.ts";
import type { KeepReason } from "./keepReasons.ts";
import { KEEP_REASONS } from "./keepReasons.ts";
import type { KnownArtifactManifest } from "./knowledge.ts";
import type { RegistryManifest } from "./registryManifest.ts";
import type { ArtifactReference, ConsumerDetails, Resource, VersionReference } from "./resources.ts";
import { toResourceKind } from "./resources.ts";

/** What the links of one registry manifest are made of. */
export interface EdgeFacts {
  readonly graph: Graph;
  readonly meaning: PathMeaning;
  readonly repository: string;
  readonly digest: string;
  /** Undefined where the snapshot does not list it. */
  readonly manifest: RegistryManifest | undefined;
  readonly keep: readonly KeepReason[];
  /** When a mark or a deletion last had it, for what the snapshot does not list. */
  readonly rememberedAt: string | undefined;
}

/** From consumers over versions and artifact manifests to the digest, outermost first. Which field a consumer uses is not told yet. */
export function listEdges(facts: EdgeFacts): readonly ChainEdge[] {
  const owners = listOwners(facts.meaning);
  const references = owners.flatMap((owner) => listReferences(facts.graph, owner));
  const inner = [...references, ...owners.map((owner) => toListing(facts, owner))];
  const others = listOtherEdges(facts, new Set(inner.flatMap(({ from }) => from)));
  const versions = new Set([...references, ...others].map(({ from }) => from).filter(isVersionId));
  const consumers = [...versions].flatMap((id) => listConsumers(facts.graph, id));
  const consuming = new Set(consumers.map(({ from }) => from));
  return [...consumers, ...inner, ...others.filter(({ from }) => !consuming.has(from)), toContent(facts)];
}

const isVersionId = (id: string): boolean => {
  const kind = toResourceKind(typeOf(id));
  return kind === "networkFunctionDefinitionVersion" || kind === "networkServiceDesignVersion";
};

function listReferences({ versions, presentVersions }: Graph, owner: KnownArtifactManifest): readonly ChainEdge[] {
  const ids = [...new Set([...versions.keys(), ...presentVersions.keys()])].sort();
  return ids.flatMap((id): ChainEdge[] => {
    const stated = findReference(presentVersions.get(id), owner.id);
    const known = versions.get(id)?.references.find((reference) => isReferenceTo(reference, owner.id));
    if (!stated && !known) return [];
    // A version that is there and does not say so any more: when it last did is not remembered.
    const rememberedAt = presentVersions.has(id) ? undefined : versions.get(id)?.lastSeenAt;
    const as = stated ? describeUse("references", stated) : describeUse("once referenced", known);
    return [{ from: id, to: owner.id, as, holds: stated !== undefined, needle: owner.id, rememberedAt }];
  });
}

const findReference = (version: Resource | undefined, id: ArmId): ArtifactReference | undefined =>
  version?.details.of === "version"
    ? version.details.references.find((reference) => isReferenceTo(reference, id))
    : undefined;

const isReferenceTo = (reference: ArtifactReference, id: ArmId): boolean =>
  reference.form === "artifactManifest" && reference.id === id;

function describeUse(verb: string, reference: ArtifactReference | undefined): string {
  if (reference?.form !== "artifactManifest" || !reference.artifact) return verb;
  const { name, version, chart } = reference.artifact;
  return `${verb}, for ${chart ? "the chart" : "the artifact"} ${name} ${version ?? "of any version"}`;
}

function toListing({ graph, meaning, repository }: EdgeFacts, owner: KnownArtifactManifest): ChainEdge {
  const artifact = meaning.is === "listed" ? meaning.artifact : "";
  const isOf = ({ name }: { readonly name: string }): boolean => name.toLowerCase() === artifact;
  const resource = graph.present.get(owner.id);
  const details = resource?.details;
  const holds = details?.of === "artifactManifest" && details.artifacts.some(isOf);
  const versions = owner.artifacts.filter(isOf).map(({ version }) => version);
  const adoption = graph.adopted.get(owner.id);
  const says = `${holds ? "lists" : "once listed"} ${artifact} ${versions.join(", ")}`;
  const as = adoption ? `adopted by ${adoption.by} (${adoption.reason})` : says;
  const rememberedAt = resource ? undefined : owner.lastSeenAt;
  return { from: owner.id, to: repository, as, holds, needle: artifact, rememberedAt };
}

const ON_DIGEST: ReadonlySet<string> = new Set([
  "digestPinned",
  "child",
  "referrer",
  "subject",
  "secretValuesMayPinDigest",
]);

/** What holds it by another way than a reference to its artifact manifest: wide demands, legacy references, pins, OCI edges. */
function listOtherEdges({ keep, repository, digest }: EdgeFacts, told: ReadonlySet<string>): readonly ChainEdge[] {
  return keep.flatMap(({ code, by }): ChainEdge[] => {
    if (by === undefined || by === digest || told.has(by) || !(isNode(by) || by.endsWith(" more"))) return [];
    const to = ON_DIGEST.has(code) ? digest : repository;
    return [{ from: by, to, as: KEEP_REASONS[code].text, holds: true, needle: "", rememberedAt: undefined }];
  });
}

/** A resource inside or outside a publisher, or a digest; stores and states of artifact manifests hold nothing. */
const isNode = (text: string): boolean =>
  /^sha256:[0-9a-f]{64}$/.test(text) || isVersionId(text) || (text.startsWith("/") && publisherOf(text) === undefined);

function listConsumers({ uses, demands, presentVersions }: Graph, versionId: ArmId): readonly ChainEdge[] {
  const sample = presentVersions.has(versionId) ? uses.ofVersion(versionId) : demands.ofGoneVersion(versionId);
  if (!sample) return [];
  const more = sample.count - sample.first.length;
  const names = more > 0 ? [...sample.first, `${more} more`] : sample.first;
  const needle = nameOf(versionId);
  return names.map((from) => ({ from, to: versionId, as: "runs on", holds: true, needle, rememberedAt: undefined }));
}

function toContent({ repository, digest, manifest, rememberedAt }: EdgeFacts): ChainEdge {
  const names = manifest?.tags.map(({ name }) => name).sort() ?? [];
  const as = manifest === undefined ? "not listed" : names.length === 0 ? "untagged" : `tags ${names.join(", ")}`;
  return { from: repository, to: digest, as, holds: manifest !== undefined, needle: digest, rememberedAt };
}

/** Adds to each link of a consumer which of its fields names the version, as far as the consumer is at hand. */
export const withFields = (
  edges: readonly ChainEdge[],
  consumers: ReadonlyMap<ArmId, Resource>,
): readonly ChainEdge[] =>
  edges.map((edge) => {
    const details = consumers.get(edge.from)?.details;
    if (details?.of !== "consumer") return edge;
    const named = new Set(details.versions.flatMap((reference) => fieldOf(reference, edge.to) ?? []));
    const fields = named.size > 0 ? [...named].sort() : listMention(details, edge.to);
    return fields.length === 0 ? edge : { ...edge, as: `${edge.as}: ${fields.join(", ")}` };
  });

const FIELDS = { desired: "desired state", lastState: "last state", value: "configuration value" } as const;

function fieldOf(reference: VersionReference, versionId: string): string | undefined {
  switch (reference.by) {
    case "id":
      return reference.id === versionId ? FIELDS[reference.source] : undefined;
    case "names":
      return isNamedBy(reference, versionId) ? `${FIELDS[reference.source]}, by names` : undefined;
    case "mention":
      return undefined;
    case "unreadable":
      return isVersionId(versionId) ? undefined : `cannot be read: ${reference.text}`;
    default:
      return reference satisfies never;
  }
}

/** Where no field names the version and the consumer runs on it all the same, some text of its value does. */
const listMention = ({ versions }: ConsumerDetails, versionId: string): readonly string[] =>
  isVersionId(versionId) && versions.some(({ by }) => by === "mention") ? ["mentioned in a configuration value"] : [];

/** An undefined name fits everything. The group of a value may come from elsewhere. */
function isNamedBy(
  { publisher, group, version, source }: Extract<VersionReference, { by: "names" }>,
  id: string,
): boolean {
  const segments = id.split("/");
  const fits = (name: string | undefined, at: number): boolean =>
    name === undefined || segments[at] === name.toLowerCase();
  return isVersionId(id) && fits(publisher, 8) && fits(version, 12) && (source === "value" || fits(group, 10));
}
