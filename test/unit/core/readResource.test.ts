import { describe, expect, it } from "@jest/globals";
import { readResource } from "../../../lib/core/readResource.ts";
import { artifactManifestId, consumerId, nfdvId, nsdvId, PUBLISHER, REGISTRY, STORE } from "../../fakes/builders.ts";

const raw = (id: string, properties: unknown = {}) => ({
  id,
  name: id.slice(id.lastIndexOf("/") + 1),
  location: "westeurope",
  properties,
});

const detailsOf = (id: string, properties: unknown) => {
  const result = readResource(raw(id, properties));
  return "resource" in result ? result.resource.details : result.unreadable;
};

describe("reading a resource", () => {
  it.each([
    { id: PUBLISHER, kind: "publisher" },
    { id: STORE, kind: "artifactStore" },
    { id: artifactManifestId("cnf"), kind: "artifactManifest" },
    { id: `${PUBLISHER}/networkFunctionDefinitionGroups/g`, kind: "networkFunctionDefinitionGroup" },
    { id: nfdvId("1.0.0"), kind: "networkFunctionDefinitionVersion" },
    { id: `${PUBLISHER}/networkServiceDesignGroups/g`, kind: "networkServiceDesignGroup" },
    { id: nsdvId("1.0.0"), kind: "networkServiceDesignVersion" },
    { id: `${PUBLISHER}/configurationGroupSchemas/s`, kind: "configurationGroupSchema" },
    { id: consumerId("ConfigurationGroupValues", "v"), kind: "configurationGroupValues" },
    { id: consumerId("sites", "s"), kind: "site" },
    { id: consumerId("siteNetworkServices", "s"), kind: "siteNetworkService" },
    { id: consumerId("networkFunctions", "n"), kind: "networkFunction" },
    { id: REGISTRY, kind: "registry" },
    { id: `${REGISTRY}/replications/northeurope`, kind: "replication" },
  ])("knows the kind $kind by its id, in any casing", ({ id, kind }) => {
    for (const casing of [id, id.toUpperCase()])
      expect(readResource(raw(casing))).toMatchObject({ resource: { kind, id: id.toLowerCase() } });
  });

  it("takes over what ARM says of state and creation", () => {
    const result = readResource({
      ...raw(nfdvId("1.0.0"), { provisioningState: "Succeeded", versionState: "Active" }),
      systemData: { createdAt: "2026-01-01T00:00:00Z", createdBy: "someone" },
    });
    expect(result).toMatchObject({
      resource: {
        name: "1.0.0",
        location: "westeurope",
        provisioningState: "Succeeded",
        state: "Active",
        createdAt: "2026-01-01T00:00:00Z",
      },
    });
  });

  it("reads the state of an artifact manifest, and keeps a state it has never heard of", () => {
    expect(
      readResource(raw(artifactManifestId("cnf"), { artifactManifestState: "Quarantined", artifacts: [] })),
    ).toMatchObject({ resource: { state: "Quarantined" } });
  });

  it("leaves open what ARM did not say", () => {
    const bare = { id: PUBLISHER, name: "contoso", location: null, properties: null, systemData: null };
    expect(readResource(bare)).toEqual({
      resource: {
        id: PUBLISHER,
        kind: "publisher",
        name: "contoso",
        location: "",
        provisioningState: undefined,
        state: undefined,
        createdAt: undefined,
        details: { of: "other" },
      },
    });
  });

  it.each([
    { name: "null", row: null },
    { name: "a text", row: "row" },
    { name: "no id", row: { name: "n" } },
    { name: "an id that is no text", row: { id: 1, name: "n" } },
    { name: "no name", row: { id: STORE } },
    { name: "an id that cannot be read", row: { id: "/subscriptions/s", name: "n" } },
    { name: "properties that are no object", row: { id: STORE, name: "n", properties: "text" } },
    { name: "a type outside the graph", row: { id: STORE.replace("artifactstores", "vendors"), name: "n" } },
  ])("says that it cannot read a row: $name", ({ row }) => {
    expect(readResource(row)).toEqual({ unreadable: expect.any(String) });
  });
});

