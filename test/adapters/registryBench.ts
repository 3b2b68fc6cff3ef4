import { createRegistryReader, type RegistryOptions } from "../../lib/azure/registry.ts";
import { createRegistryPurger } from "../../lib/azure/registryPurger.ts";
import { createRegistryWriter } from "../../lib/azure/registryWriter.ts";
import type { RegistryPurger, RegistryReader, RegistryWriter } from "../../lib/ports.ts";
import { RegistrySchema } from "../sandbox/estate.ts";
import { createRegistry, type EmulatedRegistry } from "../sandbox/registry/createRegistry.ts";
import type { RegistryInput } from "../sandbox/registry/registryFixture.ts";
import { OBSERVER, PURGER, RESTORER } from "./bench.ts";
import { ServerBench, type Effect, type Match } from "./serverBench.ts";

const NAME = "contosoregistry";
const RESOURCE_ID = `/subscriptions/s1/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/${NAME}`;
const AUDIENCE = "https://containerregistry.azure.net";

/** Every request but those for tokens. */
const NOT_TOKENS = "^/(acr/v1|v2)/";

class RegistryBench extends ServerBench<EmulatedRegistry, RegistryInput> {
  #perRepositoryTokens = false;

  protected override create(input: RegistryInput): Promise<EmulatedRegistry> {
    const estate = RegistrySchema.parse({ name: NAME, resourceId: RESOURCE_ID, ...input });
    this.#perRepositoryTokens = estate.roleAssignmentMode === "AbacRepositoryPermissions";
    const { certificates } = this.bench;
    const startsAt = new Date(this.time.now()).toISOString();
    return createRegistry(estate, { clock: this.time, certificates, startsAt });
  }

  get registry(): EmulatedRegistry {
    return this.server;
  }

  /** The options of a client with this identity. */
  options(clientId: string): RegistryOptions {
    const { loginServer } = this.registry;
    const registryId = RESOURCE_ID.toLowerCase();
    return {
      target: { registryId, loginServer, perRepositoryTokens: this.#perRepositoryTokens },
      credential: this.bench.credentialOf(clientId),
      audience: AUDIENCE,
    };
  }

  reader(clientId = OBSERVER): RegistryReader {
    return createRegistryReader(this.options(clientId));
  }

  purger(clientId = PURGER): RegistryPurger {
    return createRegistryPurger(this.options(clientId));
  }

  writer(clientId = RESTORER): RegistryWriter {
    return createRegistryWriter(this.options(clientId));
  }

  /** Meets every request but those for tokens, unless `match` says otherwise. */
  addFault(effect: Effect, match: Match = {}): void {
    this.addFaultFor(`registry:${NAME}`, effect, { path: NOT_TOKENS, ...match });
  }

  /** How many requests of this kind the registry answered. */
  count(kind: string): number {
    return this.registry.calls.filter((call) => call.kind === kind).length;
  }
}

export const useRegistryBench = (input: RegistryInput): RegistryBench => new RegistryBench().use(input);
