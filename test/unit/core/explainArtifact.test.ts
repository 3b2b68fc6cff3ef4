import { describe, expect, it, test } from "@jest/globals";
import type { ArtifactFacts } from "../../../lib/core/explainArtifact.ts";
import { explainArtifact } from "../../../lib/core/explainArtifact.ts";
import { explainKeep } from "../../../lib/core/explainKeep.ts";
import type { RegistryManifest } from "../../../lib/core/registryManifest.ts";
import type { World } from "../../fakes/aContext.ts";
import { aContext } from "../../fakes/aContext.ts";
import {
  aKnown,
  aManifest,
  aMark,
  anArtifactManifest,
  aNode,
  aRepository,
  artifactManifestId,
  aStore,
  digest,
  NOW,
  REGISTRY,
  STORE,
  tagged,
} from "../../fakes/builders.ts";

const CNF = artifactManifestId("cnf");
const DIGEST = digest(1);
const BEFORE = "2026-02-01T05:00:00Z";
const DELETED = { runId: "run7", intentAt: NOW, outcome: "deleted", outcomeAt: NOW } as const;

function keepOf(manifests: readonly RegistryManifest[], world: World = {}): readonly string[] {
  const [manifest = aManifest()] = manifests;
  const { keep } = explainKeep(aContext(world), aRepository({ manifests }), manifest);
  return keep.map(({ code, by }) => [code, by].filter(Boolean).join(" "));
}

describe("what keeps a registry manifest", () => {
  test.each<{ name: string; manifests: readonly RegistryManifest[]; world?: World; keep: readonly string[] }>([
    { name: "nothing, where it is untagged and nobody needs it", manifests: [aNode(DIGEST)], keep: [] },
    { name: "its tags", manifests: [aNode(DIGEST, { tags: tagged("2.0", "1.0") })], keep: ["tagged 1.0, 2.0"] },
    {
      name: "its tag, and its artifact manifest as well",
      manifests: [aNode(DIGEST, { tags: tagged("1.0") })],
      world: { resources: [aStore(), anArtifactManifest()] },
      keep: [`artifactManifestPresent ${CNF}`, "tagged 1.0"],
    },
    {
      name: "its tag, and an index that would hold it without",
      manifests: [
        aNode(DIGEST, { tags: tagged("1.0") }),
        aNode(digest(2), { tags: tagged("all"), children: [DIGEST] }),
      ],
      keep: [`child ${digest(2)}`, "tagged 1.0"],
    },
    {
      name: "its tag, and a path that is shared",
      manifests: [aNode(DIGEST, { tags: tagged("1.0") })],
      world: { known: [aKnown({ artifacts: [{ name: "cnf/nginx", version: "1.0" }] })] },
      keep: ["legacyPath", "tagged 1.0"],
    },
    {
      name: "its tag and a lock",
      manifests: [aNode(DIGEST, { tags: tagged("1.0"), locked: true })],
      keep: [`locked ${DIGEST}`, "tagged 1.0"],
    },
    {
      name: "a tagged index, where it is untagged itself",
      manifests: [aNode(DIGEST), aNode(digest(2), { tags: tagged("all"), children: [DIGEST] })],
      keep: [`child ${digest(2)}`],
    },
  ])("is $name", ({ manifests, world, keep }) => {
    expect(keepOf(manifests, world)).toEqual(keep);
  });
});

function explain(facts: Partial<ArtifactFacts> = {}) {
  return explainArtifact({
    registryId: REGISTRY,
    repository: "cnf/nginx",
    digest: DIGEST,
    snapshot: { id: "20260302T010000Z", at: NOW, complete: true },
    listedWhole: true,
    digestHold: undefined,
    manifest: aManifest(),
    class: "decommissioned",
    keep: [],
    edges: [
      { from: CNF, to: "cnf/nginx", as: "lists nginx 1.0", holds: true, needle: "", rememberedAt: undefined },
      { from: "cnf/nginx", to: DIGEST, as: "untagged", holds: true, needle: "", rememberedAt: undefined },
    ],
    histories: new Map(),
    mark: aMark(),
    holds: [],
    waiting: undefined,
    deletion: undefined,
    plan: undefined,
    isEnforced: true,
    ...facts,
  });
}

