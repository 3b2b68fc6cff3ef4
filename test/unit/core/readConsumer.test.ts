import { describe, expect, it } from "@jest/globals";
import { readConsumer } from "../../../lib/core/readConsumer.ts";
import { digest, nfdvId, nsdvId, PUBLISHER } from "../../fakes/builders.ts";

describe("what a network function runs on", () => {
  const read = (properties: Record<string, unknown>) => readConsumer("networkFunction", properties);
  const reference = (value: unknown) => ({ networkFunctionDefinitionVersionResourceReference: value });
  const NAMES = {
    publisherName: "Contoso",
    networkFunctionDefinitionGroupName: "nfdg",
    networkFunctionDefinitionVersion: "1.0.0",
  };

  it.each([
    { name: "open", configurationType: "Open", secret: false },
    { name: "secret", configurationType: "Secret", secret: true },
    { name: "not said", configurationType: undefined, secret: true },
  ])("may hold a digest where the type of a network function's values is $name", ({ configurationType, secret }) => {
    expect(read({ configurationType })).toMatchObject({ hasSecretValues: secret });
  });

  it.each([
    { name: "as written", id: nfdvId("1.0.0") },
    { name: "in other casing", id: nfdvId("1.0.0").toUpperCase() },
    { name: "with blanks", id: ` ${nfdvId("1.0.0")} ` },
  ])("is read by id: $name", ({ id }) => {
    expect(read({ ...reference({ idType: "Open", id }), configurationType: "Open" })).toEqual({
      of: "consumer",
      versions: [{ by: "id", id: nfdvId("1.0.0") }],
      digests: [],
      hasSecretValues: false,
    });
  });

  it.each([
    { name: "all names", names: { ...NAMES, networkFunctionDefinitionVersion: "0.9.0" }, publisher: "Contoso" },
    { name: "a version only", names: { networkFunctionDefinitionVersion: "0.9.0" }, publisher: "contoso" },
  ])("is read by id and by names, which may differ: $name", ({ names, publisher }) => {
    expect(read({ ...reference({ idType: "Open", id: nfdvId("1.0.0") }), ...names })).toMatchObject({
      versions: [
        { by: "id", id: nfdvId("1.0.0") },
        { by: "names", from: "fields", publisher, group: "nfdg", version: "0.9.0" },
      ],
    });
  });

  it.each([
    { name: "a Secret reference", value: { idType: "Secret" } },
    { name: "an id of null", value: { idType: "Open", id: null } },
    { name: "an id that cannot be read", value: { idType: "Open", id: "/nfdv" } },
    { name: "an id outside any publisher", value: { id: "/subscriptions/s/resourceGroups/g/providers/a.b/c/d" } },
    { name: "no reference", value: undefined },
  ])("is read by names where there is $name", ({ value }) => {
    expect(read({ ...reference(value), ...NAMES })).toMatchObject({
      versions: [{ by: "names", from: "fields", publisher: "Contoso", group: "nfdg", version: "1.0.0" }],
    });
  });

  it("could be any version where neither id nor names are there", () => {
    expect(read({})).toMatchObject({
      versions: [{ by: "names", from: "fields", publisher: undefined, group: undefined, version: undefined }],
    });
  });

  it.each([
    { name: "a reference that is a text", properties: reference(nfdvId("1.0.0")) },
    { name: "a name that is a number", properties: { ...NAMES, publisherName: 7 } },
  ])("counts as unreadable, with values that could name anything, for $name", ({ properties }) => {
    expect(read(properties)).toMatchObject({
      versions: [{ by: "unreadable", publisherId: undefined }],
      hasSecretValues: true,
    });
  });

  it("has secret values where its configuration is Secret", () => {
    expect(read({ ...NAMES, configurationType: "secret" })).toMatchObject({ hasSecretValues: true });
    expect(read({ ...NAMES, configurationType: "Open" })).toMatchObject({ hasSecretValues: false });
  });

  it("names every digest that stands anywhere in it, sorted and once", () => {
    const deploymentValues = JSON.stringify({ image: `nginx@${digest(2).toUpperCase()}`, more: [digest(2)] });
    const roleOverrideValues = [JSON.stringify({ image: `redis@${digest(1)}` }), "sha256:abc"];
    expect(read({ ...NAMES, deploymentValues, roleOverrideValues })).toMatchObject({ digests: [digest(1), digest(2)] });
  });
});

describe("what a site network service runs on", () => {
  const read = (properties: Record<string, unknown>) => readConsumer("siteNetworkService", properties);
  const open = { networkServiceDesignVersionResourceReference: { idType: "Open", id: nsdvId("2.0.0") } };
  const secret = { networkServiceDesignVersionResourceReference: { idType: "Secret" } };
  const NAMES = {
    publisherName: "contoso",
    networkServiceDesignGroupName: "nsdg",
    networkServiceDesignVersionName: "2.0.0",
  };
  const last = { lastStateNetworkServiceDesignVersionName: "1.0.0" };

  const byId = { by: "id", id: nsdvId("2.0.0") };
  const byNames = (version: string) => ({ by: "names", from: "fields", publisher: "contoso", group: "nsdg", version });

  it("is the desired version, without a last state", () => {
    expect(read(open)).toMatchObject({ versions: [byId] });
    expect(read({ ...open, ...NAMES })).toMatchObject({ versions: [byId, byNames("2.0.0")] });
  });

  it.each([
    { name: "beside an id and names", properties: { ...open, ...NAMES, ...last }, desired: [byId, byNames("2.0.0")] },
    { name: "beside an id, whose publisher and group it shares", properties: { ...open, ...last }, desired: [byId] },
    { name: "beside a Secret reference", properties: { ...secret, ...NAMES, ...last }, desired: [byNames("2.0.0")] },
  ])("is the last version too, $name", ({ properties, desired }) => {
    expect(read(properties)).toMatchObject({ versions: [...desired, byNames("1.0.0")] });
  });
});

