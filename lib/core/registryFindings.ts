import { DAY_MS } from "./duration.ts";
import { linkResource, linkSeen, sortFindings } from "./evidence.ts";
import type { EvidenceLink, FindingKind, ObservedFinding } from "./findings.ts";
import type { RegistryDetails, Resource } from "./resources.ts";
import type { Sight } from "./sight.ts";

export interface RegistryFacts {
  readonly registry: Resource;
  /** Undefined where they could not be read: then none is known to be ready. */
  readonly replications: readonly Resource[] | undefined;
  /** The longest grace window of the enrolled stores that the registry backs. */
  readonly graceMs: number;
  /** Undefined where it is not known where the app runs. */
  readonly appRegion: string | undefined;
}

type Told = readonly [FindingKind, readonly EvidenceLink[]];

/** What the registry's own settings and replicas mean for its clean-up, sorted; some of these kinds keep it from being purged. */
export function listRegistryFindings(facts: RegistryFacts, sight: Sight): readonly ObservedFinding[] {
  const { id } = facts.registry;
  const told: readonly Told[] = [
    ...listSettings(facts, sight),
    ["replicaNotReady", listReplicas(facts, sight)],
    ["appOutsideHomeRegion", listRegions(facts, sight)],
  ];
  const findings = told.flatMap(([kind, links]): ObservedFinding[] => {
    if (links.length === 0) return [];
    const evidence = [linkResource(sight, facts.registry), ...links];
    return [{ kind, subject: id, scope: `registry:${id}`, evidence }];
  });
  return sortFindings(findings);
}

function listSettings({ registry: { details }, graceMs }: RegistryFacts, sight: Sight): readonly Told[] {
  const seen = (...texts: readonly string[]): readonly EvidenceLink[] => texts.map((text) => linkSeen(sight, text));
  if (details.of !== "registry") return [["registryPolicyUnknown", seen("its settings cannot be read")]];
  const { retentionDays, softDeleteDays, unreadablePolicies, sku, roleAssignmentMode } = details;
  const acts = retentionDays !== undefined && retentionDays * DAY_MS < graceMs;
  return [
    [
      "retentionPolicyActs",
      acts
        ? seen(`its retention policy deletes after ${retentionDays} days, the grace window is ${inDays(graceMs)} days`)
        : [],
    ],
    ["softDeleteActs", softDeleteDays === undefined ? [] : seen(`soft delete keeps space for ${softDeleteDays} days`)],
    [
      "registryPolicyUnknown",
      unreadablePolicies.map((text) => linkSeen(sight, "a policy that is not understood:", text)),
    ],
    ["basicRegistry", sku?.toLowerCase() === "basic" ? seen(`its SKU is ${sku}`) : []],
    ["abacRegistry", isAbac(details) ? seen(`its role assignment mode is ${roleAssignmentMode ?? ""}`) : []],
    ["privateRegistry", listNetwork(details, sight)],
  ];
}

const inDays = (ms: number): string => (ms / DAY_MS).toFixed(1).replace(/\.0$/, "");

const isAbac = ({ roleAssignmentMode }: RegistryDetails): boolean =>
  roleAssignmentMode?.toLowerCase() === "abacrepositorypermissions";

function listNetwork({ publicNetworkAccess }: RegistryDetails, sight: Sight): readonly EvidenceLink[] {
  if (publicNetworkAccess?.toLowerCase() === "enabled") return [];
  if (publicNetworkAccess?.toLowerCase() === "disabled")
    return [linkSeen(sight, "its public network access is disabled")];
  return [
    linkSeen(sight, "whether it has public network access is not known: it says", publicNetworkAccess ?? "nothing"),
  ];
}

/** Geo-replicas exist only where the SKU is Premium: elsewhere none is missed where they cannot be read. */
function listReplicas({ registry: { details }, replications }: RegistryFacts, sight: Sight): readonly EvidenceLink[] {
  if (replications) {
    const waiting = replications.filter((replication) => !isReady(replication)).sort((a, b) => (a.id < b.id ? -1 : 1));
    return waiting.map((replication) => linkReplica(replication, sight));
  }
  const sku = details.of === "registry" ? details.sku?.toLowerCase() : undefined;
  if (sku === "basic" || sku === "standard") return [];
  return [linkSeen(sight, "its geo-replicas could not be read: whether they are ready is not known")];
}

const isReady = ({ provisioningState, details }: Resource): boolean =>
  provisioningState?.toLowerCase() === "succeeded" &&
  details.of === "replication" &&
  details.status?.toLowerCase() === "online";

function linkReplica({ id, provisioningState, details }: Resource, sight: Sight): EvidenceLink {
  const status = (details.of === "replication" ? details.status : undefined) ?? "unknown";
  return linkSeen(sight, `geo-replica (status ${status}, provisioning state ${provisioningState ?? "unknown"})`, id);
}

/** Regions are written as `westeurope` and as `West Europe`. */
function listRegions({ registry: { location }, appRegion }: RegistryFacts, sight: Sight): readonly EvidenceLink[] {
  const [home, app] = [toRegion(location), toRegion(appRegion ?? "")];
  if (home === "" || app === "" || home === app) return [];
  return [linkSeen(sight, `its home region is ${home}, the app runs in ${app}`)];
}

const toRegion = (text: string): string => text.toLowerCase().replaceAll(/\s/g, "");
