/** A normalised ARM resource id: trimmed, lower-case, every segment non-empty. Compare these by `===`. */
export type ArmId = string;

/**
 * Normalises an ARM resource id, or returns undefined where `text` cannot be one; callers then protect everything that it
 * could mean. AOSM documents and answers mix casings and put blanks into ids ("…/artifactStores /as "), so blanks around a
 * segment are dropped. An id without resource group and provider is not a resource id.
 */
export function toArmId(text: string): ArmId | undefined {
  const segments = text
    .trim()
    .toLowerCase()
    .split("/")
    .map((segment) => segment.trim());
  if (segments.shift() !== "" || segments.some((segment) => segment === "")) return undefined;
  const [subscriptions, subscription, groups, group, providers, namespace, ...typed] = segments;
  const wellFormed =
    subscriptions === "subscriptions" &&
    subscription &&
    groups === "resourcegroups" &&
    group &&
    providers === "providers" &&
    namespace;
  if (!wellFormed || typed.length < 2 || typed.length % 2 !== 0) return undefined;
  return `/${segments.join("/")}`;
}

/** The lower-case type, such as `microsoft.hybridnetwork/publishers/artifactstores`. */
export function typeOf(id: ArmId): string {
  const [namespace, ...typed] = id.split("/").slice(6);
  return [namespace, ...typed.filter((_, index) => index % 2 === 0)].join("/");
}

export const nameOf = (id: ArmId): string => id.slice(id.lastIndexOf("/") + 1);

export const subscriptionOf = (id: ArmId): string => id.split("/")[2] ?? "";

/** The id of the resource that `id` is nested in; undefined for a top-level resource. */
export function parentOf(id: ArmId): ArmId | undefined {
  const segments = id.split("/");
  return segments.length > 9 ? segments.slice(0, -2).join("/") : undefined;
}

const PUBLISHER =
  /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/microsoft\.hybridnetwork\/publishers\/[^/]+/;

/** The publisher that `id` is, or is nested in; undefined for resources outside a publisher. */
export const publisherOf = (id: ArmId): ArmId | undefined => PUBLISHER.exec(id)?.[0];
