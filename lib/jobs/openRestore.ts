import type { ArmId } from "../core/armId.ts";
import { DAY_MS, toIso } from "../core/duration.ts";
import type { RegistryReader, RegistryWriter } from "../ports.ts";
import type { Deps } from "./deps.ts";
import { readTarget } from "./registryTarget.ts";

/** The registry with both sides of a restore, or why there is none. */
export type OpenedRegistry =
  | {
      readonly is: "open";
      readonly reader: RegistryReader;
      readonly writer: RegistryWriter;
      /** Set where the registry itself keeps what is deleted, for so many days: what was deleted since that was switched on. */
      readonly softDeleteDays: number | undefined;
    }
  | { readonly is: "off" }
  | { readonly is: "unusable"; readonly why: string };

/** Where a restore works. */
export interface RestoreSite {
  readonly registryId: ArmId;
  readonly repository: string;
  readonly reader: RegistryReader;
  readonly writer: RegistryWriter;
}

/** Constructs the restorer's credential, and only where a restore is allowed by its setting. */
export async function openRestore(deps: Deps, registryId: ArmId): Promise<OpenedRegistry> {
  if (deps.config.credential.restorerClientId === undefined) return { is: "off" };
  const found = await readTarget(deps, registryId);
  if ("unusable" in found) return { is: "unusable", why: found.unusable };
  const { details } = found.resource;
  return {
    is: "open",
    reader: deps.openRegistry(found.target),
    writer: deps.openWriter(found.target),
    softDeleteDays: details.of === "registry" ? details.softDeleteDays : undefined,
  };
}

/**
 * Until when a registry with soft delete itself keeps what was deleted at that time, if it was switched on by then: so long it
 * refuses a push. Undefined where it does not, or no longer.
 */
export function findKeptUntil(softDeleteDays: number | undefined, at: string, nowMs: number): string | undefined {
  if (softDeleteDays === undefined) return undefined;
  const untilMs = Date.parse(at) + softDeleteDays * DAY_MS;
  return nowMs < untilMs ? toIso(untilMs) : undefined;
}

/** What an identity needs that restores, for whoever has to give it. */
export const RESTORER_ROLES =
  "AcrPush on the registry, or where it is in ABAC mode Container Registry Repository Writer or Contributor";
export const RESTORE_IS_OFF = `restoring is off: RESTORER_CLIENT_ID is not set; name an identity with ${RESTORER_ROLES}`;
