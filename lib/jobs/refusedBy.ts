import type { IncompleteReason } from "../core/completeness.ts";
import type { UpstreamError } from "../errors.ts";

/** For the reason that an error becomes: which service refused the observer, if one did. Resource Graph goes by ARM's roles. */
export function refusedBy({
  service,
  status,
}: Pick<UpstreamError, "service" | "status">): Pick<IncompleteReason, "service"> {
  if (status !== 401 && status !== 403) return {};
  if (service === "ARM" || service === "ResourceGraph") return { service: "ARM" };
  return service === "registry" ? { service } : {};
}
