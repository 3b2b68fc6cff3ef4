import type { ArmId } from "./armId.ts";
import { publisherOf, typeOf } from "./armId.ts";
import { compareTexts, linkResource, linkSeen, limitLinks, sortFindings } from "./evidence.ts";
import type { EvidenceLink, ObservedFinding } from "./findings.ts";
import type { ReferenceSource, Resource, VersionReference } from "./resources.ts";
import { toResourceKind } from "./resources.ts";
import type { Sight } from "./sight.ts";
import type { VersionIndex, VersionNames } from "./versionIndex.ts";

const SCOPE = "consumers";

const SAYS: Readonly<Record<ReferenceSource, string>> = {
  desired: "its desired state names",
  lastState: "its last state names",
  value: "its configuration value names",
};

/** A statement about one reference: what proves it, and whose artifacts it is about where that is known. */
interface Statement {
  readonly link: EvidenceLink;
  readonly publisherId: ArmId | undefined;
}

/**
 * What the references of one consumer tell, once every version of the tenant is in the index: that a version is gone, or that a
 * reference cannot be read. A mere mention in a configuration value tells nothing.
 */
export function listConsumerFindings(
  consumer: Resource,
  versions: VersionIndex,
  sight: Sight,
): readonly ObservedFinding[] {
  if (consumer.details.of !== "consumer") return [];
  const look: Look = { consumer, versions, sight, references: consumer.details.versions };
  const gone = consumer.details.versions.flatMap((reference) => listGone(look, reference));
  const unreadable = consumer.details.versions.flatMap((reference) => listUnreadable(look, reference));
  return sortFindings([
    ...toFindings(look, "consumerOfDeletedVersion", gone),
    ...toFindings(look, "unreadableReference", unreadable),
  ]);
}

interface Look {
  readonly consumer: Resource;
  readonly versions: VersionIndex;
  readonly sight: Sight;
  readonly references: readonly VersionReference[];
}

function toFindings(
  { consumer, sight }: Look,
  kind: ObservedFinding["kind"],
  statements: readonly Statement[],
): ObservedFinding[] {
  if (statements.length === 0) return [];
  // The id and the name fields of a reference often say the same.
  const byText = new Map(statements.map(({ link }) => [`${link.text} ${link.subject ?? ""}`, link]));
  const links = [...byText.entries()].sort(([a], [b]) => compareTexts(a, b)).map(([, link]) => link);
  const publishers = new Set(statements.map(({ publisherId }) => publisherId));
  return [
    {
      kind,
      subject: consumer.id,
      scope: SCOPE,
      publisherId: publishers.size === 1 ? [...publishers][0] : undefined,
      evidence: [linkResource(sight, consumer), ...limitLinks(links)],
    },
  ];
}

function listGone(look: Look, reference: VersionReference): readonly Statement[] {
  switch (reference.by) {
    case "id":
      return look.versions.isPresent(reference.id) ? [] : [toGone(look, reference.source, reference.id)];
    case "names":
      return listGoneByNames(look, reference);
    case "mention":
    case "unreadable":
      return [];
    default:
      return reference satisfies never;
  }
}

function toGone({ versions, sight }: Look, source: ReferenceSource, id: ArmId): Statement {
  const known = versions.findGone(id);
  const link: EvidenceLink = known
    ? { text: `${SAYS[source]} a version that is gone, last seen`, subject: id, at: known.lastSeenAt }
    : linkSeen(sight, `${SAYS[source]} a version that is not there and was never seen by any snapshot`, id);
  return { link, publisherId: publisherOf(id) };
}

/** A version that exists and fits may be the one that is meant, in whatever subscription it is. */
function listGoneByNames(look: Look, names: VersionNames): readonly Statement[] {
  if (names.version === undefined) return [];
  const fitting = look.versions.listFitting(names).filter((id) => isOfKind(look.consumer, id));
  if (fitting.some((id) => look.versions.isPresent(id))) return [];
  if (fitting.length > 0) return fitting.map((id) => toGone(look, names.source, id));
  if (look.references.some((other) => other.by === "id" && saysTheSame(other, names))) return [];
  const text = `${SAYS[names.source]} a version that was never seen by any snapshot:`;
  return [{ link: linkSeen(look.sight, text, describeNames(names)), publisherId: undefined }];
}

/** A site network service runs on a service design, everything else on a function definition: both may bear the same names. */
function isOfKind({ kind }: Resource, versionId: ArmId): boolean {
  const design = toResourceKind(typeOf(versionId)) === "networkServiceDesignVersion";
  return design === (kind === "siteNetworkService");
}

/** Names that repeat an id of the same state add nothing to what is said of the id. */
function saysTheSame({ id, source }: Extract<VersionReference, { by: "id" }>, names: VersionNames): boolean {
  const segments = id.split("/");
  const pairs = [
    [names.publisher, segments[8]],
    [names.group, segments[10]],
    [names.version, segments[12]],
  ];
  return source === names.source && pairs.every(([name, segment]) => name?.toLowerCase() === segment);
}

/** What stands in a configuration value is not repeated: it may be a secret beside the names that it seems to be. */
const describeNames = ({ source, publisher, group, version }: VersionNames): string =>
  source === "value"
    ? "a version by names in its values"
    : `publisher ${publisher ?? "(unknown)"}, group ${group ?? "(unknown)"}, version ${version ?? "(unknown)"}`;

function listUnreadable({ sight }: Look, reference: VersionReference): readonly Statement[] {
  if (reference.by === "unreadable") {
    const { text, publisherId } = reference;
    return [{ link: linkSeen(sight, `cannot be read: ${text}. ${protects(publisherId)}`, publisherId), publisherId }];
  }
  if (reference.by !== "names" || !isVague(reference)) return [];
  const { source, publisher } = reference;
  const text = `${SAYS[source]} a version only in part (${describeNames(reference)}). ${protects(publisher)}`;
  return [{ link: linkSeen(sight, text, publisher), publisherId: undefined }];
}

/** Of fields of the resource all names are expected: where one is missing, the others may mean something else, too. */
const isVague = ({ source, publisher, group, version }: VersionNames): boolean =>
  source !== "value" && (publisher === undefined || group === undefined || version === undefined);

const protects = (publisher: string | undefined): string =>
  publisher === undefined ? "It protects the artifacts of every publisher" : "It protects all artifacts of publisher";
