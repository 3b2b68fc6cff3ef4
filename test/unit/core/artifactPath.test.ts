import { describe, expect, it } from "@jest/globals";
import { createPathIndex } from "../../../lib/core/artifactPath.ts";
import { toGraph } from "../../../lib/core/graph.ts";
import type { KnownArtifactManifest } from "../../../lib/core/knowledge.ts";
import { createNeeds } from "../../../lib/core/needs.ts";
import { aKnown, aKnownVersion, anNfdv, artifactManifestId, STORE } from "../../fakes/builders.ts";

const listing = (name: string, ...artifacts: readonly string[]): KnownArtifactManifest =>
  aKnown({ id: artifactManifestId(name), artifacts: artifacts.map((artifact) => ({ name: artifact, version: "1" })) });

function meaningOf(path: string, known: readonly KnownArtifactManifest[], legacy?: string): unknown {
  const artifact = { name: legacy ?? "", version: undefined, chart: false };
  const versions = legacy
    ? [aKnownVersion({ references: [{ form: "store", id: STORE, chart: false, artifact }] })]
    : [];
  const graph = toGraph([anNfdv()], [...known, ...versions]);
  return createPathIndex(graph, createNeeds(graph), [STORE]).meaningOf(path);
}

describe("the path of a repository", () => {
  const CNF = listing("cnf", "nginx", "Sub/Image");

  it.each([
    { name: "of a listed artifact", path: "cnf/nginx", artifact: "nginx" },
    { name: "in another casing than its list", path: "cnf/sub/image", artifact: "sub/image" },
    { name: "in upper case", path: "CNF/NGINX", artifact: "nginx" },
  ])("belongs to its artifact manifest: $name", ({ path, artifact }) => {
    expect(meaningOf(path, [CNF])).toEqual({ is: "listed", artifactManifests: [CNF], artifact });
  });

  it.each([
    { name: "an artifact that is not on the list", path: "cnf/redis" },
    { name: "an artifact that only starts like a listed one", path: "cnf/nginx2" },
    { name: "a part of a listed artifact", path: "cnf/sub" },
    { name: "more than a listed artifact", path: "cnf/nginx/debug" },
  ])("belongs to an artifact manifest that does not list it: $name", ({ path }) => {
    expect(meaningOf(path, [CNF])).toEqual({ is: "notListed", artifactManifests: [CNF] });
  });

  it.each([
    { name: "a prefix that nobody knows", path: "vnf/nginx" },
    { name: "a prefix that only starts like a known one", path: "cnf2/nginx" },
    { name: "a prefix that is the start of a known one", path: "cn/nginx" },
    { name: "the prefix alone", path: "cnf" },
    { name: "no prefix", path: "redis" },
    { name: "the prefix in the middle", path: "x/cnf/nginx" },
  ])("is unattributed with $name", ({ path }) => {
    expect(meaningOf(path, [CNF])).toEqual({ is: "unattributed" });
  });

  it("tells cnf from cnf2 where both exist", () => {
    const second = listing("cnf2", "nginx");
    expect(meaningOf("cnf2/nginx", [CNF, second])).toMatchObject({ artifactManifests: [second] });
    expect(meaningOf("cnf/nginx", [CNF, second])).toMatchObject({ artifactManifests: [CNF] });
  });

  it.each([
    { name: "listed at the root", path: "nginx", known: [listing("old", "nginx")] },
    { name: "listed with a slash", path: "release/contoso-a", known: [listing("old", "Release/Contoso-A")] },
    {
      name: "listed as it stands, though its prefix is known",
      path: "cnf/nginx",
      known: [CNF, listing("old", "cnf/nginx")],
    },
  ])("is legacy where an artifact manifest names all of it: $name", ({ path, known }) => {
    expect(meaningOf(path, known)).toEqual({ is: "legacy" });
  });

  it("is legacy where a legacy reference names all of it", () => {
    expect(meaningOf("cnf/nginx", [CNF], "CNF/nginx")).toEqual({ is: "legacy" });
    expect(meaningOf("cnf/nginx", [CNF], "nginx")).toMatchObject({ is: "listed" });
  });

  it("belongs to both of two artifact manifests that list it, in the two stores of one registry", () => {
    const second = `${STORE}2`;
    const twin = { ...CNF, id: artifactManifestId("cnf", second) };
    const graph = toGraph([], [CNF, twin]);
    const index = createPathIndex(graph, createNeeds(graph), [STORE, second]);
    expect(index.meaningOf("cnf/nginx")).toEqual({ is: "listed", artifactManifests: [CNF, twin], artifact: "nginx" });
  });

  it("is not proven to be anyone's where only one of two that could own it lists it", () => {
    const second = `${STORE}2`;
    const other = aKnown({ id: artifactManifestId("cnf", second), artifacts: [{ name: "redis", version: "1" }] });
    const graph = toGraph([], [CNF, other]);
    const index = createPathIndex(graph, createNeeds(graph), [STORE, second]);
    expect(index.meaningOf("cnf/nginx")).toEqual({ is: "notListed", artifactManifests: [CNF, other] });
  });

  it("is not explained by artifact manifests of a store that another registry backs", () => {
    const elsewhere = aKnown({ id: artifactManifestId("vnf", `${STORE}2`) });
    expect(meaningOf("vnf/nginx", [elsewhere])).toEqual({ is: "unattributed" });
    expect(meaningOf("nginx", [elsewhere])).toEqual({ is: "unattributed" });
  });
});
