import { describe, expect, it } from "@jest/globals";
import { readConsumer } from "../../../lib/core/readConsumer.ts";
import { consumerId, digest, nfdvId, nsdvId, PUBLISHER } from "../../fakes/builders.ts";

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
      versions: [{ by: "id", source: "desired", id: nfdvId("1.0.0") }],
      values: [],
      schemas: [],
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
        { by: "names", source: "desired", publisher, group: "nfdg", version: "0.9.0" },
      ],
    });
  });

  it.each([
    { name: "a Secret reference", value: { idType: "Secret" } },
    { name: "a reference of a type that nobody knows", value: { idType: "Alias" } },
    { name: "an id of null that need not be there", value: { idType: "Unknown", id: null } },
    { name: "no reference", value: undefined },
  ])("is read by names where there is $name", ({ value }) => {
    expect(read({ ...reference(value), ...NAMES })).toMatchObject({
      versions: [{ by: "names", source: "desired", publisher: "Contoso", group: "nfdg", version: "1.0.0" }],
    });
  });

  it.each([
    { name: "an Open reference without an id", value: { idType: "Open" } },
    { name: "an Open reference with an id of null", value: { idType: "Open", id: null } },
    { name: "an id that cannot be read", value: { idType: "Open", id: "/nfdv" } },
    { name: "an id that breaks off at its group", value: { id: nfdvId("1.0.0").split("/").slice(0, -2).join("/") } },
    { name: "an id of an NSDV", value: { idType: "Open", id: nsdvId("1.0.0") } },
    { name: "an id outside any publisher", value: { id: "/subscriptions/s/resourceGroups/g/providers/a.b/c/d" } },
  ])("is unreadable beside its names where there is $name", ({ value }) => {
    expect(read({ ...reference(value), ...NAMES })).toMatchObject({
      versions: [
        { by: "names", source: "desired", publisher: "Contoso", group: "nfdg", version: "1.0.0" },
        { by: "unreadable", publisherId: undefined },
      ],
    });
  });

  it("could be any version where neither id nor names are there", () => {
    expect(read({})).toMatchObject({
      versions: [{ by: "names", source: "desired", publisher: undefined, group: undefined, version: undefined }],
    });
  });

  it.each([
    { name: "a reference that is a text", properties: reference(nfdvId("1.0.0")) },
    { name: "a name that is a number", properties: { ...NAMES, publisherName: 7 } },
  ])("counts as unreadable, with values that could name anything, for $name", ({ properties }) => {
    const details = read(properties);
    expect(details.versions).toContainEqual({ by: "unreadable", publisherId: undefined, text: expect.any(String) });
    expect(details).toMatchObject({ hasSecretValues: true });
  });

  it("has secret values where its configuration is Secret", () => {
    expect(read({ ...NAMES, configurationType: "secret" })).toMatchObject({ hasSecretValues: true });
    expect(read({ ...NAMES, configurationType: "Open" })).toMatchObject({ hasSecretValues: false });
  });

  it("names every digest that stands anywhere in it, sorted and once", () => {
    const deploymentValues = JSON.stringify({ image: `nginx@${digest(2).toUpperCase()}`, more: [digest(2)] });
    const bare = digest(3).replace("sha256:", "");
    const roleOverrideValues = [JSON.stringify({ image: `redis@${digest(1)}` }), JSON.stringify({ digest: bare })];
    expect(read({ ...NAMES, deploymentValues, roleOverrideValues, configurationType: "Open" })).toMatchObject({
      digests: [digest(1), digest(2), digest(3)],
      hasSecretValues: false,
    });
  });

  it.each([
    {
      name: "a digest that breaks off",
      values: { deploymentValues: JSON.stringify({ image: digest(1).slice(0, 70) }) },
    },
    { name: "values that break off", values: { deploymentValues: '{"image":"nginx@sha' } },
    { name: "values that are no text", values: { deploymentValues: { image: "nginx" } } },
    { name: "an override that breaks off", values: { roleOverrideValues: ["{}", '{"image":"ng'] } },
    { name: "overrides that are no list", values: { roleOverrideValues: "{}" } },
  ])("could name any digest with $name", ({ values }) => {
    const whole = { ...NAMES, configurationType: "Open", deploymentValues: "{}", roleOverrideValues: ["{}"] };
    expect(read({ ...whole, ...values })).toMatchObject({ hasSecretValues: true });
    expect(read(whole)).toMatchObject({ hasSecretValues: false });
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
  const byNames = (version: string, source = "desired") => ({
    by: "names",
    source,
    publisher: "contoso",
    group: "nsdg",
    version,
  });

  it("is the desired version, without a last state", () => {
    expect(read(open)).toMatchObject({ versions: [byId] });
    expect(read({ ...open, ...NAMES })).toMatchObject({ versions: [byId, byNames("2.0.0")] });
    expect(read({ ...open, lastStateNetworkServiceDesignVersionName: null })).toMatchObject({ versions: [byId] });
  });

  it("could return to any version of the group where the name of the last one is blank", () => {
    expect(read({ ...open, lastStateNetworkServiceDesignVersionName: " " })).toMatchObject({
      versions: [byId, { by: "names", source: "lastState", publisher: "contoso", group: "nsdg", version: undefined }],
    });
  });

  it("is not told by its configuration group values, of which those that can be read are listed", () => {
    const values = (name: string) => consumerId("configurationgroupvalues", name);
    expect(
      read({
        ...open,
        desiredStateConfigurationGroupValueReferences: { a: { id: values("b").toUpperCase() }, broken: { id: "/b" } },
        lastStateConfigurationGroupValueReferences: {
          a: { id: ` ${values("a")} ` },
          gone: null,
          other: { id: PUBLISHER },
        },
      }),
    ).toMatchObject({ versions: [byId], values: [values("a"), values("b")] });
  });

  it.each([
    { name: "beside an id and names", properties: { ...open, ...NAMES, ...last }, desired: [byId, byNames("2.0.0")] },
    { name: "beside an id, whose publisher and group it shares", properties: { ...open, ...last }, desired: [byId] },
    { name: "beside a Secret reference", properties: { ...secret, ...NAMES, ...last }, desired: [byNames("2.0.0")] },
  ])("is the last version too, $name", ({ properties, desired }) => {
    expect(read(properties)).toMatchObject({ versions: [...desired, byNames("1.0.0", "lastState")] });
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
    expect(details.versions.filter(({ by }) => by === "id")).toEqual([
      { by: "id", source: "value", id: nfdvId("1.0.0") },
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
        { by: "names", source: "value", publisher: "p", group: undefined, version: "1.0.0" },
        { by: "mention", publisherId: PUBLISHER, texts: ["1.0.0", "p"] },
      ],
    });
  });

  it("are read inside a JSON text of the value, too", () => {
    expect(open({ nested: JSON.stringify({ nfdgName: "nfdg", nfdvName: "2.0.0" }) })).toMatchObject({
      versions: expect.arrayContaining([
        { by: "names", source: "value", publisher: "contoso", group: "nfdg", version: "2.0.0" },
      ]),
    });
  });

  it.each([
    { name: "null", value: null },
    { name: "a number", value: 1 },
    { name: "an object", value: {} },
    { name: "an empty list", value: [] },
    { name: "blank", value: " " },
    { name: "an expression", value: "{deployParameters.nfdv}" },
  ])("could name any version of the group where its name is $name", ({ value }) => {
    expect(open({ nfdgName: "g", nfdvName: value })).toMatchObject({
      versions: [
        { by: "names", source: "value", publisher: "contoso", group: "g", version: undefined },
        { by: "mention" },
      ],
    });
  });

  it.each([
    { name: "the group is no text", value: { nfdgName: 7, nfs: { nfdvName: "1.0.0" } }, group: undefined },
    { name: "two groups differ", value: { nfdgName: "g", networkFunctionDefinitionGroup: "h", nfdvName: "1.0.0" } },
    { name: "the inner group is null", value: { nfdgName: "g", nfs: { nfdgName: null, nfdvName: "1.0.0" } } },
  ])("fit every group where $name", ({ value }) => {
    expect(open(value)).toMatchObject({
      versions: [{ by: "names", group: undefined, version: "1.0.0" }, { by: "mention" }],
    });
  });

  it("mention the publisher of an id, since a version may stand beside the id of its group", () => {
    const group = `${PUBLISHER.replace("contoso", "fabrikam")}/networkFunctionDefinitionGroups/g`;
    expect(open({ group, version: "1.0.0" })).toMatchObject({
      versions: [{ by: "mention", texts: ["1.0.0", "fabrikam"] }],
    });
  });

  it.each([
    { name: "an object", text: '{"nfdvName":"1.0' },
    { name: "a list", text: '["1.0.0", "2' },
    { name: "a list of objects", text: '[{"nfdvName":' },
    { name: "its first character", text: "{" },
  ])("could be any version where JSON inside of a text breaks off: $name", ({ text }) => {
    expect(open({ nested: text })).toMatchObject({ versions: [{ by: "mention" }, { by: "unreadable" }] });
  });

  it.each([{ text: "[ERROR] (.*)" }, { text: "{{ .Values.x }}" }, { text: "[a-z]+" }])(
    "do not take a plain text for JSON that breaks off: $text",
    ({ text }) => {
      expect(open({ pattern: text })).toMatchObject({ versions: [{ by: "mention" }] });
    },
  );

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
    { name: "with a value that is an object", properties: { configurationType: "Open", configurationValue: {} } },
    { name: "with a bare number", properties: { configurationType: "Open", configurationValue: "12" } },
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
    { name: "its id breaks off", schema: { id: PUBLISHER } },
  ])("could be any version of any publisher where $name", ({ schema }) => {
    expect(read({ configurationGroupSchemaResourceReference: schema, configurationType: "Secret" })).toMatchObject({
      versions: [{ by: "unreadable", publisherId: undefined }],
    });
  });

  it("could be any version of any publisher where the schema's names cannot be read beside its id", () => {
    const secret = { ...SCHEMA, configurationType: "Secret" };
    expect(read({ ...secret, publisherName: 7 })).toMatchObject({ versions: [{ publisherId: undefined }] });
    expect(read({ ...secret, publisherName: "contoso" })).toMatchObject({ versions: [{ publisherId: PUBLISHER }] });
  });

  const ID = { by: "id", id: `${PUBLISHER}/configurationgroupschemas/s` };
  const NAMES = { publisherName: "Contoso", configurationGroupSchemaName: "S" };
  const BY_NAMES = { by: "names", publisher: "Contoso", schema: "S" };
  const reference = (value: unknown) => ({ configurationGroupSchemaResourceReference: value });

  it.each([
    { name: "by id", properties: SCHEMA, schemas: [ID] },
    { name: "by id and names", properties: { ...SCHEMA, ...NAMES }, schemas: [ID, BY_NAMES] },
    { name: "by names only", properties: NAMES, schemas: [BY_NAMES] },
    { name: "Secret", properties: { ...reference({ idType: "Secret" }), ...NAMES }, schemas: [BY_NAMES] },
    {
      name: "Secret without names",
      properties: reference({ idType: "Secret" }),
      schemas: [{ by: "names", publisher: undefined, schema: undefined }],
    },
    {
      name: "Open without an id",
      properties: { ...reference({ idType: "Open" }), ...NAMES },
      schemas: [{ by: "unreadable" }, BY_NAMES],
    },
    {
      name: "with a name that is no text",
      properties: { ...SCHEMA, configurationGroupSchemaName: 7 },
      schemas: [ID, { by: "unreadable" }],
    },
  ])("belong to a schema: $name", ({ properties, schemas }) => {
    expect(read(properties)).toMatchObject({ schemas });
  });
});
