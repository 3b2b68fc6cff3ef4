import { describe, expect, test } from "@jest/globals";
import type { ArmId } from "../../../lib/core/armId.ts";
import { pruneHistory } from "../../../lib/jobs/pruneHistory.ts";
import type { HistoryEntry } from "../../../lib/stores/historyStore.ts";
import {
  aChange,
  aMark,
  artifactManifestId,
  consumerId,
  nfdvId,
  PUBLISHER,
  REGISTRY,
  STORE,
} from "../../fakes/builders.ts";
import { aHeader, aService } from "../functions/aService.ts";

const FABRIKAM: ArmId = PUBLISHER.replace("contoso", "fabrikam");
const FUNCTION = consumerId("networkfunctions", "nf");

/** Seven days before `NOW`, and a second more. */
const KEPT = "2026-02-23T01:00:00Z";
const OLD = "2026-02-23T00:59:59Z";

const ofManifest = (at: string): HistoryEntry => ({
  id: artifactManifestId("cnf"),
  kind: "artifactManifest",
  change: aChange({ at, snapshotId: at }),
});

/** A network function whose version changed from one that says `text`. */
const ofConsumer = (text: string): HistoryEntry => ({
  id: FUNCTION,
  kind: "networkFunction",
  change: aChange({ at: OLD, fields: [{ field: "versions", removed: [text], added: ["another version"] }] }),
});

interface Case {
  readonly name: string;
  readonly entries: readonly HistoryEntry[];
  /** A mark of `PUBLISHER` is open. */
  readonly marked: boolean;
  /** When what is left happened. */
  readonly left: readonly string[];
}

const CASES: readonly Case[] = [
  { name: "goes where it is older than the retention", entries: [ofManifest(OLD)], marked: false, left: [] },
  { name: "stays where it is not", entries: [ofManifest(KEPT)], marked: false, left: [KEPT] },
  {
    name: "goes alone, without what is younger",
    entries: [ofManifest(OLD), ofManifest(KEPT)],
    marked: false,
    left: [KEPT],
  },
  { name: "stays as long as a mark of its publisher is open", entries: [ofManifest(OLD)], marked: true, left: [OLD] },
  {
    name: "goes where only a mark of another publisher is open",
    entries: [{ ...ofManifest(OLD), id: artifactManifestId("cnf", `${FABRIKAM}/artifactstores/store`) }],
    marked: true,
    left: [],
  },
  {
    name: "stays where a consumer names a publisher with an open mark by id",
    entries: [ofConsumer(nfdvId("1.0.0"))],
    marked: true,
    left: [OLD],
  },
  {
    name: "stays where a consumer names a publisher with an open mark by name, whatever its casing",
    entries: [ofConsumer("publisher Contoso, version 1.0.0")],
    marked: true,
    left: [OLD],
  },
  {
    name: "goes where a consumer names another publisher",
    entries: [ofConsumer(nfdvId("1.0.0", FABRIKAM))],
    marked: true,
    left: [],
  },
  {
    name: "goes where a consumer names a publisher without an open mark",
    entries: [ofConsumer(nfdvId("1.0.0"))],
    marked: false,
    left: [],
  },
];

describe("a change in the history", () => {
  test.each(CASES)("$name", async ({ entries, marked, left }) => {
    const deps = aService({ SNAPSHOT_RETENTION: "7d" });
    const never = { enforcedSince: undefined, enforceDeadline: undefined, goneSince: undefined };
    await deps.knowledge.putStore({ storeId: STORE, registryId: REGISTRY, ...never });
    if (marked) await deps.marks.put(aMark(), undefined);
    await deps.history.append(entries);
    await pruneHistory(deps, aHeader());
    const histories = await deps.history.findAll(entries.map(({ id }) => id));
    expect([...histories.values()].flatMap(({ changes }) => changes.map(({ at }) => at))).toEqual(left);
  });
});
