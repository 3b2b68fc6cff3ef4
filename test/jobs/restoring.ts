import type { HttpHandler } from "@azure/functions";
import { ContainerRegistryContentClient } from "@azure/container-registry";
import { expect } from "@jest/globals";
import { z } from "zod";
import { createRestore } from "../../functions/restores.ts";
import { createCredential } from "../../lib/azure/credentials.ts";
import { RegistryManifestSchema } from "../sandbox/estate.ts";
import { call, type Answer } from "../unit/functions/aService.ts";
import type { JobBench } from "./jobBench.ts";
import type { Guard } from "./portGate.ts";
import { untilPurge } from "./ripe.ts";
import { OLD, registryIdOf } from "./smallEstate.ts";
import type { World } from "./world.ts";

const Blob = z.object({ mediaType: z.string(), digest: z.string(), size: z.number() });
const Content = z.object({ config: Blob.optional(), layers: z.array(Blob).default([]) });

const IMAGE = "application/vnd.oci.image.manifest.v1+json";

/** Tags something that stays and shares every config and layer of the repository: the registry then keeps them. */
export function shareLayers(world: World, repository: string): void {
  world.change(({ registries }) => {
    const registry = registries.get("contosoacr");
    const contents = registry?.manifests(repository).map(({ bytes }) => Content.parse(JSON.parse(bytes.toString())));
    const blobs = (contents ?? []).flatMap(({ config, layers }) => [...(config ? [config] : []), ...layers]);
    const [config, ...layers] = [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
    const manifest = { schemaVersion: 2, mediaType: IMAGE, config, layers };
    registry?.push(repository, RegistryManifestSchema.parse({ manifest, mediaType: IMAGE, tags: ["golden"] }));
  });
}

/** Due in a repository whose layers something else shares, one purge before they go. */
export async function untilSharedPurge(world: World): Promise<void> {
  shareLayers(world, "old/nginx");
  await untilPurge(world);
}

/** Deletes a layer as its owner could; every registry manifest that needs it stays. */
export async function dropLayer(world: World, repository: string, digest: string): Promise<void> {
  const credential = createCredential("managedIdentity", `purger-${world.parts.number}`);
  await new ContainerRegistryContentClient(world.registry().url, repository, credential).deleteBlob(digest);
}

/** Replaces what the journal keeps of a digest: somebody with rights on the storage account could. */
export async function forgeBytes(world: World, alias: string, text: string): Promise<void> {
  const path = `bytes/${world.registry().resolve(alias).replace(":", "/")}`;
  const blob = world.parts.shared.blobs(world.parts.number).container("journal").getBlockBlobClient(path);
  const { contentType } = await blob.getProperties();
  await blob.upload(text, text.length, { blobHTTPHeaders: { ...(contentType && { blobContentType: contentType }) } });
}

/** The settings of a world get its own restorer. */
export function allowRestores(world: World): World {
  world.settings = { ...world.settings, RESTORER_CLIENT_ID: `restorer-${world.parts.number}` };
  return world;
}

/** A copy of `ripe` in which all of `old` has been deleted, and which may restore. */
export async function purgeOld(bench: JobBench, ripe: World): Promise<World> {
  const world = await bench.fork(ripe);
  await world.stage("purge");
  expect(world.deleted()).toEqual(OLD);
  return allowRestores(world);
}

interface Asked {
  readonly repository?: string;
  /** Alias or digest. */
  readonly of?: string;
  readonly tag?: string;
}

/** `POST /api/restores`, as an operator sends it. */
export async function askToRestore(
  world: World,
  { repository = "old/nginx", of = "old", tag }: Asked,
): Promise<Answer> {
  const handler: HttpHandler = createRestore(world.connect());
  const digest = world.registry().resolve(of);
  const body = { registry: "ContosoACR", repository, digest, tag, by: "the operator on duty", why: "a rollback" };
  return call(handler, { method: "POST", path: "/api/restores", body });
}

const Items = z.array(z.looseObject({ digest: z.string(), outcome: z.string(), tag: z.string().optional() }));

/** `outcome alias [tag]` of each item, in order. */
export function itemsOf(world: World, { json }: Answer, aliases: readonly string[]): readonly string[] {
  const names = new Map(aliases.map((alias) => [world.registry().resolve(alias), alias]));
  return Items.parse(json["items"]).map(({ digest, outcome, tag }) =>
    [outcome, names.get(digest) ?? digest, ...(tag === undefined ? [] : [`[${tag}]`])].join(" "),
  );
}

const Found = z.looseObject({ resource: z.looseObject({ properties: z.looseObject({}) }) });

/** The registry's ARM resource with soft delete switched on, for seven days. */
export const softDelete: Guard = async (call, proceed) => {
  const answer = await proceed();
  if (call.method !== "getResource" || call.args[0] !== registryIdOf().toLowerCase()) return answer;
  const { resource, ...rest } = Found.parse(answer);
  const policies = { softDeletePolicy: { status: "enabled", retentionDays: 7 } };
  return { ...rest, resource: { ...resource, properties: { ...resource.properties, policies } } };
};
