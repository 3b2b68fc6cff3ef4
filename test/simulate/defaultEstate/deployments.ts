import { type Deployment, aDeployment, aSite, toDeployable } from "./aDeployment.ts";
import type { ResourceInput } from "./estateInput.ts";
import { LEGACY_DEPLOYABLE } from "./legacyStore.ts";
import { releaseNamed } from "./releases.ts";

/** What operators run, in a subscription of their own, on three sites. */

const SITES = ["north", "east", "west"];

const on = (site: string, artifactManifestName: string): Deployment =>
  aDeployment({ site, runs: toDeployable(releaseNamed(artifactManifestName)) });

export const DEPLOYMENTS = {
  amfNorth: on("north", "amf-1-5-0"),
  amfEast: on("east", "amf-1-4-0"),
  smfNorth: on("north", "smf-2-3-0"),
  smfEast: on("east", "smf-2-2-0"),
  smfWest: on("west", "smf-2-0-0"),
  nrfNorth: on("north", "nrf-1-2-0"),
  nrfEast: on("east", "nrf-1-1-0"),
  ausfNorth: on("north", "ausf-1-1-0"),
  udmNorth: on("north", "udm-3-2-0"),
  /** Shows the names of what it runs, and no id. */
  udmEast: aDeployment({ site: "east", runs: toDeployable(releaseNamed("udm-3-1-0")), secret: true }),
  pcfNorth: on("north", "pcf-1-2-0"),
  pcfWest: on("west", "pcf-1-1-0"),
  nssfNorth: on("north", "nssf-1-0-0"),
  scpNorth: on("north", "scp-1-1-0"),
  upfNorth: on("north", "upf-4-2-0"),
  upfWest: on("west", "upf-4-1-0"),
  n3iwfEast: on("east", "n3iwf-1-1-0"),
  nefNorth: on("north", "nef-1-0-0"),
  gnbWest: aDeployment({ site: "west", runs: LEGACY_DEPLOYABLE }),
} satisfies Record<string, Deployment>;

export function listConsumerResources(): ResourceInput[] {
  return [...SITES.map(aSite), ...Object.values(DEPLOYMENTS).flatMap((deployment) => deployment.resources)];
}
