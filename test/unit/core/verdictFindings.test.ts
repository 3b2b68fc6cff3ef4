import { describe, expect, it } from "@jest/globals";
import type { EvidenceLink } from "../../../lib/core/findings.ts";
import type { Graph } from "../../../lib/core/graph.ts";
import { KEEP_REASONS } from "../../../lib/core/keepReasons.ts";
import { toVerdictFinding } from "../../../lib/core/verdictFindings.ts";
import type { Verdict } from "../../../lib/core/verdicts.ts";
import { decideVerdicts } from "../../../lib/core/verdicts.ts";
import {
  aKnown,
  aManifest,
  anAdoption,
  anArtifactManifest,
  anNfdv,
  aRepository,
  artifactManifestId,
  aStore,
  aVerdict,
  digest,
  nfdvId,
  PUBLISHER,
  REGISTRY,
  STORE,
} from "../../fakes/builders.ts";
import { aContextOf, aFunctionOn, aGraph, saying, SIGHT, toCnf } from "../../fakes/graphBuilders.ts";

const PATH = `cnf/nginx@${digest(1)}`;
const UNTAGGED: EvidenceLink = { text: "untagged:", subject: PATH, ...SIGHT };
const LAST_SEEN: EvidenceLink = {
  text: "artifact manifest that is gone, last seen",
  subject: artifactManifestId("cnf"),
  at: "2026-02-20T01:00:00Z",
};

const gone = (): Graph => aGraph([aStore()], [aKnown()]);

function findingOf(verdict: Partial<Verdict> = {}, graph = gone()) {
  return toVerdictFinding(aContextOf(graph), { repository: aRepository(), verdict: aVerdict(verdict), sight: SIGHT });
}

const CHILD = { code: "child", by: digest(2) } as const;
const UPLOADING = { code: "artifactManifestNotSettled", by: "cnf Uploading/Succeeded" } as const;
const LOCKED = { code: "locked", by: digest(1) } as const;

describe("the finding about an untagged registry manifest", () => {
  it.each([
    { name: "decommissioned", verdict: {}, kind: "decommissionedArtifact" },
    { name: "decommissioned and kept", verdict: { keep: [LOCKED] }, kind: "blockedArtifact" },
    { name: "decommissioned, and part of what stays", verdict: { keep: [CHILD] }, kind: "blockedArtifact" },
    { name: "superseded", verdict: { class: "superseded" }, kind: "supersededDigest" },
    { name: "superseded and kept", verdict: { class: "superseded", keep: [LOCKED] }, kind: "supersededDigest" },
    { name: "superseded, and part of what stays", verdict: { class: "superseded", keep: [CHILD] }, kind: undefined },
    {
      name: "superseded while its artifact manifest is uploading",
      verdict: { class: "superseded", keep: [UPLOADING] },
      kind: "blockedArtifact",
    },
    { name: "unattributed", verdict: { class: "unattributed" }, kind: "unattributedManifest" },
    { name: "unattributed, and part", verdict: { class: "unattributed", keep: [CHILD] }, kind: undefined },
    { name: "in no class", verdict: { class: undefined, keep: [LOCKED] }, kind: undefined },
    {
      name: "untagged while its artifact manifest is uploading",
      verdict: { class: undefined, keep: [UPLOADING] },
      kind: "blockedArtifact",
    },
    {
      name: "part of what is uploaded meanwhile",
      verdict: { class: undefined, keep: [CHILD, UPLOADING] },
      kind: undefined,
    },
    {
      name: "uploaded to a store that is not enrolled",
      verdict: { class: undefined, keep: [UPLOADING, { code: "storeNotEnrolled", by: STORE }] },
      kind: undefined,
    },
  ] as const)("is of the right kind: $name", ({ verdict, kind }) => {
    expect(findingOf(verdict)?.kind).toBe(kind);
  });

  it("names the artifact manifest and when it was last seen", () => {
    expect(findingOf()).toEqual({
      kind: "decommissionedArtifact",
      subject: `${REGISTRY}/${PATH}`,
      scope: REGISTRY,
      publisherId: PUBLISHER,
      storeId: STORE,
      evidence: [LAST_SEEN, UNTAGGED],
    });
  });

  it("names a version that needs it, and who uses that version", () => {
    const graph = aGraph([aStore(), anNfdv({ details: saying(toCnf()) }), aFunctionOn()], [aKnown()]);
    const [verdict] = decideVerdicts(aContextOf(graph), aRepository({ manifests: [aManifest()] }));
    expect(findingOf(verdict, graph)?.evidence).toEqual([
      { text: "used by", subject: aFunctionOn().id, ...SIGHT },
      { text: `kept: ${KEEP_REASONS.referencedByVersion.text}:`, subject: nfdvId("1.0.0"), ...SIGHT },
      LAST_SEEN,
      UNTAGGED,
    ]);
  });

  it("names the state of an artifact manifest that is stuck", () => {
    const graph = aGraph([aStore(), anArtifactManifest({ state: "Uploading" })]);
    const [verdict] = decideVerdicts(aContextOf(graph), aRepository({ manifests: [aManifest()] }));
    const finding = findingOf(verdict, graph);
    expect(finding?.kind).toBe("blockedArtifact");
    expect(finding?.evidence).toContainEqual({
      text: "artifact manifest (state Uploading, provisioning state Succeeded)",
      subject: artifactManifestId("cnf"),
      ...SIGHT,
    });
    const settled = aGraph([aStore(), anArtifactManifest()]);
    const [other] = decideVerdicts(aContextOf(settled), aRepository({ manifests: [aManifest()] }));
    expect(other?.keep).not.toEqual([]);
    expect(findingOf(other, settled)).toBeUndefined();
  });

  it("names who adopted the prefix, when and why", () => {
    const graph = aGraph([aStore()], [], [anAdoption({ prefix: "cnf" })]);
    expect(findingOf({}, graph)?.evidence[0]).toEqual({
      text: "prefix adopted by ops@contoso.example (left over from the first release):",
      subject: artifactManifestId("cnf"),
      at: "2026-03-01T09:00:00Z",
    });
  });

  it("stays a row of bounded size where many versions need it", () => {
    const keep = Array.from({ length: 50 }, (_, index) => ({
      code: "referencedByVersion" as const,
      by: nfdvId(`1.0.${index}`),
    }));
    const evidence = findingOf({ keep })?.evidence ?? [];
    expect(evidence).toHaveLength(23);
    expect(evidence[20]).toEqual({ text: "and 30 more" });
  });

  it("belongs to no publisher where the store is not known", () => {
    expect(findingOf({ storeId: undefined })).toMatchObject({ publisherId: undefined, storeId: undefined });
  });
});
