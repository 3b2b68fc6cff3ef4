import type { SandboxArm } from "../../sandbox/contracts.ts";
import type { ArmResource } from "../../sandbox/estate.ts";
import {
  aConfigurationValues,
  aNetworkFunction,
  aSiteNetworkService,
  toNetworkFunctionId,
  toValuesId,
} from "./consumers.ts";
import { COUNTS, type LargePublisher, RESOURCES_PER_PUBLISHER, aLargePublisher } from "./largePublisher.ts";
import { aLargeArtifactManifest, toLargeArtifactManifestId } from "./publisherParts.ts";
import { aDefinitionVersion, aDesignVersion, toDefinitionId, toDesignId } from "./versions.ts";

/** What happens to one resource between the two nights. */
export type Change =
  | { readonly kind: "put"; readonly resource: ArmResource }
  | { readonly kind: "deprecate"; readonly id: string }
  | { readonly kind: "remove"; readonly id: string };

/** One in a hundred resources of each publisher changes: 15 go, 15 come, 10 change their state, 10 reference something else. */
export function listChanges(publishers: number): readonly Change[] {
  const changes = Array.from({ length: publishers }, (_, index) => listChangesOf(aLargePublisher(index))).flat();
  if (changes.length * 100 !== publishers * RESOURCES_PER_PUBLISHER) throw new Error(`${changes.length} changes`);
  return changes;
}

function listChangesOf(publisher: LargePublisher): readonly Change[] {
  return [...listRemovals(publisher), ...listAdditions(publisher), ...listStates(publisher), ...listMoves(publisher)];
}

/** From `first` on, `count` of them, each `step` after the one before. */
const numbers = (first: number, count: number, step = 1): readonly number[] =>
  Array.from({ length: count }, (_, index) => first + index * step);

/** Versions go while consumers still run on them; the artifact manifests are those that no version references any more. */
function listRemovals(publisher: LargePublisher): readonly Change[] {
  const ids = [
    ...numbers(150, 4, 40).map((number) => toDefinitionId(publisher, number)),
    ...numbers(20, 3, 60).map((number) => toDesignId(publisher, number)),
    ...numbers(COUNTS.definitionVersion + 10, 3, 20).map((number) => toLargeArtifactManifestId(publisher, number)),
    ...numbers(100, 3, 300).map((number) => toNetworkFunctionId(publisher, number)),
    ...numbers(COUNTS.siteNetworkService + 5, 2, 100).map((number) => toValuesId(publisher, number)),
  ];
  return ids.map((id) => ({ kind: "remove", id }));
}

function listAdditions(publisher: LargePublisher): readonly Change[] {
  const added = [
    ...numbers(COUNTS.artifactManifest, 3).map((number) => aLargeArtifactManifest(publisher, number)),
    ...numbers(COUNTS.definitionVersion, 3).map((number) => aDefinitionVersion(publisher, number)),
    ...numbers(COUNTS.designVersion, 2).map((number) => aDesignVersion(publisher, number)),
    ...numbers(COUNTS.networkFunction, 4).map((number) => aNetworkFunction(publisher, number)),
    ...numbers(COUNTS.configurationValues, 3).map((number) => aConfigurationValues(publisher, number)),
  ];
  return added.map((resource) => ({ kind: "put", resource }));
}

function listStates(publisher: LargePublisher): readonly Change[] {
  const ids = [
    ...numbers(200, 6, 11).map((number) => toDefinitionId(publisher, number)),
    ...numbers(41, 4, 50).map((number) => toDesignId(publisher, number)),
  ];
  return ids.map((id) => ({ kind: "deprecate", id }));
}

function listMoves(publisher: LargePublisher): readonly Change[] {
  const moved = [
    ...numbers(7, 5, 200).map((number) => aNetworkFunction(publisher, number, 1)),
    ...numbers(11, 5, 150).map((number) => aSiteNetworkService(publisher, number, 1)),
  ];
  return moved.map((resource) => ({ kind: "put", resource }));
}

/** Fails if a resource that should change or go is not there. */
export function applyChange(arm: SandboxArm, change: Change): void {
  if (change.kind === "put") return arm.put(change.resource);
  if (change.kind === "deprecate") return arm.patch(change.id, { properties: { versionState: "Deprecated" } });
  if (!arm.get(change.id)) throw new Error(`There is no resource ${change.id} to remove`);
  // The resource provider's own check walks every resource for each removal; that these go is settled.
  arm.remove(change.id, { force: true });
  return undefined;
}
