import { describe, expect, it } from "@jest/globals";
import { explainFinding, listNamedResources } from "../../../lib/core/explainFinding.ts";
import type { Finding } from "../../../lib/core/findings.ts";
import type { ResourceHistory } from "../../../lib/core/history.ts";
import { artifactManifestId, digest, nfdvId, NOW, PUBLISHER, REGISTRY, STORE } from "../../fakes/builders.ts";

const CNF = artifactManifestId("cnf");
const SUBJECT = `${REGISTRY}/cnf/nginx@${digest(1)}`;
const finding: Finding = {
  id: "0123456789abcdef01234567",
  kind: "decommissionedArtifact",
  severity: "info",
  subject: SUBJECT,
  scope: REGISTRY,
  publisherId: PUBLISHER,
  storeId: STORE,
  firstSeenAt: "2026-02-21T01:00:00Z",
  lastSeenAt: NOW,
  resolvedAt: undefined,
  evidence: [
    { text: "artifact manifest, last seen", subject: CNF, snapshotId: "20260220T010000Z", at: "2026-02-20T01:00:00Z" },
    { text: "in the state", subject: `${nfdvId("1.0.0")} Active` },
    { text: "untagged", subject: "cnf/nginx", snapshotId: "20260302T010000Z", at: NOW },
  ],
};
const history: ResourceHistory = {
  id: CNF,
  kind: "artifactManifest",
  changes: [
    {
      at: "2026-02-21T01:00:00Z",
      snapshotId: "20260221T010000Z",
      beforeAt: "2026-02-20T01:00:00Z",
      beforeSnapshotId: "20260220T010000Z",
      change: "disappeared",
      fields: [],
    },
  ],
};

describe("the explanation of a finding", () => {
  it("names the resources of its evidence, not registry manifests", () => {
    expect(listNamedResources(finding)).toEqual([CNF, nfdvId("1.0.0")].sort());
    expect(listNamedResources({ ...finding, subject: CNF, evidence: [] })).toEqual([CNF]);
  });

  it("holds the finding, what would clear it, the histories, and all of it as text", () => {
    const { text, ...data } = explainFinding(finding, [history]);
    expect(data).toMatchObject({ ...finding, title: "Decommissioned artifact", histories: [history] });
    for (const words of [
      "Decommissioned artifact (decommissionedArtifact, info)",
      SUBJECT,
      "First seen 2026-02-21T01:00:00Z, last seen 2026-03-02T01:00:00Z, open.",
      `artifact manifest, last seen ${CNF} (snapshot 20260220T010000Z, 2026-02-20T01:00:00Z)`,
      "2026-02-21T01:00:00Z (snapshot 20260221T010000Z): disappeared",
      data.clearedBy,
    ])
      expect(text).toContain(words);
  });

  it("says when it was resolved", () => {
    expect(explainFinding({ ...finding, resolvedAt: NOW }, []).text).toContain(`resolved ${NOW}.`);
  });
});
