import { describe, expect, it } from "@jest/globals";
import { hashName } from "../../../lib/core/hashName.ts";
import { readConsumer } from "../../../lib/core/readConsumer.ts";
import { digest, nfdvId, PUBLISHER } from "../../fakes/builders.ts";

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
        { by: "mention", publisherId: PUBLISHER, texts: ["1.0.0", "p"].map(hashName).sort() },
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
      versions: [{ by: "mention", texts: ["1.0.0", "fabrikam"].map(hashName).sort() }],
    });
  });

  it.each([
    { name: "an object", text: '{"nfdvName":"1.0' },
    { name: "a list", text: '["1.0.0", "2' },
    { name: "a list of objects", text: '[{"nfdvName":' },
    { name: "its first character", text: "{" },
  ])("could be any version of any publisher where JSON inside of a text breaks off: $name", ({ text }) => {
    expect(open({ nested: text })).toMatchObject({
      versions: [{ by: "mention" }, { by: "unreadable", publisherId: undefined }],
    });
  });

  it.each([{ text: "[ERROR] (.*)" }, { text: "{{ .Values.x }}" }, { text: "[a-z]+" }])(
    "do not take a plain text for JSON that breaks off: $text",
    ({ text }) => {
      expect(open({ pattern: text })).toMatchObject({ versions: [{ by: "mention" }] });
    },
  );

  it("mention every text, in lower case and once, of the schema's publisher", () => {
    expect(open({ a: "One", b: ["two", "ONE"], c: 3, d: null, e: true })).toMatchObject({
      versions: [{ by: "mention", publisherId: PUBLISHER, texts: ["3", "one", "true", "two"].map(hashName).sort() }],
    });
  });

  const unreadable = (publisherId: string | undefined, text: unknown = expect.any(String)) => ({
    by: "unreadable",
    publisherId,
    text,
  });

  it.each([{ type: "Secret" }, { type: " secret " }])(
    "could be any version of the schema's publisher where their type is $type",
    ({ type }) => {
      expect(read({ ...SCHEMA, configurationType: type })).toMatchObject({
        versions: [unreadable(PUBLISHER, "configurationValue is Secret")],
        hasSecretValues: true,
      });
    },
  );

  it.each([
    { name: "of a type that nobody knows", properties: { configurationType: "Unknown", configurationValue: "{}" } },
    { name: "of a type that breaks off", properties: { configurationType: "Secre" } },
    { name: "of a type that is no text", properties: { configurationType: {}, configurationValue: "{}" } },
    { name: "without a type", properties: { configurationValue: "{}" } },
    { name: "without a value", properties: { configurationType: "Open" } },
    { name: "with an empty value", properties: { configurationType: "Open", configurationValue: "" } },
    { name: "with a value that is an object", properties: { configurationType: "Open", configurationValue: {} } },
    { name: "with a bare number", properties: { configurationType: "Open", configurationValue: "12" } },
    { name: "with a value that is not JSON", properties: { configurationType: "Open", configurationValue: "{" } },
  ])(
    "could be any version of any publisher, for a value may name another than its schema's: $name",
    ({ properties }) => {
      expect(read({ ...SCHEMA, ...properties })).toMatchObject({
        versions: [unreadable(undefined)],
        hasSecretValues: true,
      });
    },
  );

  it("could be of any publisher that a value names, as long as it can be read", () => {
    const text = JSON.stringify({ publisherName: "fabrikam", nfdgName: "g", nfdvName: "1.0.0" });
    const values = (configurationValue: string) => read({ ...SCHEMA, configurationType: "Open", configurationValue });
    expect(values(text)).toMatchObject({ versions: [{ by: "names", publisher: "fabrikam" }, { by: "mention" }] });
    expect(values(text.slice(0, -1))).toMatchObject({ versions: [unreadable(undefined)] });
  });

  it("could be any version of the schema's publisher where a digest breaks off", () => {
    expect(open({ image: digest(1) })).toMatchObject({ versions: [{ by: "mention" }], hasSecretValues: false });
    expect(open({ image: digest(1).slice(0, -1) })).toMatchObject({
      versions: [{ by: "mention" }, unreadable(PUBLISHER, "a digest in it breaks off")],
      hasSecretValues: true,
    });
  });

  it.each([
    { name: "its id cannot be read", schema: { id: "schema" } },
    { name: "its id is blank", schema: { idType: "Open", id: "" } },
    { name: "its id is missing", schema: { idType: "Open" } },
    { name: "it is missing", schema: undefined },
    { name: "it is empty", schema: {} },
    { name: "its type is unknown and its id missing", schema: { idType: "Alias" } },
    { name: "it is a text", schema: `${PUBLISHER}/configurationGroupSchemas/S` },
    { name: "its id breaks off", schema: { id: PUBLISHER } },
    { name: "its type is no text", schema: { idType: 7, id: `${PUBLISHER}/configurationGroupSchemas/S` } },
  ])("could be any version of any publisher where the schema is not understood: $name", ({ schema }) => {
    const given = { configurationGroupSchemaResourceReference: schema, configurationType: "Open" };
    const { versions } = read({ ...given, configurationValue: '{"nfdgName":"g","nfdvName":"1.0.0"}' });
    expect(versions).toContainEqual(unreadable(undefined));
    expect(versions).toContainEqual({ by: "mention", publisherId: undefined, texts: ["g"].map(hashName).sort() });
  });

  it("are told by names alone where the schema is Secret: that is how it is", () => {
    const given = { configurationGroupSchemaResourceReference: { idType: "Secret" }, configurationType: "Open" };
    expect(read({ ...given, configurationValue: '{"nfdgName":"g","nfdvName":"1.0.0"}' })).toMatchObject({
      versions: [{ by: "names", publisher: undefined, group: "g", version: "1.0.0" }, { by: "mention" }],
    });
  });

  it.each([
    { name: "the same", names: { publisherName: "CONTOSO ", configurationGroupSchemaName: "s" }, doubts: [] },
    { name: "none", names: {}, doubts: [] },
    { name: "blank", names: { publisherName: " " }, doubts: [] },
    { name: "those of another publisher", names: { publisherName: "fabrikam" }, doubts: [unreadable(undefined)] },
    { name: "those of another schema", names: { configurationGroupSchemaName: "t" }, doubts: [unreadable(undefined)] },
    { name: "no texts", names: { publisherName: 7 }, doubts: [unreadable(undefined)] },
  ])("are of the schema's publisher only where the names beside its id do not deny it: $name", ({ names, doubts }) => {
    const { versions } = read({ ...SCHEMA, ...names, configurationType: "Open", configurationValue: '{"v":"1.0.0"}' });
    const publisherId = doubts.length === 0 ? PUBLISHER : undefined;
    expect(versions).toEqual([{ by: "mention", publisherId, texts: ["1.0.0"].map(hashName).sort() }, ...doubts]);
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
