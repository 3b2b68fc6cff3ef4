import type { Adoption } from "../../lib/core/adoption.ts";
import type { ArmId } from "../../lib/core/armId.ts";
import { createPathIndex } from "../../lib/core/artifactPath.ts";
import type { EvidenceLink, ObservedFinding } from "../../lib/core/findings.ts";
import type { Graph } from "../../lib/core/graph.ts";
import { toGraph } from "../../lib/core/graph.ts";
import type { Known } from "../../lib/core/knowledge.ts";
import { learn } from "../../lib/core/knowledge.ts";
import { createNeeds } from "../../lib/core/needs.ts";
import type { ArtifactReference, ConsumerDetails, NamedArtifact, Resource } from "../../lib/core/resources.ts";
import type { Sight } from "../../lib/core/sight.ts";
import type { RegistryContext } from "../../lib/core/verdicts.ts";
import { aStorePolicy } from "./aContext.ts";
import {
  aNetworkFunction,
  aResource,
  artifactManifestId,
  consumerId,
  nfdvId,
  NOW,
  nsdvId,
  PUBLISHER,
  STORE,
} from "./builders.ts";

/** The look at `NOW`. */
export const SIGHT: Sight = { snapshotId: "20260302T010000Z", at: NOW };

export const SCHEMA: ArmId = `${PUBLISHER}/configurationgroupschemas/cgs`;

export const aSchema = (): Resource => aResource({ id: SCHEMA, kind: "configurationGroupSchema", name: "cgs" });

export const aFunctionGroup = (): Resource =>
  aResource({
    id: `${PUBLISHER}/networkfunctiondefinitiongroups/nfdg`,
    kind: "networkFunctionDefinitionGroup",
    name: "nfdg",
  });

export const aDesignGroup = (): Resource =>
  aResource({ id: `${PUBLISHER}/networkservicedesigngroups/nsdg`, kind: "networkServiceDesignGroup", name: "nsdg" });

/** A site network service with the given details. */
export const aSiteNetworkService = (details: Partial<ConsumerDetails> = {}): Resource => ({
  ...aNetworkFunction(details),
  id: consumerId("sitenetworkservices", "sns"),
  kind: "siteNetworkService",
  name: "sns",
});

/** Configuration group values with the given details. */
export const someValues = (details: Partial<ConsumerDetails> = {}): Resource => ({
  ...aNetworkFunction(details),
  id: consumerId("configurationgroupvalues", "cgv"),
  kind: "configurationGroupValues",
  name: "cgv",
});

/** A network function that runs on an NFDV, 1.0.0 unless said otherwise. */
export const aFunctionOn = (id: ArmId = nfdvId("1.0.0")): Resource =>
  aNetworkFunction({ versions: [{ by: "id", source: "desired", id }] });

/** A site network service that runs on an NSDV, 1.0.0 unless said otherwise. */
export const aServiceOn = (id: ArmId = nsdvId("1.0.0")): Resource =>
  aSiteNetworkService({ versions: [{ by: "id", source: "desired", id }] });

/** The details of a version that says this. */
export const saying = (...references: readonly ArtifactReference[]): Resource["details"] => ({
  of: "version",
  references,
  schemas: [],
});

/** A reference to the artifact manifest `cnf`. */
export const toCnf = (artifact?: NamedArtifact): Extract<ArtifactReference, { form: "artifactManifest" }> => ({
  form: "artifactManifest",
  id: artifactManifestId("cnf"),
  artifact,
});

/** The graph of these resources as a complete snapshot at `NOW` shows it, with what is remembered and adopted beside it. */
export function aGraph(
  resources: readonly Resource[],
  known: readonly Known[] = [],
  adoptions: readonly Adoption[] = [],
): Graph {
  const before = new Map(known.map((entry) => [entry.id, entry]));
  for (const resource of resources) {
    const entry = learn(resource, before.get(resource.id), { at: NOW, complete: true });
    if (entry) before.set(resource.id, entry);
  }
  return toGraph(resources, before.values(), adoptions);
}

/** All that the rules look at for the registry of `STORE`, which is enrolled unless said otherwise. */
export function aContextOf(
  graph: Graph,
  given: Partial<Pick<RegistryContext, "storeIds" | "policyOf">> = {},
): RegistryContext {
  const { storeIds = [STORE], policyOf = () => aStorePolicy() } = given;
  const needs = createNeeds(graph);
  return { graph, needs, paths: createPathIndex(graph, needs, storeIds), storeIds, policyOf };
}

/** Kind and subject of each finding. */
export const toPairs = (findings: readonly ObservedFinding[]): readonly (readonly [string, string])[] =>
  findings.map(({ kind, subject }) => [kind, subject]);

/** The links of the one finding of a kind. */
export function evidenceOf(
  findings: readonly ObservedFinding[],
  kind: ObservedFinding["kind"],
): readonly EvidenceLink[] {
  const [found, ...others] = findings.filter((finding) => finding.kind === kind);
  if (!found || others.length > 0) throw new Error(`${others.length + (found ? 1 : 0)} findings of the kind ${kind}`);
  return found.evidence;
}
