import type { HostHandle } from "../host/functionsHost.ts";
import type { EstateEvent } from "../sandbox/estate.ts";
import { toMilliseconds } from "../sandbox/estate.ts";
import type { EmulatedRegistry } from "../sandbox/registry/createRegistry.ts";
import type { Sandbox } from "../sandbox/startSandbox.ts";

/** What an event led to that a reader of the report wants to know: AOSM's refusal, or the service's answer. */
export async function playEvent(
  sandbox: Sandbox,
  host: Pick<HostHandle, "url" | "adminKey">,
  event: EstateEvent,
): Promise<string | undefined> {
  switch (event.type) {
    case "putResource":
      sandbox.arm.put(event.resource);
      return undefined;
    case "patchResource":
      sandbox.arm.patch(event.id, {
        ...(event.properties ? { properties: event.properties } : {}),
        ...(event.tags ? { tags: event.tags } : {}),
      });
      return undefined;
    case "deleteResource":
      return sandbox.arm.remove(event.id, { force: event.force });
    case "fault":
      sandbox.addFault(event.fault);
      return undefined;
    case "clockJump":
      await sandbox.clock.advanceTo(sandbox.clock.now() + toMilliseconds(event.by));
      return undefined;
    case "request":
      return request(host, event);
    default:
      return playInRegistry(registryOf(sandbox, event.registry), event);
  }
}

function registryOf(sandbox: Sandbox, name: string): EmulatedRegistry {
  const registry = sandbox.registries.get(name);
  if (!registry) throw new Error(`The estate has no registry ${name}`);
  return registry;
}

type RegistryEvent = Extract<EstateEvent, { registry: string }>;

function playInRegistry(registry: EmulatedRegistry, event: RegistryEvent): undefined {
  switch (event.type) {
    case "push":
      registry.push(event.repository, event.manifest);
      return undefined;
    case "tag":
      registry.tag(event.repository, event.tag, event.ref);
      return undefined;
    case "untag":
      registry.untag(event.repository, event.tag);
      return undefined;
    case "lock":
      registry.setAttributes(event.repository, event.attributes, toPlace(event));
      return undefined;
    case "unlock":
      registry.setAttributes(event.repository, { deleteEnabled: true, writeEnabled: true }, toPlace(event));
      return undefined;
    case "deleteManifest":
      registry.deleteManifest(event.repository, event.ref);
      return undefined;
    default:
      return event satisfies never;
  }
}

const toPlace = ({
  ref,
  tag,
}: {
  ref?: string | undefined;
  tag?: string | undefined;
}): { ref?: string; tag?: string } => ({
  ...(ref === undefined ? {} : { ref }),
  ...(tag === undefined ? {} : { tag }),
});

async function request(
  host: Pick<HostHandle, "url" | "adminKey">,
  event: Extract<EstateEvent, { type: "request" }>,
): Promise<string> {
  const response = await fetch(new URL(event.path, host.url), {
    method: event.method,
    headers: { "x-functions-key": host.adminKey, "content-type": "application/json" },
    ...(event.body === undefined ? {} : { body: JSON.stringify(event.body) }),
  });
  return `${event.method} ${event.path}: ${response.status} ${await response.text()}`;
}
