import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { DAY_MS } from "../../../lib/core/duration.ts";
import type { ObservedFinding } from "../../../lib/core/findings.ts";
import type { RegistryFacts } from "../../../lib/core/registryFindings.ts";
import { listRegistryFindings } from "../../../lib/core/registryFindings.ts";
import type { RegistryDetails } from "../../../lib/core/resources.ts";
import { shuffled } from "../../fakes/arbitraryManifests.ts";
import { aRegistry, aReplication, aResource, REGISTRY } from "../../fakes/builders.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";
import { evidenceOf, SIGHT } from "../../fakes/graphBuilders.ts";

/** Of a registry of which there is nothing to tell. */
const findingsOf = (facts: Partial<RegistryFacts> = {}): readonly ObservedFinding[] =>
  listRegistryFindings(
    { registry: aRegistry(), replications: [], graceMs: 14 * DAY_MS, appRegion: "westeurope", ...facts },
    SIGHT,
  );

const withDetails = (details: Partial<RegistryDetails>): Partial<RegistryFacts> => ({ registry: aRegistry(details) });
const replica = (status: string | undefined, provisioningState: string | undefined = "Succeeded") =>
  aReplication({ provisioningState, details: { of: "replication", status } });

describe("findings about a registry", () => {
  interface Case {
    readonly name: string;
    readonly kind: ObservedFinding["kind"];
    readonly opens: Partial<RegistryFacts>;
    readonly control: Partial<RegistryFacts>;
    /** The last link of the evidence. */
    readonly text: string;
    readonly subject?: string;
  }

  it.each<Case>([
    {
      name: "a retention policy shorter than the grace window",
      kind: "retentionPolicyActs",
      opens: withDetails({ retentionDays: 13 }),
      control: withDetails({ retentionDays: 14 }),
      text: "its retention policy deletes after 13 days, the grace window is 14 days",
    },
    {
      name: "a retention policy of no days",
      kind: "retentionPolicyActs",
      opens: { ...withDetails({ retentionDays: 0 }), graceMs: 1.5 * DAY_MS },
      control: withDetails({}),
      text: "its retention policy deletes after 0 days, the grace window is 1.5 days",
    },
    {
      name: "soft delete",
      kind: "softDeleteActs",
      opens: withDetails({ softDeleteDays: 7 }),
      control: withDetails({}),
      text: "soft delete keeps space for 7 days",
    },
    {
      name: "a policy that is not understood",
      kind: "registryPolicyUnknown",
      opens: withDetails({ unreadablePolicies: ["retentionPolicy"] }),
      control: withDetails({}),
      text: "a policy that is not understood:",
      subject: "retentionPolicy",
    },
    {
      name: "settings that cannot be read at all",
      kind: "registryPolicyUnknown",
      opens: { registry: aResource({ id: REGISTRY, kind: "registry" }) },
      control: withDetails({}),
      text: "its settings cannot be read",
    },
    {
      name: "the SKU Basic",
      kind: "basicRegistry",
      opens: withDetails({ sku: "BASIC" }),
      control: withDetails({ sku: "Standard" }),
      text: "its SKU is BASIC",
    },
    {
      name: "ABAC mode",
      kind: "abacRegistry",
      opens: withDetails({ roleAssignmentMode: "AbacRepositoryPermissions" }),
      control: withDetails({ roleAssignmentMode: "LegacyRegistryPermissions" }),
      text: "its role assignment mode is AbacRepositoryPermissions",
    },
    {
      name: "no public network access",
      kind: "privateRegistry",
      opens: withDetails({ publicNetworkAccess: "disabled" }),
      control: withDetails({ publicNetworkAccess: "enabled" }),
      text: "its public network access is disabled",
    },
    {
      name: "network access that it does not tell",
      kind: "privateRegistry",
      opens: withDetails({ publicNetworkAccess: undefined }),
      control: withDetails({}),
      text: "whether it has public network access is not known: it says",
      subject: "nothing",
    },
    {
      name: "network access of an unknown kind",
      kind: "privateRegistry",
      opens: withDetails({ publicNetworkAccess: "SecuredByPerimeter" }),
      control: withDetails({}),
      text: "whether it has public network access is not known: it says",
      subject: "SecuredByPerimeter",
    },
    {
      name: "a replica that is not online",
      kind: "replicaNotReady",
      opens: { replications: [replica("Online"), replica("Syncing")] },
      control: { replications: [replica("Online", "succeeded")] },
      text: "geo-replica (status Syncing, provisioning state Succeeded)",
      subject: aReplication().id,
    },
    {
      name: "a replica that is being made",
      kind: "replicaNotReady",
      opens: { replications: [replica("online", "Creating")] },
      control: { replications: [] },
      text: "geo-replica (status online, provisioning state Creating)",
      subject: aReplication().id,
    },
    {
      name: "a replica that tells no status",
      kind: "replicaNotReady",
      opens: { replications: [replica(undefined)] },
      control: { replications: [replica("online")] },
      text: "geo-replica (status unknown, provisioning state Succeeded)",
      subject: aReplication().id,
    },
    {
      name: "replicas that cannot be read, on a Premium registry",
      kind: "replicaNotReady",
      opens: { replications: undefined },
      control: { ...withDetails({ sku: "Standard" }), replications: undefined },
      text: "its geo-replicas could not be read: whether they are ready is not known",
    },
    {
      name: "replicas that cannot be read, on a registry of an unknown SKU",
      kind: "replicaNotReady",
      opens: { ...withDetails({ sku: undefined }), replications: undefined },
      control: { ...withDetails({ sku: "basic" }), replications: undefined },
      text: "its geo-replicas could not be read: whether they are ready is not known",
    },
    {
      name: "an app elsewhere",
      kind: "appOutsideHomeRegion",
      opens: { appRegion: "North Europe" },
      control: { appRegion: "West Europe" },
      text: "its home region is westeurope, the app runs in northeurope",
    },
    {
      name: "an app outside a home region that is known",
      kind: "appOutsideHomeRegion",
      opens: { appRegion: "northeurope" },
      control: { appRegion: "northeurope", registry: { ...aRegistry(), location: "" } },
      text: "its home region is westeurope, the app runs in northeurope",
    },
    {
      name: "an app of a known region",
      kind: "appOutsideHomeRegion",
      opens: { appRegion: "northeurope" },
      control: { appRegion: undefined },
      text: "its home region is westeurope, the app runs in northeurope",
    },
  ])("tell of $name", ({ kind, opens, control, text, subject }) => {
    const link = { text, ...(subject === undefined ? {} : { subject }), ...SIGHT };
    expect(evidenceOf(findingsOf(opens), kind).at(-1)).toEqual(link);
    expect(findingsOf(control).map((finding) => finding.kind)).not.toContain(kind);
  });

  it("tell nothing of a registry that is as it should be", () => {
    expect(findingsOf({ replications: [aReplication()] })).toEqual([]);
  });

  it("have the registry as subject and a scope of their own", () => {
    expect(findingsOf({ appRegion: "northeurope" })).toEqual([
      {
        kind: "appOutsideHomeRegion",
        subject: REGISTRY,
        scope: `registry:${REGISTRY}`,
        evidence: [{ text: "registry (provisioning state Succeeded)", subject: REGISTRY, ...SIGHT }, expect.anything()],
      },
    ]);
  });

  it("do not depend on the order of the replicas, and come sorted by kind", () => {
    const replications = ["a", "b", "c"].map((name) => ({
      ...replica("Failed"),
      id: `${REGISTRY}/replications/${name}`,
    }));
    const facts = { ...withDetails({ softDeleteDays: 7, retentionDays: 1 }), appRegion: "x" };
    const expected = findingsOf({ ...facts, replications });
    expect(expected.map(({ kind }) => kind)).toEqual([
      "appOutsideHomeRegion",
      "replicaNotReady",
      "retentionPolicyActs",
      "softDeleteActs",
    ]);
    checkLaw(
      fc.property(shuffled(replications), (given) => {
        expect(findingsOf({ ...facts, replications: given })).toEqual(expected);
      }),
      20,
    );
  });
});
