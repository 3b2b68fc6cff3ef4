import { describe, expect, it } from "@jest/globals";
import { diffResource } from "../../../lib/core/diff.ts";
import { explainFinding, listNamedResources } from "../../../lib/core/explainFinding.ts";
import type { Finding } from "../../../lib/core/findings.ts";
import type { ResourceChange, ResourceHistory } from "../../../lib/core/history.ts";
import {
  aNetworkFunction,
  artifactManifestId,
  digest,
  nfdvId,
  NOW,
  PUBLISHER,
  REGISTRY,
  STORE,
} from "../../fakes/builders.ts";

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
const CHANGE: ResourceChange = {
  at: "2026-02-21T01:00:00Z",
  snapshotId: "20260221T010000Z",
  beforeAt: "2026-02-20T01:00:00Z",
  beforeSnapshotId: "20260220T010000Z",
  change: "disappeared",
  fields: [],
};
const history: ResourceHistory = { id: CNF, kind: "artifactManifest", changes: [CHANGE] };

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

  it("tells nothing of a configuration value that an earlier version wrote into a history", () => {
    const fields = [
      { field: "digests", removed: [digest(7)], added: [`sha256:${"a1".repeat(32)}`] },
      { field: "state", removed: ["Preview"], added: ["Active"] },
      {
        field: "versions",
        removed: [`mentioned of ${PUBLISHER}: hunter1, root`, `${nfdvId("1.0.0")} (desired state)`],
        added: [
          `mentioned of any publisher: hunter2`,
          'publisher "hunter3", group any, version any (configuration value)',
          `publisher "${"hunter4".repeat(60)}…`,
          'publisher "contoso", group any, version "2" (last state)',
        ],
      },
    ];
    const told = explainFinding(finding, [{ ...history, changes: [{ ...CHANGE, fields }] }]);
    expect(JSON.stringify(told)).not.toMatch(/hunter|a1a1|0007/);
    expect(told.histories[0]?.changes[0]?.fields).toEqual([
      { field: "state", removed: ["Preview"], added: ["Active"] },
      {
        field: "versions",
        removed: [`${nfdvId("1.0.0")} (desired state)`],
        added: ['publisher "contoso", group any, version "2" (last state)'],
      },
    ]);
  });

  it("tells all of what is stored of configuration values now", () => {
    const [before, after] = [
      aNetworkFunction({ versions: [{ by: "mention", publisherId: PUBLISHER, texts: ["a"] }] }),
      aNetworkFunction({
        versions: [
          { by: "mention", publisherId: PUBLISHER, texts: ["a", "b"] },
          { by: "names", source: "value", publisher: undefined, group: "g", version: "1" },
          { by: "unreadable", publisherId: undefined, text: "?" },
        ],
        digests: [digest(1)],
      }),
    ];
    const fields = diffResource(before, after)?.fields ?? [];
    const told = explainFinding(finding, [{ ...history, changes: [{ ...CHANGE, change: "changed", fields }] }]);
    expect(fields.map(({ field }) => field)).toEqual(["digests", "versions"]);
    expect(told.histories[0]?.changes[0]?.fields).toEqual(fields);
  });

  it("says when it was resolved", () => {
    expect(explainFinding({ ...finding, resolvedAt: NOW }, []).text).toContain(`resolved ${NOW}.`);
  });
});
