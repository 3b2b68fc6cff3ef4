import { z } from "zod";
import type { RegistryDetails } from "./resources.ts";

/** Policies by which a registry deletes on its own, and where each says after how many days. */
const POLICIES = { retentionPolicy: "days", softDeletePolicy: "retentionDays" } as const;
type PolicyName = keyof typeof POLICIES;

const Text = z.string();
const Sku = z.object({ name: z.string() });
const Fields = z.record(z.string(), z.unknown());
const Days = z.int().min(0);

/** The registry and the policies by which it deletes on its own. Values of enums are kept as ARM gives them. */
export function readRegistry(properties: Readonly<Record<string, unknown>>, sku: unknown): RegistryDetails {
  const text = (name: string): string | undefined => Text.safeParse(properties[name]).data;
  const given = Fields.safeParse(properties["policies"] ?? {});
  const retention = readPolicy(given.data, "retentionPolicy");
  const softDelete = readPolicy(given.data, "softDeletePolicy");
  return {
    of: "registry",
    loginServer: text("loginServer"),
    sku: Sku.safeParse(sku).data?.name,
    roleAssignmentMode: text("roleAssignmentMode"),
    publicNetworkAccess: text("publicNetworkAccess"),
    retentionDays: retention.days,
    softDeleteDays: softDelete.days,
    unreadablePolicies: given.success ? [...retention.unreadable, ...softDelete.unreadable] : ["policies"],
  };
}

interface Policy {
  readonly days: number | undefined;
  readonly unreadable: readonly PolicyName[];
}

function readPolicy(policies: Readonly<Record<string, unknown>> | undefined, name: PolicyName): Policy {
  const policy = policies?.[name];
  if (policy === undefined || policy === null) return { days: undefined, unreadable: [] };
  const fields = Fields.safeParse(policy).data;
  const status = Text.safeParse(fields?.["status"]).data?.trim().toLowerCase();
  const days = Days.safeParse(fields?.[POLICIES[name]]).data;
  if (status === "disabled") return { days: undefined, unreadable: [] };
  return status === "enabled" && days !== undefined
    ? { days, unreadable: [] }
    : { days: undefined, unreadable: [name] };
}
