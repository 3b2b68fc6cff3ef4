import type { ArmId } from "./armId.ts";
import { toArmId, typeOf } from "./armId.ts";
import { findDigests } from "./findDigests.ts";
import { parseJson } from "./parseJson.ts";
import { readConfigurationValues } from "./readConfigurationValues.ts";
import { isOpen } from "./readSchemas.ts";
import { readText, readTexts, toScope } from "./readText.ts";
import type { Properties, Reading, Scope } from "./readText.ts";
import { readConsumedVersions, readLastState } from "./readConsumedVersions.ts";
import { REFERENCE_PATHS } from "./referencePaths.ts";
import type { ConsumerDetails, ResourceKind } from "./resources.ts";

/** Reads what an SNS, NF or CGV consumes. What cannot be read counts as everything that it could mean. */
export function readConsumer(kind: ResourceKind, properties: Properties): ConsumerDetails {
  const scope = toScope(properties);
  const digests = findDigests(properties);
  const read = readKind(kind, scope);
  return {
    of: "consumer",
    versions: read.versions,
    values: read.values ?? [],
    schemas: read.schemas ?? [],
    digests: digests.whole,
    hasSecretValues: read.hasSecretValues || digests.hasBroken,
  };
}

type Read = Pick<ConsumerDetails, "versions" | "hasSecretValues"> &
  Partial<Pick<ConsumerDetails, "values" | "schemas">>;

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
  const values = [...readTexts(scope, paths.values), ...readTexts(scope, paths.overrides)];
  return {
    versions: readConsumedVersions(scope, paths, NFDV),
    hasSecretValues: !isOpen(readText(scope, paths.configurationType)) || values.some(mayHideDigests),
  };
}

/** Values are JSON texts: what is none may have broken off. */
const mayHideDigests = (reading: Reading): boolean =>
  reading.is === "unreadable" || (reading.is === "text" && parseJson(reading.text) === undefined);
