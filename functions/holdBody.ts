import { z } from "zod";
import { toArmId, typeOf } from "../lib/core/armId.ts";
import type { HoldScope } from "../lib/core/hold.ts";
import { refuseHoldEnd } from "../lib/core/hold.ts";
import { toHoldEnd } from "../lib/core/tagHold.ts";
import { Words } from "./readBody.ts";

const idOf = (type: string, what: string) =>
  z.string().transform((text, context) => {
    const id = toArmId(text);
    if (id !== undefined && typeOf(id) === type) return id;
    context.addIssue(`"${text.slice(0, 300)}" is not the resource id of ${what}`);
    return z.NEVER;
  });

const PUBLISHERS = "microsoft.hybridnetwork/publishers";

const Digest = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^sha256:[0-9a-f]{64}$/, "is not sha256: and 64 hexadecimal digits");

const Repository = z
  .string()
  .trim()
  .toLowerCase()
  .max(255)
  .regex(
    /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/,
    "is not the whole path of a repository, without registry, tag, digest, and a slash at either end",
  );

/** What is held, as callers write and read it. */
const Scope = z
  .strictObject({
    digest: Digest.optional(),
    registry: idOf("microsoft.containerregistry/registries", "a container registry").optional(),
    repository: Repository.optional(),
    artifactManifest: idOf(`${PUBLISHERS}/artifactstores/artifactmanifests`, "an artifact manifest").optional(),
    store: idOf(`${PUBLISHERS}/artifactstores`, "an artifact store").optional(),
  })
  .transform((given, context) => {
    const scope = toScope(given);
    if (scope) return scope;
    context.addIssue("name exactly one of: digest; registry with repository; artifactManifest; store");
    return z.NEVER;
  });

export type ScopeWords = z.input<typeof Scope>;

function toScope({ digest, registry, repository, artifactManifest, store }: ScopeWords): HoldScope | undefined {
  const scopes: HoldScope[] = [];
  if (digest !== undefined) scopes.push({ of: "digest", digest });
  if (registry !== undefined && repository !== undefined)
    scopes.push({ of: "repository", registryId: registry, repository });
  if (artifactManifest !== undefined) scopes.push({ of: "artifactManifest", id: artifactManifest });
  if (store !== undefined) scopes.push({ of: "store", id: store });
  const isHalf = (registry === undefined) !== (repository === undefined);
  return scopes.length === 1 && !isHalf ? scopes[0] : undefined;
}

export function toScopeWords(scope: HoldScope): ScopeWords {
  switch (scope.of) {
    case "digest":
      return { digest: scope.digest };
    case "repository":
      return { registry: scope.registryId, repository: scope.repository };
    case "artifactManifest":
      return { artifactManifest: scope.id };
    case "store":
      return { store: scope.id };
    default:
      return scope satisfies never;
  }
}

/** The body of a hold that is placed at `nowMs`. */
export const toHoldBody = (nowMs: number) =>
  z.strictObject({
    scope: Scope,
    reason: Words,
    owner: Words,
    until: z.string().transform((text, context) => {
      const end = toHoldEnd(text);
      const why =
        end === undefined
          ? "is not a date, such as 2026-12-31, or an instant with its zone, such as 2026-12-31T12:00:00Z"
          : refuseHoldEnd(end, nowMs);
      if (end !== undefined && why === undefined) return end;
      context.addIssue(`"${text.slice(0, 100)}" ${why ?? ""}`);
      return z.NEVER;
    }),
  });
