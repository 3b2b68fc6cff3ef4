import { describe, expect, it } from "@jest/globals";
import { diffResource, toFacts } from "../../../lib/core/diff.ts";
import type { Resource } from "../../../lib/core/resources.ts";
import {
  aNetworkFunction,
  anArtifactManifest,
  anNfdv,
  anNsdv,
  aRegistry,
  aReplication,
  aResource,
  aStore,
  digest,
  nsdvId,
  PUBLISHER,
  REGISTRY,
  STORE,
} from "../../fakes/builders.ts";

const COMMON = { location: ["westeurope"], provisioningState: ["Succeeded"], createdAt: ["2025-06-01T00:00:00Z"] };

describe("the facts of a resource", () => {
  it.each<{ readonly name: string; readonly resource: Resource; readonly facts: Readonly<Record<string, string[]>> }>([
    { name: "a publisher", resource: aResource(), facts: {} },
    {
      name: "what is held",
      resource: aStore({ hold: { until: "2026-04-01T00:00:00Z", reason: "audit" } }),
      facts: {
        storeType: ["AzureContainerRegistry"],
        registry: [REGISTRY],
        hold: ["until 2026-04-01T00:00:00Z: audit"],
      },
    },
    {
      name: "what is held without end",
      resource: aResource({ hold: { until: undefined, reason: "audit" } }),
      facts: { hold: ["until further notice: audit"] },
    },
    {
      name: "an artifact manifest",
      resource: anArtifactManifest({
        details: {
          of: "artifactManifest",
          artifacts: [
            { name: "nginx", version: "1.0" },
            { name: "alpine", version: "3" },
            { name: "nginx", version: "1.0" },
          ],
          unreadable: ["null"],
        },
      }),
      facts: { state: ["Uploaded"], artifacts: ["alpine:3", "nginx:1.0"], unreadable: ["null"] },
    },
    {
      name: "a function definition version",
      resource: anNfdv({
        details: {
          of: "version",
          references: [
            { form: "unreadable", text: "?" },
            { form: "store", id: "s", chart: true, artifact: undefined },
            { form: "artifactManifest", id: "m", artifact: { name: "nf", version: "~2.1", chart: true } },
            { form: "artifactManifest", id: "m", artifact: { name: "vm", version: undefined, chart: false } },
            { form: "artifactManifest", id: "m", artifact: undefined },
          ],
          schemas: [],
        },
      }),
      facts: {
        state: ["Active"],
        references: [
          "artifact manifest m",
          "artifact manifest m, artifact vm:any version",
          "artifact manifest m, chart nf:~2.1",
          "artifact store s (Helm package)",
          "unreadable: ?",
        ],
      },
    },
    {
      name: "a service design version",
      resource: anNsdv({
        details: {
          of: "version",
          references: [],
          schemas: [
            { by: "unreadable", text: "?" },
            { by: "names", publisher: "contoso", schema: undefined },
            { by: "id", id: "/cgs" },
          ],
        },
      }),
      facts: { state: ["Active"], schemas: ["/cgs", 'publisher "contoso", schema any', "unreadable: ?"] },
    },
    {
      name: "a consumer",
      resource: aNetworkFunction({
        versions: [
          { by: "unreadable", publisherId: undefined, text: "?" },
          { by: "mention", publisherId: PUBLISHER, texts: ["b", "a"] },
          { by: "names", source: "value", publisher: "secret", group: undefined, version: "1" },
          { by: "names", source: "desired", publisher: "contoso", group: undefined, version: "1" },
          { by: "id", source: "lastState", id: nsdvId("1") },
          { by: "id", source: "desired", id: nsdvId("2") },
        ],
        values: ["/cgv"],
        schemas: [{ by: "id", id: "/cgs" }],
        digests: [digest(2), digest(1)],
        hasSecretValues: true,
      }),
      facts: {
        versions: [
          `${nsdvId("1")} (last state)`,
          `${nsdvId("2")} (desired state)`,
          "a version by its names (configuration value)",
          `mentions 2 texts that may name versions of ${PUBLISHER}`,
          'publisher "contoso", group any, version "1" (desired state)',
          "unreadable, of any publisher: ?",
        ],
        values: ["/cgv"],
        schemas: ["/cgs"],
        digests: ["names 2 digests"],
        secretValues: ["there are some"],
      },
    },
    {
      name: "a registry",
      resource: aRegistry({ retentionDays: 7, softDeleteDays: 30, unreadablePolicies: ["{}"] }),
      facts: {
        loginServer: ["contosoacr.azurecr.io"],
        sku: ["Premium"],
        publicNetworkAccess: ["Enabled"],
        policies: ["not understood: {}", "retention of 7 days", "soft delete for 30 days"],
      },
    },
    { name: "a replica", resource: aReplication(), facts: { status: ["online"] } },
  ])("are texts that a person can read, sorted: $name", ({ resource, facts }) => {
    expect(Object.fromEntries(toFacts(resource))).toEqual({ ...COMMON, ...facts });
  });
});

describe("a difference", () => {
  it("names what was added and what was removed, field by field", () => {
    const before = anNfdv({ state: "Preview", hold: { until: undefined, reason: "audit" } });
    const reference = { form: "store", id: STORE, chart: false, artifact: undefined } as const;
    const after = anNfdv({ details: { of: "version", references: [reference], schemas: [] } });
    expect(diffResource(before, after)).toEqual({
      change: "changed",
      fields: [
        { field: "hold", removed: ["until further notice: audit"], added: [] },
        { field: "references", removed: [], added: [`artifact store ${STORE}`] },
        { field: "state", removed: ["Preview"], added: ["Active"] },
      ],
    });
  });

  it.each([
    { name: "was created again", after: aStore({ createdAt: "2026-02-01T00:00:00Z" }), field: "createdAt" },
    { name: "moved", after: aStore({ location: "northeurope" }), field: "location" },
    { name: "lost its dates", after: aStore({ createdAt: undefined }), field: "createdAt" },
  ])("is seen where a resource $name", ({ after, field }) => {
    expect(diffResource(aStore(), after)?.fields.map((change) => change.field)).toEqual([field]);
  });

  it("is not seen where only the casing of the name is another", () => {
    expect(diffResource(aStore(), aStore({ name: "STORE" }))).toBeUndefined();
  });

  it("says what appeared and what disappeared, with all that was said", () => {
    const said = [...toFacts(aStore())];
    expect(diffResource(undefined, aStore())).toEqual({
      change: "appeared",
      fields: said
        .map(([field, added]) => ({ field, removed: [], added }))
        .sort((a, b) => (a.field < b.field ? -1 : 1)),
    });
    expect(diffResource(aStore(), undefined)?.change).toBe("disappeared");
    expect(diffResource(undefined, undefined)).toBeUndefined();
  });
});
