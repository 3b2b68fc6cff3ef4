import type { ArmId } from "./armId.ts";
import { nameOf, publisherOf } from "./armId.ts";
import { hashDigest } from "./findDigests.ts";
import type { KeepCode } from "./keepReasons.ts";
import type { ConsumerDetails, Resource, SchemaReference, VersionReference } from "./resources.ts";
import type { Sample } from "./sample.ts";
import { Samples } from "./sample.ts";
import type { VersionIndex, VersionNames } from "./versionIndex.ts";

/** What consumers ask for beyond the versions that exist: those protect what they reference anyway. By consumer id, as samples. */
export interface Demands {
  /** Consumers of a version that is gone, by the id of that version. */
  ofGoneVersion(versionId: ArmId): Sample | undefined;
  /** Consumers that may need anything of a publisher, of publishers of that name, or of any (`undefined`), by code. */
  ofPublisher(publisherId: ArmId | undefined): readonly WideDemand[];
  /** Consumers that name a digest, `sha256:…`. */
  ofDigest(digest: string): Sample | undefined;
  /** Consumers with values that cannot be read and could name any digest of the publisher. */
  secretsOf(publisherId: ArmId | undefined): Sample | undefined;
}

export interface WideDemand {
  readonly code: Extract<KeepCode, "consumerOfUnknownVersion" | "unreadableConsumer">;
  readonly consumers: Sample;
}

/** Who uses a version or schema that exists, for findings about what nobody uses. */
export interface Uses {
  ofVersion(id: ArmId): Sample | undefined;
  ofSchema(id: ArmId): Sample | undefined;
}

const ANY = "*";
const WIDE_CODES = ["consumerOfUnknownVersion", "unreadableConsumer"] as const;

/** Collects demands and uses while consumers are streamed, after every version has been put into the index. */
export class ConsumerIndex implements Demands, Uses {
  private readonly versions: VersionIndex;
  private readonly gone = new Samples<ArmId>();
  /** Of versions that exist, and there are thousands: two users each are enough to tell who. */
  private readonly used = new Samples<ArmId>(2);
  private readonly schemas = new Samples<string>();
  private readonly digests = new Samples<string>();
  private readonly secrets = new Samples<string>();
  /** `<code> <publisher id, name:<publisher name>, or *>` */
  private readonly wide = new Samples<string>();

  constructor(versions: VersionIndex) {
    this.versions = versions;
  }

  add(consumer: Resource): void {
    const { details, id } = consumer;
    if (details.of !== "consumer") return;
    for (const digest of details.digests) this.digests.add(digest, id);
    for (const schema of details.schemas) this.addSchema(id, schema);
    if (details.hasSecretValues) for (const key of listPublisherKeys(details)) this.secrets.add(key, id);
    const meant = new Set(details.versions.flatMap((reference) => this.resolve(consumer, reference)));
    for (const versionId of meant) {
      if (!this.versions.isPresent(versionId)) this.gone.add(versionId, id);
      else if (isUsedBy(consumer, versionId)) this.used.add(versionId, id);
    }
  }

  /** A service design asks for values of these schemas. */
  addSchema(by: ArmId, reference: SchemaReference): void {
    if (reference.by === "id") this.schemas.add(reference.id, by);
    else if (reference.by === "names") this.schemas.add(schemaKey(reference.publisher, reference.schema), by);
    else this.schemas.add(schemaKey(undefined, undefined), by);
  }

  ofGoneVersion(versionId: ArmId): Sample | undefined {
    return this.gone.get(versionId);
  }

  ofVersion(id: ArmId): Sample | undefined {
    return this.used.get(id);
  }

  ofSchema(id: ArmId): Sample | undefined {
    const publisher = publisherOf(id);
    const [publisherName, schema] = [nameOf(publisher ?? ""), nameOf(id)];
    const keys = [
      id,
      schemaKey(publisherName, schema),
      schemaKey(undefined, schema),
      schemaKey(publisherName, undefined),
      schemaKey(undefined, undefined),
    ];
    return keys.map((key) => this.schemas.get(key)).find((sample) => sample !== undefined);
  }

