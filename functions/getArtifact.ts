import type { HttpHandler, HttpRequest, HttpResponseInit } from "@azure/functions";
import { z } from "zod";
import { nameOf } from "../lib/core/armId.ts";
import type { ArtifactAddress } from "../lib/jobs/explainArtifact.ts";
import { explainStoredArtifact } from "../lib/jobs/explainArtifact.ts";
import type { Deps } from "../lib/jobs/deps.ts";
import { findProcessed } from "../lib/jobs/findProcessed.ts";
import { findRegistries } from "../lib/jobs/findRegistries.ts";
import type { SnapshotHeader } from "../lib/stores/snapshotStore.ts";
import { toExplanation } from "./explanation.ts";
import { guarded } from "./guarded.ts";
import { problem } from "./problem.ts";
import { RegistryId } from "./readQuery.ts";

const Query = z.strictObject({ registryId: RegistryId.optional() });

const PATH = /^([a-z0-9][a-z0-9._/-]{0,254})@(sha256:[0-9a-f]{64})$/;

/** `GET /api/artifacts/{registry}/{*path}`: why one registry manifest stays or goes, `path` being `<repository>@<digest>`. */
export function createGetArtifact(deps: Deps): HttpHandler {
  return guarded(Query, async (request, query) => {
    const [, repository = "", digest = ""] = PATH.exec(readPath(request)) ?? [];
    if (digest === "")
      return problem(400, "The path names no registry manifest", {
        detail: "Ask for /api/artifacts/<registry>/<repository>@sha256:<64 hexadecimal digits>.",
      });
    const header = await findProcessed(deps);
    if (!header)
      return notFound("No snapshot has been processed yet: start a run of the stages snapshot and mark first.");
    const registry = await findRegistry(deps, header, { name: request.params["registry"] ?? "", ...query });
    return "refusal" in registry
      ? registry.refusal
      : explain(deps, request, { header, ...registry, repository, digest });
  });
}

/** The host leaves a slash that a client wrote as %2F as it is. */
const readPath = ({ params }: HttpRequest): string => (params["path"] ?? "").toLowerCase().replaceAll("%2f", "/");

const notFound = (detail: string): HttpResponseInit => problem(404, "Nothing is known of this artifact", { detail });

interface Wanted {
  readonly name: string;
  readonly registryId?: string | undefined;
}

type Found = { readonly registryId: string } | { readonly refusal: HttpResponseInit };

async function findRegistry(deps: Deps, header: SnapshotHeader, { name, registryId }: Wanted): Promise<Found> {
  if (registryId !== undefined && nameOf(registryId) !== name.toLowerCase()) {
    const detail = `${registryId} is not a registry of the name ${name}.`;
    return { refusal: problem(400, "Path and query name two registries", { detail }) };
  }
  const ids = await findRegistries(deps, header, name);
  const [first, ...others] = registryId === undefined ? ids : ids.filter((id) => id === registryId);
  if (first === undefined)
    return { refusal: notFound(`Snapshot ${header.id} covers no registry ${registryId ?? name}.`) };
  if (others.length === 0) return { registryId: first };
  const detail = `Add ?registryId= with one of these: ${ids.join(", ")}.`;
  return { refusal: problem(400, "Several registries have this name", { detail, registryIds: ids }) };
}

async function explain(
  deps: Deps,
  request: HttpRequest,
  { header, ...address }: ArtifactAddress & { readonly header: SnapshotHeader },
): Promise<HttpResponseInit> {
  const explanation = await explainStoredArtifact(deps, header, address);
  if (explanation) return toExplanation(request, explanation);
  const { repository, digest } = address;
  return notFound(
    `Snapshot ${header.id} does not list ${repository}@${digest}, and there is no mark or deletion of it.`,
  );
}
