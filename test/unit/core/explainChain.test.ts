import { describe, expect, it, test } from "@jest/globals";
import { hashName } from "../../../lib/core/hashName.ts";
import type { ArmId } from "../../../lib/core/armId.ts";
import { describeChainLink, linksThrough, toChain } from "../../../lib/core/explainChain.ts";
import { listEdges, withFields } from "../../../lib/core/explainEdges.ts";
import { toGraph } from "../../../lib/core/graph.ts";
import type { ResourceHistory } from "../../../lib/core/history.ts";
import type { Known } from "../../../lib/core/knowledge.ts";
import type { Resource, VersionReference } from "../../../lib/core/resources.ts";
import {
  aKnown,
  aKnownVersion,
  aManifest,
  anArtifactManifest,
  aResource,
  artifactManifestId,
  aStore,
  consumerId,
  digest,
  nfdvId,
  NOW,
  tagged,
} from "../../fakes/builders.ts";

const CNF = artifactManifestId("cnf");
const NFDV = nfdvId("1.0.0");
const NF = consumerId("networkfunctions", "nf");
const SNAPSHOT = { id: "20260302T010000Z", at: NOW, complete: true };
const references = [
  { form: "artifactManifest", id: CNF, artifact: { name: "nginx", version: "~1.0", chart: true } },
] as const;

const nfdv = aResource({
  id: NFDV,
  kind: "networkFunctionDefinitionVersion",
  name: "1.0.0",
  details: { of: "version", references, schemas: [] },
});
const aNf = (name: string, ...versions: readonly VersionReference[]): Resource =>
  aResource({
    id: consumerId("networkfunctions", name),
    kind: "networkFunction",
    name,
    details: { of: "consumer", versions, values: [], schemas: [], digests: [], hasSecretValues: false },
  });
const byId = (source: "desired" | "lastState" | "value"): VersionReference => ({ by: "id", source, id: NFDV });

interface Sight {
  readonly resources: readonly Resource[];
  readonly known: readonly Known[];
  readonly histories?: readonly ResourceHistory[];
}

function chainOf({ resources, known, histories = [] }: Sight) {
  const graph = toGraph([aStore(), ...resources], known);
  const owner = graph.artifactManifests.get(CNF);
  const edges = listEdges({
    graph,
    meaning: { is: "listed", artifactManifests: owner ? [owner] : [], artifact: "nginx" },
    repository: "cnf/nginx",
    digest: digest(1),
    manifest: aManifest({ tags: tagged("1.0") }),
    keep: [],
    rememberedAt: undefined,
  });
  const consumers = new Map<ArmId, Resource>(resources.map((resource) => [resource.id, resource]));
  return toChain(withFields(edges, consumers), SNAPSHOT, new Map(histories.map((history) => [history.id, history])));
}

const known = [aKnown(), aKnownVersion({ references: [...references] })];
const dates = { lastSeenAt: NOW, snapshotId: SNAPSHOT.id };

