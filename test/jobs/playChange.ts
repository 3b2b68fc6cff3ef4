import type { EstateEvent } from "../sandbox/estate.ts";
import type { EmulatedRegistry } from "../sandbox/registry/createRegistry.ts";
import type { World } from "./world.ts";
import type { Servers } from "./worldView.ts";

/** Carries out an event of an estate now. Throws for one that only a running host can play, and where AOSM refuses. */
export function playChange(world: World, event: EstateEvent): void {
  world.change((servers) => apply(servers, event));
}

function apply(servers: Servers, event: EstateEvent): void {
  switch (event.type) {
    case "putResource":
      return servers.arm.put(event.resource);
    case "patchResource": {
      const { properties, tags } = event;
      return servers.arm.patch(event.id, { ...(properties && { properties }), ...(tags && { tags }) });
    }
    case "deleteResource":
      return removeResource(servers, event);
    case "fault":
      return findServer(servers, event.fault.target).addFault(event.fault);
    case "push":
    case "tag":
    case "untag":
    case "lock":
    case "unlock":
    case "deleteManifest":
      return applyToRegistry(registryOf(servers, event.registry), event);
    default:
      throw new Error(`an event of type ${event.type} needs a running host`);
  }
}

function removeResource({ arm }: Servers, { id, force }: Extract<EstateEvent, { type: "deleteResource" }>): void {
  const refusal = arm.remove(id, { force });
  if (refusal !== undefined) throw new Error(refusal);
}

type RegistryEvent = Extract<EstateEvent, { registry: string }>;

function applyToRegistry(registry: EmulatedRegistry, event: RegistryEvent): void {
  switch (event.type) {
    case "push":
      registry.push(event.repository, event.manifest);
      return;
    case "tag":
      return registry.tag(event.repository, event.tag, event.ref);
    case "untag":
      return registry.untag(event.repository, event.tag);
    case "lock":
      return registry.setAttributes(event.repository, event.attributes, toPlace(event));
    case "unlock":
      return registry.setAttributes(event.repository, { deleteEnabled: true, writeEnabled: true }, toPlace(event));
    case "deleteManifest":
      return registry.deleteManifest(event.repository, event.ref);
    default:
      event satisfies never;
  }
}

const toPlace = ({ ref, tag }: Extract<EstateEvent, { type: "lock" | "unlock" }>): { ref?: string; tag?: string } => ({
  ...(ref !== undefined && { ref }),
  ...(tag !== undefined && { tag }),
});

function findServer(servers: Servers, target: string): Pick<EmulatedRegistry, "addFault"> {
  if (target === "arm" || target === "resourceGraph") return servers.arm;
  return registryOf(servers, target.replace(/^registry:/, ""));
}

function registryOf({ registries }: Servers, name: string): EmulatedRegistry {
  const registry = registries.get(name);
  if (!registry) throw new Error(`there is no server for ${name}`);
  return registry;
}
