import type { Estate, EstateManifest, EstateRegistry } from "../sandbox/estate.ts";
import { readScenario } from "./scenarios.ts";
import { withdrawnRelease } from "./trimmedEstates.ts";

const SCHEDULES = { SNAPSHOT_SCHEDULE: "0 0 1 * * *", MARK_SCHEDULE: "0 0 3 * * *", PURGE_SCHEDULE: "0 0 4 * * *" };

/** The scenario for so many nights. Some are written for the jobs alone, and bring no schedules. */
export async function nightsOf(scenario: string, nights: number): Promise<Estate> {
  const estate = await readScenario(scenario);
  return { ...estate, nights, settings: { ...SCHEDULES, ...estate.settings } };
}

/** The purger may not delete any more when the release is due. */
export async function refusedPurge(): Promise<Estate> {
  const estate = await withdrawnRelease();
  const [registry] = estate.registries;
  return {
    ...estate,
    events: [
      ...estate.events,
      {
        at: "+3d3h30m",
        type: "fault",
        fault: {
          target: `registry:${registry?.name ?? ""}`,
          method: "DELETE",
          for: "3h",
          skip: 0,
          effect: { kind: "status", status: 403 },
        },
      },
    ],
  };
}

/** Somebody pauses deleting before the release is due, and for days nobody lifts it. */
export async function forgottenPause(nights: number): Promise<Estate> {
  const estate = await withdrawnRelease();
  const body = { by: "an operator", why: "deployments" };
  return {
    ...estate,
    nights,
    events: [...estate.events, { at: "+2d12h", type: "request", method: "PUT", path: "/api/pause", body }],
  };
}

/** Nothing runs before the year is over. */
export async function silentService(): Promise<Estate> {
  const estate = await withdrawnRelease();
  const never = { SNAPSHOT_SCHEDULE: "0 0 1 1 1 *", MARK_SCHEDULE: "0 0 3 1 1 *", PURGE_SCHEDULE: "0 0 4 1 1 *" };
  return { ...estate, settings: { ...estate.settings, ...never } };
}

const MANY = 410;

/** The image of the release has hundreds of children, which all go with it. */
export async function largeRelease(): Promise<Estate> {
  const estate = await withdrawnRelease();
  const children = Array.from({ length: MANY }, (_, index) => anImage(`layer ${index}`, []));
  const kept = Array.from({ length: 150 }, (_, index) => anImage(`tool ${index}`, [`1.0.${index}`]));
  const grow = (registry: EstateRegistry): EstateRegistry => ({
    ...registry,
    repositories: [
      ...registry.repositories.map(({ name, manifests, ...rest }) =>
        name === "amf-1-0-0/amf-sbi"
          ? {
              ...rest,
              name,
              manifests: [...children, ...manifests.map((manifest) => withChildren(manifest, children))],
            }
          : { ...rest, name, manifests },
      ),
      { name: "tools", manifests: kept },
    ],
  });
  return {
    ...estate,
    registries: estate.registries.map(grow),
    settings: { ...estate.settings, BREAKER_PERCENT: "90", DELETES_PER_MINUTE: "1000" },
  };
}

const anImage = (alias: string, tags: string[]): EstateManifest => ({
  alias,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  tags,
  pushedAt: "-90d",
});

function withChildren(manifest: EstateManifest, children: readonly EstateManifest[]): EstateManifest {
  if (!("children" in manifest) || manifest.alias !== "amf-sbi 1.0.0") return manifest;
  return {
    ...manifest,
    children: [...(manifest.children ?? []), ...children.map(({ alias = "" }) => ({ ref: alias }))],
  };
}
