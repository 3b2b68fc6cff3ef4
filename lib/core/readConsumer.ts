import type { ArmId } from "./armId.ts";
import { nameOf, publisherOf, toArmId, typeOf } from "./armId.ts";
import { findDigests } from "./findDigests.ts";
import { parseJson } from "./parseJson.ts";
import { readConfigurationValues } from "./readConfigurationValues.ts";
import { isOpen } from "./readSchemas.ts";
import { nameOrAny, readText, readTexts, toScope } from "./readText.ts";
import type { Properties, Reading, Scope } from "./readText.ts";
import { readConsumedVersions, readLastState } from "./readConsumedVersions.ts";
import { REFERENCE_PATHS } from "./referencePaths.ts";
import type { ConsumerDetails, ResourceKind, VersionReference } from "./resources.ts";

/** Reads what an SNS, NF or CGV consumes. What cannot be read counts as everything that it could mean. */
export function readConsumer(kind: ResourceKind, properties: Properties): ConsumerDetails {
  const digests = findDigests(properties);
  const read = readKind(kind, toScope(properties));
  const broken = [...(read.broken ?? []), ...(digests.hasBroken ? ["a digest in it breaks off"] : [])];
  const { publisherId } = read;
  return {
    of: "consumer",
    // What they named may be decommissioned by now: only a need for all of the publisher keeps it.
    versions: [...read.versions, ...broken.map((text) => ({ by: "unreadable", publisherId, text }) as const)],
    values: read.values ?? [],
    schemas: read.schemas ?? [],
    digests: digests.whole,
    hasSecretValues: read.hasSecretValues || broken.length > 0,
  };
}

interface Read
  extends Pick<ConsumerDetails, "versions" | "hasSecretValues">, Partial<Pick<ConsumerDetails, "values" | "schemas">> {
  /** The one whose artifacts its values are about; undefined where that is not known by id. */
  readonly publisherId: ArmId | undefined;
  /** Values that are there and spoilt. */
  readonly broken?: readonly string[];
}

function readKind(kind: ResourceKind, scope: Scope): Read {
  switch (kind) {
    case "siteNetworkService":
      return readSiteNetworkService(scope);
    case "networkFunction":
      return readNetworkFunction(scope);
    default:
      return readConfigurationValues(scope);
  }
}

const NSDV = "microsoft.hybridnetwork/publishers/networkservicedesigngroups/networkservicedesignversions";
const NFDV = "microsoft.hybridnetwork/publishers/networkfunctiondefinitiongroups/networkfunctiondefinitionversions";
const VALUES = "microsoft.hybridnetwork/configurationgroupvalues";

function readSiteNetworkService(scope: Scope): Read {
  const paths = REFERENCE_PATHS.siteNetworkService;
  const desired = readConsumedVersions(scope, paths, NSDV);
  const values = [...readTexts(scope, paths.values), ...readTexts(scope, paths.lastValues)];
  return {
    versions: [...desired, ...readLastState(scope, paths)],
    values: listValueIds(values),
    publisherId: findPublisher(desired, readText(scope, paths.publisher)),
    hasSecretValues: desired.some(({ by }) => by === "unreadable"),
  };
}

/**
 * One that cannot be read is left out, because it protects nothing by itself: configuration group values protect what they
 * name whether or not a site network service uses them. So nobody may conclude from this list that values are not used.
 */
function listValueIds(readings: readonly Reading[]): readonly ArmId[] {
  const ids = readings
    .map((reading) => (reading.is === "text" ? toArmId(reading.text) : undefined))
    .filter((id) => id !== undefined);
  return [...new Set(ids.filter((id) => typeOf(id) === VALUES))].sort();
}

function readNetworkFunction(scope: Scope): Read {
  const paths = REFERENCE_PATHS.networkFunction;
  const versions = readConsumedVersions(scope, paths, NFDV);
  const values = [...readTexts(scope, paths.values), ...readTexts(scope, paths.overrides)];
  return {
    versions,
    publisherId: findPublisher(versions, readText(scope, paths.publisher)),
    broken: values.flatMap(listBroken),
    hasSecretValues: !isOpen(readText(scope, paths.configurationType)),
  };
}

/** Values are JSON texts: what is none may have broken off. */
function listBroken(reading: Reading): readonly string[] {
  if (reading.is === "unreadable") return [reading.text];
  return reading.is === "text" && parseJson(reading.text) === undefined ? [`${reading.at} is no JSON`] : [];
}

/** The publisher of the version that is named by id; undefined where there is no id, or the name beside it tells another. */
function findPublisher(versions: readonly VersionReference[], name: Reading): ArmId | undefined {
  const [id] = versions.flatMap((version) => (version.by === "id" ? (publisherOf(version.id) ?? []) : []));
  const isDenied = id !== undefined && (nameOrAny(name)?.toLowerCase() ?? nameOf(id)) !== nameOf(id);
  return isDenied ? undefined : id;
}
