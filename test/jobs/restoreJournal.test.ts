import { beforeAll, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import type { ManifestContent } from "../../lib/ports.ts";
import type { Deletion } from "../../lib/stores/deletionStore.ts";
import { collect } from "../fakes/collect.ts";
import { toDigest } from "../fakes/memoryRegistry.ts";
import { useJobBench } from "./jobBench.ts";
import { isIterable } from "./portGate.ts";
import { allowRestores, askToRestore, itemsOf, purgeOld, untilSharedPurge } from "./restoring.ts";
import { OLD, registryIdOf, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const Content = z.object({ config: z.unknown() });

const NIGHT = "2026-03-05/20260305T050000Z-purge/contosoacr";
const EARLIER_RUN = "20260304T050000Z-purge";
const EARLIER_NIGHT = `2026-03-04/${EARLIER_RUN}/contosoacr`;
const IMAGE = "application/vnd.oci.image.manifest.v1+json";
const ALL = ["restored old", "restored old amd64", "restored old arm64", "restored old signature", "tagged old [1.0]"];

let ripe: World;
beforeAll(async () => {
  ripe = await bench.prepare(smallEstate(), untilSharedPurge);
});

const purge = (): Promise<World> => purgeOld(bench, ripe);

/** What a restore reads of the journal: each file, and the records of the whole journal that were asked for. */
function watchJournal(world: World): { readonly files: string[]; records: number } {
  const seen = { files: new Array<string>(), records: 0 };
  world.addGuard(async (call, proceed) => {
    const answer = await proceed();
    if (call.port !== "journal") return answer;
    if (call.method === "listRecordsOf") seen.files.push(String(call.args[0]));
    if (call.method !== "listRecords" || !isIterable(answer)) return answer;
    return (async function* () {
      for await (const record of answer) {
        seen.records += 1;
        yield record;
      }
    })();
  });
  return seen;
}

/** Nights in which other things were deleted in the same repository. */
async function addNights(world: World, days: readonly string[]): Promise<void> {
  const { journal } = world.connect();
  for (const day of days) {
    const runId = `${day.replaceAll("-", "")}T050000Z-purge`;
    const record = { what: "intent", at: `${day}T05:00:00Z`, runId, registryId: registryIdOf().toLowerCase() };
    const of = {
      repository: "old/nginx",
      digest: `sha256:${day.replaceAll("-", "").padStart(64, "0")}`,
      how: "delete",
    };
    for (let line = 0; line < 10; line += 1) await journal.append(`${day}/${runId}/contosoacr`, { ...record, ...of });
  }
}

/** Refers to `subject`, on a config that the repository still has. */
function anAttestation(world: World, subject: string): ManifestContent & { readonly digest: string } {
  const [golden] = world.registry().manifests("old/nginx");
  const { config } = Content.parse(JSON.parse(golden?.bytes.toString() ?? ""));
  const about = { mediaType: IMAGE, digest: subject, size: 1 };
  const text = JSON.stringify({ schemaVersion: 2, mediaType: IMAGE, config, layers: [], subject: about });
  return { digest: toDigest(text), mediaType: IMAGE, bytes: Buffer.from(text) };
}

/** As if one delete had been part of another run. */
async function moveDeletion(world: World, digest: string, to: Pick<Deletion, "runId" | "intentAt">): Promise<void> {
  const { deletions } = world.stores;
  const now = world.now();
  const rows = await collect(deletions.listSince(registryIdOf().toLowerCase(), now - 86_400_000, now));
  await world.parts.tables.drop("deletions");
  for (const row of rows) await world.stores.deletions.put(row.digest === digest ? { ...row, ...to } : row);
}

describe("the journal of a registry that was purged for many nights", () => {
  it("is read for the night of the delete alone", async () => {
    const world = await purge();
    await addNights(world, ["2026-03-01", "2026-03-06"]);
    const seen = watchJournal(world);
    const answer = await askToRestore(world, {});
    expect(answer).toMatchObject({ status: 200, json: { complete: true } });
    expect(itemsOf(world, answer, OLD).toSorted()).toEqual(ALL);
    expect(seen).toEqual({ files: [NIGHT], records: 0 });
  });

  it("is read for the night in which a child went, too: what went along with that comes back", async () => {
    const world = await purge();
    const child = world.registry().resolve("old amd64");
    const { digest, ...content } = anAttestation(world, child);
    const { journal } = world.connect();
    await journal.saveBytes(digest, content);
    const of = { repository: "old/nginx", runId: EARLIER_RUN, registryId: registryIdOf().toLowerCase() };
    const at = "2026-03-04T05:00:00Z";
    await journal.append(EARLIER_NIGHT, { what: "intent", at, ...of, digest, how: "cascade" });
    await moveDeletion(world, child, { runId: EARLIER_RUN, intentAt: at });
    const seen = watchJournal(world);
    const answer = await askToRestore(world, {});
    expect(answer).toMatchObject({ status: 200, json: { complete: true } });
    expect(itemsOf(world, answer, OLD)).toContain(`restored ${digest}`);
    expect(seen.files.toSorted()).toEqual([EARLIER_NIGHT, NIGHT]);
  });

  it("is searched from the newest night on, and no further, for what the table does not have", async () => {
    const world = await purge();
    await addNights(world, ["2026-03-01", "2026-03-02", "2026-03-06"]);
    await world.parts.tables.drop("deletions");
    const seen = watchJournal(world);
    const answer = await askToRestore(world, {});
    expect(answer).toMatchObject({ status: 200, json: { complete: true } });
    expect(itemsOf(world, answer, OLD).toSorted()).toEqual(ALL);
    const own = (await world.readJournal()).filter(({ what }) => what === "intent" || what === "outcome");
    const ofNight = own.filter((record) => String(record["at"]).startsWith("2026-03-05"));
    // Of the night before it one record shows that the night has ended.
    expect(seen).toEqual({ files: [], records: 10 + ofNight.length + 1 });
  });

  it("is searched to its end for what was never deleted there, and none of it is put", async () => {
    const world = await purge();
    const seen = watchJournal(world);
    expect(await askToRestore(world, { repository: "live/nginx", tag: "2.0" })).toMatchObject({ status: 404 });
    expect(seen.records).toBeGreaterThan(0);
    expect(world.registry().calls.filter(({ method }) => method === "PUT")).toEqual([]);
  });

  it("is not searched for what is there", async () => {
    const world = allowRestores(await bench.fork(ripe));
    await addNights(world, ["2026-03-01", "2026-03-02"]);
    const seen = watchJournal(world);
    expect(await askToRestore(world, { tag: "rollback" })).toMatchObject({ status: 200, json: { complete: true } });
    expect(seen).toEqual({ files: [], records: 0 });
  });
});