describe("the explanation of a registry manifest", () => {
  it("gives each reason the chain that it rests on", () => {
    const { keep } = explain({
      mark: undefined,
      keep: [
        { code: "artifactManifestNotSettled", by: `${CNF} Uploading/Succeeded` },
        { code: "tagged", by: "1.0" },
        { code: "locked", by: "x" },
      ],
    });
    expect(keep.map(({ code, chain }) => [code, chain.map(({ to }) => to)])).toEqual([
      ["artifactManifestNotSettled", ["cnf/nginx", DIGEST]],
      ["tagged", [DIGEST]],
      ["locked", []],
    ]);
    expect(keep[1]).toMatchObject({ text: "it is tagged", by: "1.0" });
  });

  it("says concretely what would save what is on its way out", () => {
    expect(explain().savedBy).toEqual([
      `put a tag on it: any tag on cnf/nginx@${DIGEST} in contosoacr`,
      `recreate artifact manifest ${CNF}`,
      `hold its store: put the ARM tag cleanup-hold-until with a date on the artifact store ${STORE}`,
      `hold it: PUT /api/holds with the scope {"digest":"${DIGEST}"}, an owner, a reason and an end`,
      `lock it: az acr repository update --name contosoacr --image cnf/nginx@${DIGEST} --delete-enabled false --write-enabled false`,
    ]);
    expect(explain({ mark: aMark({ class: "superseded" }) }).savedBy).not.toContain(
      `recreate artifact manifest ${CNF}`,
    );
    expect(explain({ manifest: aManifest({ tags: tagged("1.0") }) }).savedBy).toEqual([]);
  });

  it("names both ways back of what was deleted", () => {
    const gone = { manifest: undefined, mark: undefined, deletion: DELETED };
    const { savedBy } = explain(gone);
    expect(savedBy).toEqual([
      expect.stringContaining(
        `POST /api/restores with {"registry":"contosoacr","repository":"cnf/nginx","digest":"${DIGEST}"}`,
      ),
      expect.stringMatching(/^or push it again:/),
    ]);
    const unanswered = explain({ ...gone, deletion: { ...DELETED, outcome: undefined } });
    expect(unanswered.savedBy.slice(0, 2)).toEqual(savedBy);
    expect(unanswered.savedBy.slice(2)).toEqual(explain({ mark: undefined, keep: [] }).savedBy);
  });

  test.each<{ name: string; facts: Partial<ArtifactFacts> }>([
    { name: "no delete is on record", facts: {} },
    {
      name: "it was listed after the delete",
      facts: { deletion: { ...DELETED, intentAt: BEFORE, outcomeAt: BEFORE } },
    },
    { name: "the delete was refused, and it is listed", facts: { deletion: { ...DELETED, outcome: "kept" } } },
  ])("speaks of no way back where $name", ({ facts }) => {
    const { decision, savedBy } = explain({ mark: undefined, ...facts });
    expect(decision).toBe("unknown");
    expect(savedBy.filter((step) => step.includes("POST /api/restores"))).toEqual([]);
  });

  test.each<{ name: string; facts: Partial<ArtifactFacts>; says: readonly string[] }>([
    { name: "due", facts: {}, says: ["Decision: due.", "Class: decommissioned.", "What would save it:"] },
    {
      name: "waiting",
      facts: { waiting: { why: "inGrace", until: "2026-03-09T01:00:00Z" } },
      says: ["Decision: marked.", "It waits: its grace window is not over (until 2026-03-09T01:00:00Z)."],
    },
    {
      name: "held",
      facts: {
        holds: [
          { on: DIGEST, owner: "release team", reason: "an audit", until: "2026-04-01T00:00:00Z" },
          { on: STORE, owner: undefined, reason: "the tag cleanup-hold-until", until: undefined },
        ],
      },
      says: [
        "What holds it:",
        `  until 2026-04-01T00:00:00Z, by release team on ${DIGEST}: an audit`,
        `  until it is lifted, by an ARM tag on ${STORE}: the tag cleanup-hold-until`,
      ],
    },
    { name: "safe in report mode", facts: { isEnforced: false }, says: ["Decision: due.", "nothing in it is deleted"] },
    {
      name: "due, where the newest plan deletes nothing",
      facts: { plan: { planId: "p1", at: NOW, state: "breakerTripped", notes: ["900 deletions", "b", "c", "d"] } },
      says: [
        `The newest plan of its registry, p1 of ${NOW}, is breakerTripped`,
        "the breaker tripped; 900 deletions; b; c.\n",
      ],
    },
    {
      name: "kept",
      facts: { mark: undefined, keep: [{ code: "unattributed" }], class: "unattributed" },
      says: ["Decision: kept. It stays, for one reason.", "unattributed: no artifact manifest of this name"],
    },
    {
      name: "seen by an incomplete snapshot",
      facts: { snapshot: { id: "s", at: NOW, complete: false }, manifest: undefined },
      says: ["not proven complete", "That snapshot does not list it."],
    },
    {
      name: "deleted",
      facts: { manifest: undefined, mark: undefined, deletion: DELETED },
      says: [`Decision: deleted. It was deleted by run run7 at ${NOW}.`],
    },
    {
      name: "perhaps deleted",
      facts: { mark: undefined, deletion: { ...DELETED, outcome: undefined, outcomeAt: undefined } },
      says: ["Decision: unknown.", "not known yet"],
    },
    {
      name: "there again after it was deleted",
      facts: { mark: undefined, deletion: { ...DELETED, intentAt: BEFORE, outcomeAt: BEFORE } },
      says: [
        "Decision: unknown. It was deleted by run run7",
        "It was listed since",
        "it stays until a complete snapshot",
      ],
    },
  ])("tells in words what is $name", ({ facts, says }) => {
    const { text } = explain(facts);
    for (const words of says) expect(text).toContain(words);
    expect(text).toContain(`contosoacr: cnf/nginx@${DIGEST}\n`);
  });
});
