import { describe, expect, test } from "@jest/globals";
import { REGISTRY } from "../../fakes/builders.ts";
import type { FindingKind, FindingScope } from "../../../lib/core/findings.ts";
import { stopScope } from "../../../lib/jobs/purgeManifests.ts";
import { aTenant } from "./aTenant.ts";
import { aPublisherRow, aStoreRow } from "./someRows.ts";

const VANISHED = REGISTRY.replace("contosoacr", "formeracr");
const EARLIER = "2026-03-01T01:00:00Z";

/** Whether a finding of `scope` is open after the newest snapshot, which shows `PUBLISHER`, `STORE` and `REGISTRY`, is processed. */
async function staysOpen(scope: FindingScope, kind: FindingKind, complete: boolean): Promise<boolean> {
  const tenant = aTenant();
  const { view, deps } = tenant;
  view.rows = [aPublisherRow(), aStoreRow()];
  if (!complete) view.failing = "consumers";
  await deps.findings.observe({ kind, scope, subject: "what it is about", evidence: [] }, EARLIER);
  const part = await tenant.night("2026-03-02T01:00:00Z");
  expect(part.complete).toBe(complete);
  await tenant.mark("2026-03-02T03:00:00Z");
  const findings = await Array.fromAsync(deps.findings.list());
  const [finding] = findings.filter((one) => one.scope === scope && one.subject === "what it is about");
  expect(finding).toBeDefined();
  return finding?.resolvedAt === undefined;
}

interface Scoped {
  readonly name: string;
  readonly scope: FindingScope;
  readonly kind: FindingKind;
}

const VANISHED_SCOPES: readonly Scoped[] = [
  { name: "the registry manifests of a registry", scope: VANISHED, kind: "decommissionedArtifact" },
  { name: "what is missing in a registry", scope: `artifacts:${VANISHED}`, kind: "missingArtifact" },
  { name: "a registry", scope: `registry:${VANISHED}`, kind: "retentionPolicyActs" },
  { name: "the purge of a registry", scope: stopScope(VANISHED), kind: "purgeStopped" },
  { name: "what a purge hurt in a registry", scope: `damage:${VANISHED}`, kind: "damagedArtifact" },
  { name: "a publisher", scope: "publisher:former", kind: "unreferencedFunctionDefinition" },
  { name: "a part of a snapshot", scope: `snapshot:${VANISHED}`, kind: "incompleteSnapshot" },
];

describe("findings about what nothing leads to any more", () => {
  test.each(VANISHED_SCOPES)("$name: a complete graph resolves them", async ({ scope, kind }) => {
    expect(await staysOpen(scope, kind, true)).toBe(false);
  });

  test.each(VANISHED_SCOPES)("$name: an incomplete graph does not", async ({ scope, kind }) => {
    expect(await staysOpen(scope, kind, false)).toBe(true);
  });

  test.each([
    { name: "the purge of a registry that is there", scope: stopScope(REGISTRY), kind: "purgeStopped" as const },
    { name: "what a purge hurt in it", scope: `damage:${REGISTRY}`, kind: "damagedArtifact" as const },
    { name: "the newest plan", scope: "plan", kind: "breakerTripped" as const },
  ])("$name: a complete graph leaves them alone", async ({ scope, kind }) => {
    expect(await staysOpen(scope, kind, true)).toBe(true);
  });
});