describe("a name or type beside an id", () => {
  const ID = nfdvId("1.0.0");
  const TYPE = "Microsoft.HybridNetwork/publishers/networkFunctionDefinitionGroups/networkFunctionDefinitionVersions";
  const GROUP = ID.slice(0, ID.lastIndexOf("/networkfunctiondefinitionversions"));

  it.each([
    { name: "the last name", row: { id: ID, name: "1.0.0" } },
    { name: "all names", row: { id: ID, name: "Contoso/nfdg /1.0.0" } },
    { name: "the type, in its own casing", row: { id: ID, name: " 1.0.0", type: TYPE } },
    { name: "no type", row: { id: ID, name: "1.0.0", type: null } },
    { name: "a blank name and type", row: { id: ID, name: " ", type: "" } },
    { name: "the name of a top-level resource", row: { id: consumerId("sites", "S"), name: "s" } },
  ])("agrees with it: $name", ({ row }) => {
    expect(readResource(row)).toMatchObject({ resource: { id: row.id.toLowerCase() } });
  });

  it.each([
    { name: "a name below the cut id", row: { id: GROUP, name: "1.0.0" } },
    { name: "a type below the cut id", row: { id: GROUP, name: "", type: TYPE } },
    { name: "a name of which the id has a part only", row: { id: nfdvId("1.0"), name: "1.0.0" } },
    { name: "a name that is a part of the id's", row: { id: ID, name: "1.0" } },
    { name: "names of which one differs", row: { id: ID, name: "fabrikam/nfdg/1.0.0" } },
    { name: "a name that is a part of all names", row: { id: ID, name: "nfdg/1.0.0" } },
    { name: "a type that is no text", row: { id: ID, name: "1.0.0", type: 7 } },
  ])("denies it, so that the row cannot be read: $name", ({ row }) => {
    expect(readResource(row)).toEqual({ unreadable: expect.any(String) });
  });
});

describe("reading an artifact store", () => {
  it("reads its type and registry, and drops blanks and casing of the id", () => {
    const properties = { storeType: "AzureContainerRegistry", storageResourceId: ` ${REGISTRY.toUpperCase()} ` };
    expect(detailsOf(STORE, properties)).toEqual({
      of: "store",
      storeType: "AzureContainerRegistry",
      registryId: REGISTRY,
    });
  });

  it.each([
    { name: "absent", storageResourceId: undefined },
    { name: "not an id", storageResourceId: "contosoacr.azurecr.io" },
    { name: "no text", storageResourceId: 7 },
    { name: "one of something else", storageResourceId: STORE },
    { name: "cut before its name", storageResourceId: REGISTRY.slice(0, REGISTRY.lastIndexOf("/") + 1) },
  ])("knows no registry where its id is $name", ({ storageResourceId }) => {
    expect(detailsOf(STORE, { storageResourceId })).toMatchObject({ registryId: undefined });
  });
});

describe("reading an artifact manifest", () => {
  const details = (artifacts: unknown) => detailsOf(artifactManifestId("cnf"), { artifacts });

  it("reads its artifacts list", () => {
    const entry = { artifactName: "nginx", artifactType: "OCIArtifact", artifactVersion: "1.0" };
    expect(details([entry])).toEqual({
      of: "artifactManifest",
      artifacts: [{ name: "nginx", version: "1.0" }],
      unreadable: [],
    });
    expect(details([{ artifactName: "nginx ", artifactVersion: " 1.0" }])).toEqual(details([entry]));
  });

  it("takes an empty list as empty", () => {
    expect(details([])).toEqual({ of: "artifactManifest", artifacts: [], unreadable: [] });
  });

  describe.each([
    { name: "absent", artifacts: undefined },
    { name: "null", artifacts: null },
  ])("without its list, which is $name", ({ artifacts }) => {
    const unreadableIn = (artifactManifestState: unknown): unknown =>
      detailsOf(artifactManifestId("cnf"), { artifactManifestState, artifacts });

    it.each(["Uploaded", "succeeded ", undefined, null, "", 7])("could list anything in state %j", (state) => {
      expect(unreadableIn(state)).toEqual({
        of: "artifactManifest",
        artifacts: [],
        unreadable: ["artifacts is missing"],
      });
    });

    it.each(["Uploading", "Validating", "Unheard"])("lists nothing yet in state %j", (state) => {
      expect(unreadableIn(state)).toEqual({ of: "artifactManifest", artifacts: [], unreadable: [] });
    });
  });

  it.each([
    { name: "no name", entry: { artifactVersion: "1.0" } },
    { name: "an empty name", entry: { artifactName: "", artifactVersion: "1.0" } },
    { name: "a blank name", entry: { artifactName: " ", artifactVersion: "1.0" } },
    { name: "no version", entry: { artifactName: "nginx" } },
    { name: "a number as version", entry: { artifactName: "nginx", artifactVersion: 1 } },
    { name: "null", entry: null },
    { name: "a text", entry: "nginx:1.0" },
  ])("remembers that an entry could not be read, and reads the others: $name", ({ entry }) => {
    expect(details([entry, { artifactName: "redis", artifactVersion: "7" }])).toEqual({
      of: "artifactManifest",
      artifacts: [{ name: "redis", version: "7" }],
      unreadable: [JSON.stringify(entry)],
    });
  });

  it("remembers that a list could not be read where it is something else", () => {
    expect(details("nginx")).toMatchObject({ artifacts: [], unreadable: ['"nginx"'] });
  });
});

