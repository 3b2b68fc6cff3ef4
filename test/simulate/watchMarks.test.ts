import { describe, expect, it } from "@jest/globals";
import type { StoredManifest } from "../sandbox/contracts.ts";
import { DIGEST } from "./aSimulation.fixture.ts";
import type { ApiArtifact } from "./serviceApi.ts";
import { type MarksScene, readMarks, toMarksReport } from "./watchMarks.ts";

const SCOPE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries";
const artifactManifestId = "/subscriptions/s/x/artifactManifests/amf-1-0-0";

const anArtifact = (registry: string, part: Partial<ApiArtifact> = {}): ApiArtifact => ({
  registryId: `${SCOPE}/${registry}`,
  repository: "amf-1-0-0/amf",
  digest: DIGEST,
  class: "decommissioned",
  keep: [],
  mark: { class: "decommissioned", artifactManifestId, deadline: "2026-03-20T01:00:00Z" },
  ...part,
});
const nameIn = (registry: string) => `${registry}/amf-1-0-0/amf@${DIGEST}`;
const standing = { marked: true, artifactManifest: "amf-1-0-0" };

describe("readMarks", () => {
  it("reads marks, those without a verdict of the newest snapshot as well", () => {
    const marks = readMarks([anArtifact("acr")], { before: new Map(), complete: true });
    expect([...marks]).toEqual([[nameIn("acr"), standing]]);
  });

  it("tells a sighting from a mark, and leaves out what has none", () => {
    const sighted = anArtifact("one", { mark: { class: "decommissioned", artifactManifestId } });
    const marks = readMarks([sighted, anArtifact("two", { mark: null })], { before: new Map(), complete: true });
    expect([...marks]).toEqual([[nameIn("one"), { ...standing, marked: false }]]);
  });

  const before = new Map([
    [nameIn("hidden"), standing],
    [nameIn("seen"), standing],
  ]);
  const listed = [anArtifact("seen", { mark: null })];

  it("lets marks stand in a registry that an incomplete snapshot does not show at all", () => {
    expect([...readMarks(listed, { before, complete: false }).keys()]).toEqual([nameIn("hidden")]);
  });

  it("believes a complete snapshot", () => {
    expect(readMarks(listed, { before, complete: true }).size).toBe(0);
  });
});

describe("toMarksReport", () => {
  const manifest: StoredManifest = {
    digest: DIGEST,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    bytes: Buffer.from("{}"),
    tags: ["1.0.0"],
    createdAt: 0,
    attributes: { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true },
    children: [],
    subject: undefined,
    layers: [],
  };
  const before = new Map([[nameIn("acr"), standing]]);
  const toScene = (part: Partial<MarksScene>, held: readonly StoredManifest[] = []): MarksScene => ({
    before,
    artifacts: [],
    deletions: [],
    manifestsOf: () => held,
    ...part,
  });
  const sparedIn = (scene: MarksScene) => toMarksReport(new Map(), scene).spared;

  it("does not count what was deleted as spared", () => {
    const deletions = [{ registry: "acr", repository: "amf-1-0-0/amf", digest: DIGEST }];
    expect(toMarksReport(new Map(), toScene({ deletions }))).toMatchObject({ cleared: [nameIn("acr")], spared: [] });
  });

  it("gives the service's reasons for what it spares", () => {
    const artifacts = [anArtifact("acr", { mark: null, keep: [{ code: "locked", by: DIGEST }] })];
    expect(sparedIn(toScene({ artifacts }))).toEqual([{ artifact: nameIn("acr"), reasons: [`locked ${DIGEST}`] }]);
  });

  it("sees in the registry that something is tagged again, or gone", () => {
    expect(sparedIn(toScene({}, [manifest]))[0]?.reasons).toEqual(["tagged 1.0.0"]);
    expect(sparedIn(toScene({}))[0]?.reasons).toEqual(["gone"]);
  });
});
