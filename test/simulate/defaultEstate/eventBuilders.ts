import type { CnfRelease } from "./aCnfRelease.ts";
import { type Deployable, type Deployment, toCgvProperties, toNfProperties, toSnsProperties } from "./aDeployment.ts";
import type { EventInput, RepositoryInput } from "./estateInput.ts";
import type { Store } from "./places.ts";

/** Builders of what happens. A day is counted from the start, so that night 1 is in the first hours of day 0. */

/** The instant as the estate writes it: `at(3, 9, 20)` is `+3d9h20m`. */
export function at(day: number, hour: number, minute = 0): string {
  return `+${day}d${hour}h${minute}m`;
}

/** A release leaves as AOSM wants it: first what references the artifact manifest, then the artifact manifest itself. */
export function withdraw(release: CnfRelease, day: number): EventInput[] {
  const note = `${release.cnf} ${release.version} is withdrawn`;
  return [
    { at: at(day, 9), type: "deleteResource", id: release.nsdvId, note },
    { at: at(day, 9, 20), type: "deleteResource", id: release.nfdvId, note },
    { at: at(day, 9, 40), type: "deleteResource", id: release.artifactManifestId, note },
  ];
}

/** Too early: the versions are still there, so AOSM refuses. */
export function tryToWithdraw(release: CnfRelease, day: number): EventInput[] {
  const note = `Somebody tries to delete ${release.artifactManifestName} while versions reference it: refused`;
  return [{ at: at(day, 10), type: "deleteResource", id: release.artifactManifestId, note }];
}

/** The operator changes their mind: everything that the artifact manifest listed gets its tag back. */
export function retag(release: CnfRelease, day: number): EventInput[] {
  const note = `${release.cnf} ${release.version} is wanted back`;
  return release.artifacts.map(({ artifactName, artifactVersion }) => {
    const repository = `${release.artifactManifestName}/${artifactName}`;
    const place = { registry: release.store.registryName, repository };
    return { at: at(day, 14), type: "tag", ...place, tag: artifactVersion, ref: repository, note };
  });
}

/** A service moves to another version, remembering the one it came from until `forgetLastState`. */
export function upgrade(deployment: Deployment, to: Deployable, day: number): EventInput[] {
  const options = { ...deployment.options, runs: to };
  const lastVersion = deployment.options.runs.version;
  const note = `${to.cnf} on ${options.site} goes from ${lastVersion} to ${to.version}`;
  const patch = { at: at(day, 8), type: "patchResource", note } as const;
  return [
    { ...patch, id: deployment.cgvId, properties: toCgvProperties(to) },
    { ...patch, id: deployment.snsId, properties: toSnsProperties(options, lastVersion) },
    { ...patch, id: deployment.nfId, properties: toNfProperties(options) },
  ];
}

/** A second deployment of the same version: from now on there is nothing to roll back to. */
export function forgetLastState(deployment: Deployment, runs: Deployable, day: number): EventInput[] {
  const note = `${runs.cnf} on ${deployment.options.site} is deployed again: its last state is now ${runs.version} too`;
  const properties = toSnsProperties({ ...deployment.options, runs });
  return [{ at: at(day, 8, 30), type: "patchResource", id: deployment.snsId, properties, note }];
}

/** A consumer leaves: service, function and values. */
export function decommission(deployment: Deployment, day: number): EventInput[] {
  const note = `${deployment.options.runs.cnf} on ${deployment.options.site} is shut down`;
  return [
    { at: at(day, 7), type: "deleteResource", id: deployment.snsId, note },
    { at: at(day, 7, 10), type: "deleteResource", id: deployment.nfId, note },
    { at: at(day, 7, 20), type: "deleteResource", id: deployment.cgvId, note },
  ];
}

export function pushAll(store: Store, repository: RepositoryInput, when: { at: string; note: string }): EventInput[] {
  const place = { registry: store.registryName, repository: repository.name };
  return repository.manifests.map((manifest) => ({
    ...when,
    type: "push",
    ...place,
    manifest: { ...manifest, pushedAt: when.at },
  }));
}

/** A new release arrives: first the artifact manifest, then the uploads, then the versions that reference them. */
export function publish(release: CnfRelease, day: number): EventInput[] {
  const note = `${release.cnf} ${release.version} is released`;
  const [artifactManifest, ...versions] = release.resources;
  if (!artifactManifest) throw new Error(`Release ${release.artifactManifestName} has no resource`);
  return [
    { at: at(day, 11), type: "putResource", resource: artifactManifest, note },
    ...release.repositories.flatMap((repository) => {
      return pushAll(release.store, repository, { at: at(day, 11, 20), note });
    }),
    ...versions.map((resource): EventInput => ({ at: at(day, 11, 40), type: "putResource", resource, note })),
  ];
}
