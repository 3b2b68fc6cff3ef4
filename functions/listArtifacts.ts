import type { HttpHandler, HttpResponseInit } from "@azure/functions";
import { z } from "zod";
import { toArmId } from "../lib/core/armId.ts";
import type { Deps } from "../lib/jobs/deps.ts";
import { findProcessed } from "../lib/jobs/findProcessed.ts";
import { findRegistries, listRegistries } from "../lib/jobs/findRegistries.ts";
import type { ArtifactPlace, UntaggedArtifact } from "../lib/jobs/listArtifacts.ts";
import { listArtifacts } from "../lib/jobs/listArtifacts.ts";
import { toToken } from "../lib/stores/continuation.ts";
import { isSnapshotId } from "../lib/stores/snapshotHeader.ts";
import type { SnapshotHeader } from "../lib/stores/snapshotStore.ts";
import { guarded } from "./guarded.ts";
import { problem } from "./problem.ts";
import { Key, Top } from "./readQuery.ts";

const DEFAULT_TOP = 500;

/** Where a page ends: what was listed last, and in which snapshot. */
interface Place extends ArtifactPlace {
  readonly snapshotId: string;
}

const Query = z.strictObject({
  registry: z.string().trim().min(1).optional(),
  repository: z.string().trim().toLowerCase().min(1).max(255).optional(),
  top: Top(DEFAULT_TOP),
  continuationToken: Key((key) => fromKey(key) !== undefined),
});
type Query = z.infer<typeof Query>;

/** `GET /api/artifacts`: every untagged registry manifest of the newest processed snapshot, why it is kept, and its mark. */
export function createListArtifacts(deps: Deps): HttpHandler {
  return guarded(Query, async (_request, query) => {
    const after = query.continuationToken === undefined ? undefined : fromKey(query.continuationToken);
    const header = after ? await findStored(deps, after.snapshotId) : await findProcessed(deps);
    if (!header) return after ? listIsOver(after.snapshotId) : notProcessed();
    const { registry } = query;
    const registryIds = await (registry === undefined
      ? listRegistries(deps, header)
      : findRegistries(deps, header, registry));
    if (registryIds.length === 0 && registry !== undefined)
      return problem(404, "The registry is not known", {
        detail: `Snapshot ${header.id} covers no registry ${registry}.`,
      });
    return { jsonBody: await readPage(deps, query, { header, registryIds, after }) };
  });
}

interface Listing {
  readonly header: SnapshotHeader;
  readonly registryIds: readonly string[];
  readonly after: Place | undefined;
}

async function readPage(
  deps: Deps,
  { top, repository }: Query,
  { header: { id: snapshotId }, registryIds, after }: Listing,
): Promise<object> {
  const artifacts: UntaggedArtifact[] = [];
  for await (const artifact of listArtifacts(deps, { snapshotId, registryIds, repository, after })) {
    const last = artifacts.at(-1);
    if (last && artifacts.length >= top)
      return { snapshotId, artifacts, continuationToken: toToken(toKey({ ...last, snapshotId })) };
    artifacts.push(artifact);
  }
  return { snapshotId, artifacts };
}

/** Pages of one list are of one snapshot; one whose content is being dropped is none any more. */
async function findStored(deps: Deps, id: string): Promise<SnapshotHeader | undefined> {
  const header = await deps.snapshots.find(id);
  return header?.processedAt !== undefined && (await deps.snapshots.listParts(id)).length > 0 ? header : undefined;
}

const notProcessed = (): HttpResponseInit =>
  problem(404, "There is no processed snapshot yet", { detail: "Start a run of the stages snapshot and mark first." });

const listIsOver = (snapshotId: string): HttpResponseInit =>
  problem(400, "The list cannot be continued", {
    detail: `Snapshot ${snapshotId} is not kept any more: leave the token out to start anew.`,
  });

/** No part of a place holds a line break. */
const toKey = ({ snapshotId, registryId, repository, digest }: Place): string =>
  [snapshotId, registryId, repository, digest].join("\n");

function fromKey(key: string): Place | undefined {
  const [snapshotId = "", registryId = "", repository = "", digest = "", ...more] = key.split("\n");
  const isPlace =
    isSnapshotId(snapshotId) && toArmId(registryId) === registryId && repository !== "" && more.length === 0;
  return isPlace && /^sha256:[0-9a-f]{64}$/.test(digest) ? { snapshotId, registryId, repository, digest } : undefined;
}
