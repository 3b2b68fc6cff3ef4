import { describe, expect, it } from "@jest/globals";
import { readResource } from "../../../lib/core/readResource.ts";
import { artifactManifestId, consumerId, nfdvId, nsdvId, PUBLISHER, REGISTRY, STORE } from "../../fakes/builders.ts";

const raw = (id: string, properties: unknown = {}) => ({
  id,
  name: "Name",
  type: "ignored",
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
        name: "Name",
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
  });

  it.each([
    { name: "absent", artifacts: undefined },
    { name: "null", artifacts: null },
    { name: "empty", artifacts: [] },
  ])("takes a list that is $name as empty", ({ artifacts }) => {
    expect(details(artifacts)).toEqual({ of: "artifactManifest", artifacts: [], unreadable: [] });
  });

  it.each([
    { name: "no name", entry: { artifactVersion: "1.0" } },
    { name: "an empty name", entry: { artifactName: "", artifactVersion: "1.0" } },
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
  const policy = (status: string) => ({ retentionPolicy: { status, days: 7, lastUpdatedTime: "2026-01-01" } });

  it("reads login server, role assignment mode and an enabled retention policy", () => {
    const properties = {
      loginServer: "contosoacr.azurecr.io",
      roleAssignmentMode: "AbacRepositoryPermissions",
      policies: policy("Enabled"),
    };
    expect(detailsOf(REGISTRY, properties)).toEqual({
      of: "registry",
      loginServer: "contosoacr.azurecr.io",
      roleAssignmentMode: "AbacRepositoryPermissions",
      retentionDays: 7,
    });
  });

  it.each([
    { name: "disabled", policies: policy("disabled"), days: undefined },
    { name: "absent", policies: undefined, days: undefined },
    { name: "enabled in lower case", policies: policy("enabled"), days: 7 },
  ])("reads a retention policy that is $name", ({ policies, days }) => {
    expect(detailsOf(REGISTRY, { policies })).toMatchObject({ retentionDays: days });
  });
});
