import { describe, expect, test } from "@jest/globals";
import type { ArmId } from "../../../lib/core/armId.ts";
import { readFreshContext } from "../../../lib/jobs/freshContext.ts";
import { artifactManifestId, nfdvId, PUBLISHER, REGISTRY } from "../../fakes/builders.ts";
import { aPlanItem } from "./aPlanItem.ts";
import { aTenant } from "./aTenant.ts";
import { aFunctionRow, aManifestRow, aPublisherRow, aStoreRow, aVersionRow } from "./someRows.ts";

const FABRIKAM: ArmId = PUBLISHER.replace("contoso", "fabrikam");
const FOREIGN = nfdvId("1.0.0", FABRIKAM);
const MANIFEST = artifactManifestId("m");
const OTHER = artifactManifestId("other", `${FABRIKAM}/artifactstores/store`);
const LAST_ID = "20260303T010000Z";

const ITEM = aPlanItem({ repository: "m/nginx", artifactManifestId: MANIFEST });

interface Case {
  readonly name: string;
  /** What the other publisher's version referenced on the first night. */
  readonly once: ArmId;
  /** What it references on the second; undefined where it is gone. */
  readonly now: ArmId | undefined;
  readonly consumer: boolean;
  readonly needs: readonly string[];
}

async function lookAgain({ once, now, consumer }: Case): Promise<readonly string[]> {
  const tenant = aTenant();
  const { view, deps } = tenant;
  const rest = [aPublisherRow(), aStoreRow(), ...(consumer ? [aFunctionRow("nf", FOREIGN)] : [])];
  view.rows = [...rest, aManifestRow("m"), aVersionRow(once, FOREIGN)];
  await tenant.night("2026-03-02T01:00:00Z");
  await tenant.mark("2026-03-02T03:00:00Z");
  view.rows = [...rest, ...(now === undefined ? [] : [aVersionRow(now, FOREIGN)])];
  await tenant.night("2026-03-03T01:00:00Z");
  await tenant.mark("2026-03-03T03:00:00Z");
  const { context } = await readFreshContext(deps, { registryId: REGISTRY, snapshotId: LAST_ID, items: [ITEM] });
  const known = context.graph.artifactManifests.get(MANIFEST);
  if (!known) throw new Error(`${MANIFEST} is not remembered`);
  return context.needs.ofArtifactManifest(known).map(({ code, by }) => `${code} ${by}`);
}

const CASES: readonly Case[] = [
  {
    name: "keeps what a version of another publisher referenced once and does not any more",
    once: MANIFEST,
    now: OTHER,
    consumer: true,
    needs: [`referencedByVersion ${FOREIGN}`],
  },
  {
    name: "keeps it too where nothing runs on that version",
    once: MANIFEST,
    now: OTHER,
    consumer: false,
    needs: [`referencedByVersion ${FOREIGN}`],
  },
  {
    name: "keeps what a deleted version of another publisher referenced, for the network function on it",
    once: MANIFEST,
    now: undefined,
    consumer: true,
    needs: ["consumerOfDeletedVersion"],
  },
  { name: "lets go what that version never referenced", once: OTHER, now: OTHER, consumer: true, needs: [] },
  {
    name: "lets go what it referenced where it is deleted and nothing runs on it",
    once: MANIFEST,
    now: undefined,
    consumer: false,
    needs: [],
  },
];

describe("the last look before deleting", () => {
  test.each(CASES)("$name", async (given) => {
    const needs = await lookAgain(given);
    expect(needs).toHaveLength(given.needs.length);
    for (const [index, need] of given.needs.entries()) expect(needs[index]).toContain(need);
  });
});