  ofDigest(digest: string): Sample | undefined {
    const alone = hashDigest(digest.slice(digest.indexOf(":") + 1));
    return mergeSamples([this.digests.get(digest), this.digests.get(alone)]);
  }

  secretsOf(publisherId: ArmId | undefined): Sample | undefined {
    return mergeSamples(listScopes(publisherId).map((scope) => this.secrets.get(scope)));
  }

  ofPublisher(publisherId: ArmId | undefined): readonly WideDemand[] {
    return WIDE_CODES.flatMap((code) => {
      const consumers = mergeSamples(listScopes(publisherId).map((scope) => this.wide.get(`${code} ${scope}`)));
      return consumers ? [{ code, consumers }] : [];
    });
  }

  /** The versions, existing or gone, that a reference means; what it may mean beyond them is demanded at large. */
  private resolve(consumer: Resource, reference: VersionReference): readonly ArmId[] {
    switch (reference.by) {
      case "id":
        if (this.versions.isPresent(reference.id) || this.versions.findGone(reference.id)) return [reference.id];
        this.wide.add(`consumerOfUnknownVersion ${publisherOf(reference.id) ?? ANY}`, consumer.id);
        return [];
      case "names":
        return this.resolveNames(consumer, reference);
      case "mention":
        return this.versions.listMentioned(reference);
      case "unreadable":
        this.wide.add(`unreadableConsumer ${reference.publisherId ?? ANY}`, consumer.id);
        return [];
      default:
        return reference satisfies never;
    }
  }

  /** Names fit versions in any subscription and region; where none fits, the version was never seen and could need anything. */
  private resolveNames(consumer: Resource, names: VersionNames): readonly ArmId[] {
    const { publisher, group, version, source } = names;
    const fitting = this.versions.listFitting(names);
    const isVague = source !== "value" && (publisher === undefined || group === undefined || version === undefined);
    if (fitting.length === 0 || isVague) {
      const code = isVague ? "unreadableConsumer" : "consumerOfUnknownVersion";
      this.wide.add(`${code} ${publisher === undefined ? ANY : nameScope(publisher)}`, consumer.id);
    }
    return source === "value" ? [...fitting, ...this.listPresentOfAnyGroup(names)] : fitting;
  }

  /** A design that puts a version's name into a value may take the group from elsewhere: nothing of that name is called unused. */
  private listPresentOfAnyGroup({ publisher, version }: VersionNames): readonly ArmId[] {
    return this.versions
      .listFitting({ publisher, group: undefined, version })
      .filter((id) => this.versions.isPresent(id));
  }
}

/** Names alone do not tell a function definition from a service design; the kind of the consumer does. */
function isUsedBy(consumer: Resource, versionId: ArmId): boolean {
  return versionId.includes("/networkservicedesigngroups/") === (consumer.kind === "siteNetworkService");
}

/** Under which keys demands on a publisher may stand: its id, its name, or any. */
function listScopes(publisherId: ArmId | undefined): readonly string[] {
  return publisherId === undefined ? [ANY] : [publisherId, nameScope(nameOf(publisherId)), ANY];
}

const nameScope = (publisher: string): string => `name:${publisher.toLowerCase()}`;

const schemaKey = (publisher: string | undefined, schema: string | undefined): string =>
  `${publisher?.toLowerCase() ?? ANY}/${schema?.toLowerCase() ?? ANY}`;

/** The publishers that a consumer is known to use; any where one reference does not tell. */
function listPublisherKeys({ versions }: ConsumerDetails): readonly string[] {
  const keys = versions.map((reference) => {
    if (reference.by === "id") return publisherOf(reference.id) ?? ANY;
    return reference.by === "names" ? ANY : (reference.publisherId ?? ANY);
  });
  return keys.length === 0 ? [ANY] : [...new Set(keys)];
}

function mergeSamples(samples: readonly (Sample | undefined)[]): Sample | undefined {
  const found = samples.filter((sample) => sample !== undefined);
  if (found.length === 0) return undefined;
  return {
    first: found.flatMap(({ first }) => first).slice(0, 5),
    count: found.reduce((sum, { count }) => sum + count, 0),
  };
}