describe("reading a registry", () => {
  const read = (properties: unknown, sku?: unknown) => {
    const result = readResource({ ...raw(REGISTRY, properties), sku });
    return "resource" in result ? result.resource.details : result.unreadable;
  };

  it("reads what decides how it is spoken to and what it deletes on its own", () => {
    const policies = {
      quarantinePolicy: { status: "enabled" },
      retentionPolicy: { status: "Enabled", days: 7, lastUpdatedTime: "2026-01-01" },
      softDeletePolicy: { status: "disabled", retentionDays: 7 },
    };
    const properties = {
      loginServer: "contosoacr.azurecr.io",
      roleAssignmentMode: "AbacRepositoryPermissions",
      publicNetworkAccess: "Disabled",
      policies,
    };
    expect(read(properties, { name: "Premium", tier: "Premium" })).toEqual({
      of: "registry",
      loginServer: "contosoacr.azurecr.io",
      sku: "Premium",
      roleAssignmentMode: "AbacRepositoryPermissions",
      publicNetworkAccess: "Disabled",
      retentionDays: 7,
      softDeleteDays: undefined,
      unreadablePolicies: [],
    });
  });

  it("keeps values that nobody has heard of, and leaves open what is not said", () => {
    expect(read({ publicNetworkAccess: "SecuredByPerimeter" }, { name: "Ultra" })).toMatchObject({
      sku: "Ultra",
      publicNetworkAccess: "SecuredByPerimeter",
      loginServer: undefined,
      unreadablePolicies: [],
    });
    expect(read({}, "Premium")).toMatchObject({ sku: undefined });
  });

  const days = { retentionPolicy: "days", softDeletePolicy: "retentionDays" } as const;
  const found = { retentionPolicy: "retentionDays", softDeletePolicy: "softDeleteDays" } as const;

  describe.each([{ policy: "retentionPolicy" }, { policy: "softDeletePolicy" }] as const)("$policy", ({ policy }) => {
    it.each([
      { name: "enabled", status: "enabled", given: 7, read: 7 },
      { name: "enabled in other casing", status: " ENABLED", given: 0, read: 0 },
      { name: "disabled", status: "disabled", given: 7, read: undefined },
    ])("is understood: $name", (example) => {
      const policies = { [policy]: { status: example.status, [days[policy]]: example.given } };
      expect(read({ policies })).toMatchObject({ [found[policy]]: example.read, unreadablePolicies: [] });
    });

    it.each([
      { name: "a status that nobody has heard of", value: { status: "paused", [days[policy]]: 7 } },
      { name: "no status", value: { [days[policy]]: 7 } },
      { name: "a status that is no text", value: { status: true, [days[policy]]: 7 } },
      { name: "enabled without days", value: { status: "enabled" } },
      { name: "enabled with days in a text", value: { status: "enabled", [days[policy]]: "7" } },
      { name: "enabled with fewer than no days", value: { status: "enabled", [days[policy]]: -1 } },
      { name: "a text", value: "enabled" },
    ])("could delete at any time: $name", ({ value }) => {
      expect(read({ policies: { [policy]: value } })).toMatchObject({
        [found[policy]]: undefined,
        unreadablePolicies: [policy],
      });
    });

    it("is not there where it is null", () => {
      expect(read({ policies: { [policy]: null } })).toMatchObject({ unreadablePolicies: [] });
    });
  });

  it("does not understand policies that are no object", () => {
    expect(read({ policies: [] })).toMatchObject({ unreadablePolicies: ["policies"] });
    expect(read({ policies: null })).toMatchObject({ unreadablePolicies: [] });
  });
});

describe("reading a replication", () => {
  it.each([
    { name: "online", status: { displayStatus: "online" }, read: "online" },
    { name: "something else", status: { displayStatus: "Syncing" }, read: "Syncing" },
    { name: "not said", status: {}, read: undefined },
    { name: "no object", status: "online", read: undefined },
    { name: "absent", status: undefined, read: undefined },
  ])("reads its status: $name", (example) => {
    expect(detailsOf(`${REGISTRY}/replications/northeurope`, { status: example.status })).toEqual({
      of: "replication",
      status: example.read,
    });
  });
});

describe("reading the tags of a resource", () => {
  it.each([
    { name: "an artifact manifest", id: artifactManifestId("cnf") },
    { name: "an artifact store", id: STORE },
  ])("finds a hold on $name", ({ id }) => {
    const tags = { "Cleanup-Hold-Until": "2026-06-01T00:00:00Z", "cleanup-hold-reason": "audit", owner: "core" };
    expect(readResource({ ...raw(id), tags })).toMatchObject({
      resource: { hold: { until: "2026-06-01T00:00:00.000Z", reason: "audit" } },
    });
  });

  it.each([
    { name: "absent", tags: undefined },
    { name: "null", tags: null },
    { name: "empty", tags: {} },
    { name: "an empty text, as Resource Graph may give it", tags: "" },
    { name: "others", tags: { owner: "core" } },
  ])("finds no hold where they are $name", ({ tags }) => {
    const result = readResource({ ...raw(STORE), tags });
    expect(result).toHaveProperty("resource");
    expect(result).not.toHaveProperty("resource.hold");
  });

  it.each([{ tags: "cleanup-hold-until" }, { tags: ["cleanup-hold-until"] }, { tags: 7 }])(
    "cannot read a resource whose tags are $tags",
    ({ tags }) => {
      expect(readResource({ ...raw(STORE), tags })).toEqual({ unreadable: expect.any(String) });
    },
  );
});
