import { toInstant } from "../../sandbox/estate.ts";
import { type CnfRelease, aCnfRelease } from "./aCnfRelease.ts";
import { toDeployable } from "./aDeployment.ts";
import { DEPLOYMENTS } from "./deployments.ts";
import type { EventInput } from "./estateInput.ts";
import {
  at,
  decommission,
  forgetLastState,
  publish,
  pushAll,
  retag,
  tryToWithdraw,
  upgrade,
  withdraw,
} from "./eventBuilders.ts";
import { LEGACY_ARTIFACT_MANIFEST } from "./legacyStore.ts";
import { listNightlyBuilds } from "./nightlyBuilds.ts";
import { CORE_STORE, LEGACY_STORE, toArtifactManifestId } from "./places.ts";
import { aMultiArchImage } from "./registryManifests.ts";
import { FAMILIES, releaseNamed } from "./releases.ts";

/** What happens in 30 days. The service looks at 01:00, marks at 03:00 and purges at 04:00. */

const NEXT_AMF: CnfRelease = aCnfRelease({
  ...FAMILIES.amf,
  version: "1.6.0",
  releasedAt: "2026-03-18T11:00:00Z",
  versionState: "Preview",
});

const withdrawn = (artifactManifestName: string, day: number) => withdraw(releaseNamed(artifactManifestName), day);

/** Nothing before the first night: what no complete snapshot has seen cannot be known to have gone. */
export function listEvents(startsAt: string): EventInput[] {
  const events = [
    ...properWithdrawals(),
    ...changesOfMind(),
    ...withdrawalsUnderRunningServices(),
    ...listNightlyBuilds(),
    ...dailyLife(),
    ...badNights(),
  ];
  return events.sort((a, b) => toInstant(a.at, startsAt) - toInstant(b.at, startsAt));
}

/** These are marked after two nights and purged after the grace window; the last is still waiting when the month ends. */
function properWithdrawals(): EventInput[] {
  return [
    ...withdrawn("amf-1-2-0", 1),
    ...decommission(DEPLOYMENTS.smfWest, 2),
    ...withdrawn("smf-2-0-0", 2),
    ...withdrawn("scp-1-0-0", 6),
    ...withdrawn("nrf-1-0-0", 8),
    ...withdrawn("upf-4-0-0", 9),
    ...tryToWithdraw(releaseNamed("smf-2-1-0"), 3),
    ...withdrawn("smf-2-1-0", 12),
    ...withdrawn("n3iwf-1-0-0", 16),
    ...withdrawn("amf-1-3-0", 24),
  ];
}

/** Withdrawn, and then objected to while there is time: by tagging again, or by a lock. */
function changesOfMind(): EventInput[] {
  const auth = "ausf-1-0-0/ausf-auth";
  const note = "A customer still tests with it: locked";
  return [
    ...withdrawn("udm-3-0-0", 3),
    ...retag(releaseNamed("udm-3-0-0"), 9),
    ...withdrawn("ausf-1-0-0", 4),
    {
      at: at(10, 15),
      type: "lock",
      registry: CORE_STORE.registryName,
      repository: auth,
      ref: auth,
      attributes: { deleteEnabled: false },
      note,
    },
  ];
}

/** AOSM asks no consumer before it deletes a version, so the artifacts below a running service lose their tags. */
function withdrawalsUnderRunningServices(): EventInput[] {
  const pcf = toDeployable(releaseNamed("pcf-1-2-0"));
  const nssf = toDeployable(releaseNamed("nssf-1-1-0"));
  return [
    // Protected while it runs and while it may roll back; then its turn comes.
    ...withdrawn("pcf-1-1-0", 5),
    ...upgrade(DEPLOYMENTS.pcfWest, pcf, 11),
    ...forgetLastState(DEPLOYMENTS.pcfWest, pcf, 13),
    // The service has moved on, but its last state still names the old version: a rollback would need it.
    ...upgrade(DEPLOYMENTS.nssfNorth, nssf, 7),
    ...withdrawn("nssf-1-0-0", 14),
  ];
}

function dailyLife(): EventInput[] {
  const session = "smf-2-3-0/smf-session";
  const hotfix = {
    key: `${session}#hotfix`,
    content: "smf-session 2.3.0 hotfix",
    tags: ["2.3.0"],
    pushedAt: at(4, 16),
  };
  const hotfixNote =
    "A hotfix is pushed over a released tag, in a store that did not opt in to purging superseded digests";
  return [
    ...pushAll(
      CORE_STORE,
      { name: session, manifests: aMultiArchImage(hotfix) },
      { at: hotfix.pushedAt, note: hotfixNote },
    ),
    {
      at: at(12, 13),
      type: "deleteResource",
      id: toArtifactManifestId(LEGACY_STORE, LEGACY_ARTIFACT_MANIFEST),
      note: "A legacy artifact manifest goes unchecked, and its artifacts keep their tags",
    },
    ...publish(NEXT_AMF, 16),
    { at: at(19, 8), type: "patchResource", id: NEXT_AMF.nfdvId, properties: { versionState: "Active" } },
    { at: at(19, 8), type: "patchResource", id: NEXT_AMF.nsdvId, properties: { versionState: "Active" } },
    ...upgrade(DEPLOYMENTS.amfEast, toDeployable(NEXT_AMF), 20),
  ];
}

/** What the service must survive without deleting, marking or ageing anything that it cannot prove. */
function badNights(): EventInput[] {
  const registry = `registry:${CORE_STORE.registryName}`;
  return [
    {
      at: at(7, 0, 30),
      type: "fault",
      fault: { target: "resourceGraph", for: "3h", effect: { kind: "dropRows", share: 0.5 } },
      note: "Resource Graph silently drops half of its rows",
    },
    {
      at: at(10, 0, 30),
      type: "fault",
      fault: { target: registry, path: "^/acr/v1/_catalog", for: "3h", effect: { kind: "truncate" } },
      note: "The list of repositories ends early, and looks complete",
    },
    {
      at: at(13, 3, 30),
      type: "fault",
      fault: { target: registry, method: "DELETE", times: 6, effect: { kind: "throttle", retryAfterSeconds: 1 } },
      note: "The registry throttles deletions: the first six, on whichever night they come",
    },
  ];
}
