import type { ArmId } from "./armId.ts";
import { toArmId, typeOf } from "./armId.ts";
import type { Finding } from "./findings.ts";

/** The registry that a finding is about, as its scope or its subject tells; undefined where it is about none. */
export function registryOfFinding({ scope, subject }: Pick<Finding, "scope" | "subject">): ArmId | undefined {
  const ofScope = scope.slice(scope.indexOf("/"));
  return [ofScope, subject].find((text) => isRegistryId(text));
}

const isRegistryId = (text: string): boolean =>
  toArmId(text) === text && typeOf(text) === "microsoft.containerregistry/registries";