describe("what configuration group values name", () => {
  const SCHEMA = { configurationGroupSchemaResourceReference: { id: `${PUBLISHER}/configurationGroupSchemas/S` } };
  const read = (properties: Record<string, unknown>) => readConsumer("configurationGroupValues", properties);
  const open = (value: unknown) =>
    read({ ...SCHEMA, configurationType: "Open", configurationValue: JSON.stringify(value) });

  it("are ids of versions at any depth, but no ids of anything else", () => {
    const value = { a: [{ b: ` ${nfdvId("1.0.0").toUpperCase()}` }], c: PUBLISHER };
    const details = open(value);
    expect(details).toMatchObject({ hasSecretValues: false });
    expect(details.of === "consumer" && details.versions.filter(({ by }) => by === "id")).toEqual([
      { by: "id", id: nfdvId("1.0.0") },
    ]);
  });

  it.each([
    { key: "nfdvName" },
    { key: "NFDVNAME" },
    { key: "nfdVersion" },
    { key: "networkFunctionDefinitionVersion" },
    { key: "networkFunctionDefinitionVersionName" },
  ])("are a version by names under the key $key", ({ key }) => {
    expect(open({ nf: { [key]: "1.0.0", nfdgName: "nfdg", publisherName: "fabrikam" } })).toMatchObject({
      versions: [{ by: "names", publisher: "fabrikam", group: "nfdg", version: "1.0.0" }, { by: "mention" }],
    });
  });

  it.each([
    { name: "above it", value: { nfdgName: "g", publisherName: "p", nfs: [{ nfdvName: "1.0.0" }] } },
    {
      name: "beside it rather than above it",
      value: { nfdgName: "x", nfs: { nfdgName: "g", publisherName: "p", nfdvName: "1.0.0" } },
    },
    { name: "beside a list of versions", value: { nfdgName: "g", publisherName: "p", nfdvName: ["1.0.0"] } },
  ])("take group and publisher of a version from $name", ({ value }) => {
    expect(open(value)).toMatchObject({
      versions: [{ by: "names", publisher: "p", group: "g", version: "1.0.0" }, { by: "mention" }],
    });
  });

  it("take the publisher of the schema where the value names none", () => {
    expect(open({ nfdgName: "g", nfdvName: "1.0.0" })).toMatchObject({
      versions: [{ by: "names", publisher: "contoso", group: "g", version: "1.0.0" }, { by: "mention" }],
    });
  });

  it("keep the groups of several versions apart", () => {
    const value = { a: { nfdgName: "g1", nfdvName: "1.0.0" }, b: { nfdgName: "g2", nfdvName: "2.0.0" } };
    expect(open(value)).toMatchObject({
      versions: [{ group: "g1", version: "1.0.0" }, { group: "g2", version: "2.0.0" }, { by: "mention" }],
    });
  });

  it("mention a version that stands without its group, as well as naming it", () => {
    expect(open({ nfdvName: "1.0.0", publisherName: "p" })).toMatchObject({
      versions: [
        { by: "names", from: "value", publisher: "p", group: undefined, version: "1.0.0" },
        { by: "mention", publisherId: PUBLISHER, texts: ["1.0.0", "p"] },
      ],
    });
  });

  it("are read inside a JSON text of the value, too", () => {
    expect(open({ nested: JSON.stringify({ nfdgName: "nfdg", nfdvName: "2.0.0" }) })).toMatchObject({
      versions: expect.arrayContaining([
        { by: "names", from: "value", publisher: "contoso", group: "nfdg", version: "2.0.0" },
      ]),
    });
  });

  it("mention every text, in lower case and once, of the schema's publisher", () => {
    expect(open({ a: "One", b: ["two", "ONE"], c: 3, d: null, e: true })).toMatchObject({
      versions: [{ by: "mention", publisherId: PUBLISHER, texts: ["3", "one", "true", "two"] }],
    });
  });

  it.each([
    { name: "of type Secret", properties: { configurationType: "Secret" } },
    { name: "of a type that nobody knows", properties: { configurationType: "Unknown", configurationValue: "{}" } },
    { name: "without a type", properties: { configurationValue: "{}" } },
    { name: "without a value", properties: { configurationType: "Open" } },
    { name: "with an empty value", properties: { configurationType: "Open", configurationValue: "" } },
    { name: "with a value that is not JSON", properties: { configurationType: "Open", configurationValue: "{" } },
  ])("could be any version of the schema's publisher: $name", ({ properties }) => {
    expect(read({ ...SCHEMA, ...properties })).toMatchObject({
      versions: [{ by: "unreadable", publisherId: PUBLISHER }],
      hasSecretValues: true,
    });
  });

  it.each([
    { name: "the schema is Secret", schema: { idType: "Secret" } },
    { name: "its id cannot be read", schema: { id: "schema" } },
    { name: "it is a text", schema: `${PUBLISHER}/configurationGroupSchemas/S` },
  ])("could be any version of any publisher where $name", ({ schema }) => {
    expect(read({ configurationGroupSchemaResourceReference: schema, configurationType: "Secret" })).toMatchObject({
      versions: [{ by: "unreadable", publisherId: undefined }],
    });
  });
});