describe("a chain", () => {
  it("leads from the consumer over version, artifact manifest and repository to the digest, each link as last seen", () => {
    expect(chainOf({ resources: [nfdv, anArtifactManifest(), aNf("nf", byId("desired"))], known })).toEqual([
      { from: NF, to: NFDV, as: "runs on: desired state", ...dates },
      { from: NFDV, to: CNF, as: "references, for the chart nginx ~1.0", ...dates },
      { from: CNF, to: "cnf/nginx", as: "lists nginx 1.0", ...dates },
      { from: "cnf/nginx", to: digest(1), as: "tags 1.0", ...dates },
    ]);
  });

  it("tells when links vanished: with their resource, or dropped by it", () => {
    const change = {
      at: "2026-02-21T01:00:00Z",
      snapshotId: "20260221T010000Z",
      beforeAt: "2026-02-20T01:00:00Z",
      beforeSnapshotId: "20260220T010000Z",
    };
    const removed = [`artifact manifest ${CNF}, chart nginx:~1.0`];
    const histories: ResourceHistory[] = [
      { id: CNF, kind: "artifactManifest", changes: [{ ...change, change: "disappeared", fields: [] }] },
      {
        id: NFDV,
        kind: "networkFunctionDefinitionVersion",
        changes: [{ ...change, change: "changed", fields: [{ field: "references", removed, added: [] }] }],
      },
    ];
    const dropped = { ...nfdv, details: { of: "version", references: [], schemas: [] } } as const;
    const chain = chainOf({ resources: [dropped], known, histories });
    const gone = {
      lastSeenAt: change.beforeAt,
      snapshotId: change.beforeSnapshotId,
      vanishedAt: change.at,
      vanishedIn: change.snapshotId,
    };
    expect(chain.slice(0, 2)).toMatchObject([
      { from: NFDV, to: CNF, ...gone },
      { from: CNF, to: "cnf/nginx", ...gone },
    ]);
  });

  it("falls back on what is remembered where no history tells, and says no more", () => {
    const [reference, listing] = chainOf({ resources: [], known });
    const remembered = { lastSeenAt: "2026-02-20T01:00:00Z", snapshotId: undefined };
    expect(reference).toEqual({
      from: NFDV,
      to: CNF,
      as: "once referenced, for the chart nginx ~1.0",
      ...remembered,
    });
    expect(listing).toEqual({ from: CNF, to: "cnf/nginx", as: "once listed nginx 1.0", ...remembered });
  });

  it("gives no date to what a resource that is there does not say any more, where no history tells", () => {
    const dropped = { ...nfdv, details: { of: "version", references: [], schemas: [] } } as const;
    const emptied = anArtifactManifest({ details: { of: "artifactManifest", artifacts: [], unreadable: [] } });
    const [reference, listing] = chainOf({ resources: [dropped, emptied], known });
    const unknown = { lastSeenAt: undefined, snapshotId: undefined };
    expect(reference).toMatchObject({ from: NFDV, as: expect.stringMatching(/^once referenced/), ...unknown });
    expect(listing).toMatchObject({ from: CNF, as: "once listed nginx 1.0", ...unknown });
  });

  it("names the consumers of a version that is gone", () => {
    const chain = chainOf({ resources: [aNf("nf", byId("lastState"))], known });
    expect(chain[0]).toMatchObject({ from: NF, to: NFDV, as: "runs on: last state" });
  });

  test.each<{ name: string; reference: VersionReference; as: string }>([
    {
      name: "by names",
      reference: { by: "names", source: "desired", publisher: "contoso", group: "nfdg", version: "1.0.0" },
      as: "desired state, by names",
    },
    {
      name: "by the name in a value, whatever its group",
      reference: { by: "names", source: "value", publisher: "contoso", group: undefined, version: "1.0.0" },
      as: "configuration value, by names",
    },
    {
      name: "by a mention",
      reference: { by: "mention", publisherId: undefined, texts: ["1.0.0"].map(hashName).sort() },
      as: "mentioned in a configuration value",
    },
  ])("tells which field of a consumer names the version: $name", ({ reference, as }) => {
    const edge = { from: NF, to: NFDV, as: "runs on", holds: true, needle: "", rememberedAt: undefined };
    const [told] = withFields([edge], new Map([[NF, aNf("nf", reference)]]));
    expect(told?.as).toBe(`runs on: ${as}`);
  });

  it("counts the consumers that it does not name", () => {
    const nfs = Array.from({ length: 7 }, (_, index) => aNf(`nf${index}`, byId("desired")));
    const chain = chainOf({ resources: [nfdv, ...nfs], known });
    expect(chain.filter(({ to }) => to === NFDV).map(({ from }) => from)).toEqual([
      ...nfs.slice(0, 2).map(({ id }) => id),
      "5 more",
    ]);
  });

  it("through one link holds what leads there and what follows, and nothing beside it", () => {
    const link = (from: string, to: string) => ({ from, to, as: "x", ...dates });
    const chain = [link("a", "b"), link("z", "c"), link("b", "c"), link("c", "d"), link("d", "c")];
    expect(linksThrough(chain, "b")).toEqual([link("a", "b"), link("b", "c"), link("c", "d"), link("d", "c")]);
    expect(linksThrough(chain, "unknown")).toEqual([]);
  });

  it("is told link by link", () => {
    const link = { from: "a", to: "b", as: "lists x", lastSeenAt: NOW, snapshotId: "s1" };
    const gone = { ...link, vanishedAt: NOW, vanishedIn: "s2" };
    expect(describeChainLink(gone)).toBe(
      `a -> b: lists x (last seen ${NOW} in snapshot s1, gone since ${NOW} (snapshot s2))`,
    );
    expect(describeChainLink({ ...link, lastSeenAt: undefined, snapshotId: undefined })).toBe(
      "a -> b: lists x (last seen not known)",
    );
  });
});
