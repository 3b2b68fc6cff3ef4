import type { ArmId } from "../core/armId.ts";
import { readResource } from "../core/readResource.ts";
import type { Resource } from "../core/resources.ts";
import type { RegistryTarget } from "../ports.ts";
import type { Deps } from "./deps.ts";

export type TargetAnswer =
  | { readonly target: RegistryTarget; readonly resource: Resource }
  /** `status`: what ARM answered, where that is why. */
  | { readonly unusable: string; readonly status?: number | undefined };

/** Reads the registry from ARM, not from Resource Graph, and refuses one that must not be spoken to. */
export async function readTarget(deps: Deps, registryId: ArmId): Promise<TargetAnswer> {
  const answer = await deps.arm.getResource(registryId);
  if (answer.is === "absent") return { unusable: "ARM says that it does not exist" };
  if (answer.is === "unknown") return { unusable: answer.why, status: answer.status };
  const read = readResource(answer.resource);
  if ("unreadable" in read || read.resource.details.of !== "registry")
    return { unusable: "its ARM resource cannot be read" };
  const { loginServer, roleAssignmentMode } = read.resource.details;
  if (read.resource.provisioningState?.toLowerCase() !== "succeeded")
    return { unusable: `its provisioning state is ${read.resource.provisioningState ?? "unknown"}` };
  if (loginServer === undefined || !isAllowedHost(loginServer, deps.config.cloud.registryHostSuffixes))
    return {
      unusable: `its login server ${loginServer ?? ""} has none of the allowed suffixes (REGISTRY_HOST_SUFFIXES)`,
    };
  const perRepositoryTokens = roleAssignmentMode?.toLowerCase() === "abacrepositorypermissions";
  return {
    target: { registryId, loginServer: loginServer.toLowerCase(), perRepositoryTokens },
    resource: read.resource,
  };
}

/** Tokens go only to hosts that configuration allows: `<name>.<suffix>`, or the suffix itself. */
export function isAllowedHost(loginServer: string, suffixes: readonly string[]): boolean {
  if (!/^[a-z0-9.-]+(:\d+)?$/i.test(loginServer)) return false;
  const host = loginServer.toLowerCase().replace(/:\d+$/, "");
  return suffixes.some((suffix) => host === suffix || host.endsWith(`.${suffix}`));
}
