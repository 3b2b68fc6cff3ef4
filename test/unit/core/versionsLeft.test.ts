import { describe, expect, it } from "@jest/globals";
import type { KnownArtifactManifest } from "../../../lib/core/knowledge.ts";
import type { RegistryManifest, Repository } from "../../../lib/core/registryManifest.ts";
import { VersionsLeft } from "../../../lib/core/versionsLeft.ts";
import {
  aKnown,
  aManifest,
  aNode,
  aRepository,
  artifactManifestId,
  digest,
  edgeTag,
  STORE,
  tagged,
} from "../../fakes/builders.ts";

const [A, B, C] = [digest(1), digest(2), digest(3)];
const OTHER = `${STORE}2`;

const item = (prefix: string, name: string, planned = A) => ({
  repository: `${prefix}/${name}`,
  digest: planned,
  storeId: STORE,
  artifactManifestId: artifactManifestId(prefix),
});

const known = (prefix: string, store = STORE, name = "nginx"): KnownArtifactManifest =>
  aKnown({ id: artifactManifestId(prefix, store), artifacts: [{ name, version: "1.0" }] });

const holding = (name: string, ...manifests: readonly RegistryManifest[]): Repository =>
  aRepository({ name, manifests });

const live = (name: string): Repository =>
  holding(name, aManifest({ digest: B, tags: tagged("1.0"), edges: undefined }));

interface Case {
  readonly name: string;
  readonly repositories: readonly Repository[];
  readonly known?: readonly KnownArtifactManifest[];
  readonly gone?: readonly string[];
}

/** The plan takes `A` of `old/nginx`. */
function lostOf({ repositories, known: more = [], gone = [] }: Case): readonly string[] {
  const left = new VersionsLeft({ items: [item("old", "nginx")], gone: new Set(gone) });
  for (const artifactManifest of [known("old"), ...more]) left.learn(artifactManifest);
  left.see(holding("old/nginx", aManifest({ digest: A })));
  for (const repository of repositories) left.see(repository);
  return left.listLost();
}

describe("an artifact name that a plan takes something of", () => {
  it.each<Case>([
    { name: "nothing else is there", repositories: [] },
    {
      name: "the other version is of another name",
      repositories: [live("new/chart")],
      known: [known("new", STORE, "chart")],
    },
    { name: "the other version is of another store", repositories: [live("new/nginx")], known: [known("new", OTHER)] },
    { name: "nobody lists the other path", repositories: [live("new/nginx")] },
    { name: "the other path is a legacy path", repositories: [live("nginx")], known: [known("new")] },
    {
      name: "the other version went since the inventory",
      repositories: [live("new/nginx")],
      known: [known("new")],
      gone: [`new/nginx@${B}`],
    },
    {
      name: "only a signature stays",
      repositories: [holding("old/nginx", aNode(A), aNode(B, { subject: A }))],
    },
    {
      name: "only what an edge tag attaches to it stays",
      repositories: [holding("old/nginx", aNode(A), aNode(B, { tags: tagged(edgeTag(A, ".sig")) }))],
    },
    {
      name: "only a child stays",
      repositories: [holding("old/nginx", aNode(A, { children: [B] }), aNode(B))],
    },
    {
      name: "what stays is not understood",
      repositories: [holding("old/nginx", aNode(A), aManifest({ digest: B, edges: undefined }))],
    },
  ])("is lost where $name", (given) => {
    expect(lostOf(given)).toEqual([`every version of nginx in ${STORE} would be gone`]);
  });

  it.each<Case>([
    { name: "a live version is in the store", repositories: [live("new/nginx")], known: [known("new")] },
    {
      name: "a live version is in the store, in another casing",
      repositories: [live("New/NginX")],
      known: [known("new")],
    },
    { name: "another digest of its own repository waits", repositories: [holding("old/nginx", aNode(A), aNode(B))] },
    {
      name: "an untagged version of another artifact manifest waits",
      repositories: [holding("new/nginx", aNode(B), aNode(C, { subject: B }))],
      known: [known("new")],
    },
    {
      name: "something else of the other repository went since the inventory",
      repositories: [live("new/nginx")],
      known: [known("new")],
      gone: [`new/nginx@${C}`, `old/nginx@${B}`],
    },
  ])("keeps a version where $name", (given) => {
    expect(lostOf(given)).toEqual([]);
  });

  it("is named once, sorted, and after twenty only counted", () => {
    const items = Array.from({ length: 25 }, (_, index) => item("old", `image${index + 10}`));
    const left = new VersionsLeft({ items: [...items, ...items], gone: new Set() });
    const lost = left.listLost();
    expect(lost).toHaveLength(21);
    expect([lost[0], lost.at(-1)]).toEqual([
      `every version of image10 in ${STORE} would be gone`,
      "and 5 artifact names more",
    ]);
  });

  it("asks nothing of names that the plan does not touch", () => {
    const left = new VersionsLeft({ items: [], gone: new Set([`old/nginx@${A}`]) });
    left.learn(known("old"));
    left.see(holding("old/nginx", aManifest({ digest: A })));
    expect(left.listLost()).toEqual([]);
  });
});
