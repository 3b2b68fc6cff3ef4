import type { Certificates, Clock, CreateRegistry, SandboxRegistry } from "../contracts.ts";
import type { EstateRegistry } from "../estate.ts";
import { buildArmProperties } from "./armProperties.ts";
import { createBlobRoutes } from "./blobRoutes.ts";
import { ContentStore } from "./contentStore.ts";
import { DeleteLimit } from "./deleteLimit.ts";
import { EstateContent } from "./estateContent.ts";
import { createListingRoutes } from "./listingRoutes.ts";
import { createManifestRoutes } from "./manifestRoutes.ts";
import { createMetadataRoutes } from "./metadataRoutes.ts";
import { createOwnerActions } from "./ownerActions.ts";
import { RegistryServer } from "./registryServer.ts";
import type { RegistryState } from "./registryState.ts";
import { createRetention } from "./retention.ts";
import type { Route } from "./route.ts";
import { Storage } from "./storage.ts";
import { createTokenRoutes } from "./tokenRoutes.ts";
import { TokenService, type Credentials } from "./tokenService.ts";
import { createUploadRoutes } from "./uploadRoutes.ts";

export interface EmulatedRegistry extends SandboxRegistry {
  /** User name and password for clients that push and pull images. */
  readonly pushCredentials: Credentials;
}

interface Options {
  readonly clock: Clock;
  readonly certificates: Certificates;
  readonly startsAt: string;
}

/** See `CreateRegistry`. Throws on an estate that does not fit together, or that asks for soft delete. */
export async function createRegistry(registry: EstateRegistry, options: Options): Promise<EmulatedRegistry> {
  if (registry.softDeletePolicy?.status === "enabled")
    throw new Error(`The emulated registry ${registry.name} cannot soft-delete`);
  const { clock } = options;
  const store = new ContentStore();
  const content = new EstateContent(registry.name, store);
  content.load(registry, options.startsAt);
  const server = new RegistryServer(`registry:${registry.name}`, clock, options.certificates);
  const port = await server.listen();
  const loginServer = `localhost:${port}`;
  const applyRetention = createRetention(registry.retentionPolicy, store);
  const state = { store, clock, loginServer, deletions: [], catchUp: () => applyRetention(clock.now()) };
  const tokens = new TokenService(loginServer, registry.roleAssignmentMode, clock);
  const routes = createRoutes(state, tokens, new Storage(tokens.signer, store.blobs, port));
  const deleteLimit = new DeleteLimit(registry.deletesPerMinute, clock);
  const isPublic = registry.publicNetworkAccess === "Enabled";
  server.serve({ routes, tokens, catchUp: state.catchUp, isPublic, deleteLimit });
  return {
    name: registry.name,
    url: `https://${loginServer}`,
    loginServer,
    armProperties: buildArmProperties(registry, loginServer, findCreation(store, options.startsAt)),
    pushCredentials: tokens.pushCredentials,
    deletions: state.deletions,
    calls: server.calls,
    clearCalls: () => server.calls.splice(0),
    addFault: (fault) => server.addFault(fault),
    stop: () => server.stop(),
    ...createOwnerActions(state, content),
  };
}

createRegistry satisfies CreateRegistry;

function createRoutes(state: RegistryState, tokens: TokenService, storage: Storage): readonly Route[] {
  return [
    ...createTokenRoutes(tokens),
    ...createMetadataRoutes(state),
    ...createUploadRoutes(state),
    ...createBlobRoutes(state, storage),
    ...createManifestRoutes(state),
    ...createListingRoutes(state),
    ...storage.createRoutes(),
  ];
}

/** A registry is as old as the oldest thing in it. */
function findCreation(store: ContentStore, startsAt: string): number {
  let oldest = Date.parse(startsAt);
  for (const name of store.repositoryNames())
    oldest = Math.min(oldest, store.findRepository(name)?.createdAt ?? oldest);
  return oldest;
}
