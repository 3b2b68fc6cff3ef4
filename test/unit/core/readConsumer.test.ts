import { describe, expect, it } from "@jest/globals";
import { hashDigest } from "../../../lib/core/findDigests.ts";
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
      digests: [hashDigest(bare), digest(1), digest(2)],
      hasSecretValues: false,
    });
  });

  const WHOLE = {
    ...reference({ idType: "Open", id: nfdvId("1.0.0") }),
    ...NAMES,
    configurationType: "Open",
    deploymentValues: "{}",
    roleOverrideValues: ["{}"],
  };
  const unreadable = (properties: Record<string, unknown>) =>
    read(properties).versions.filter((reference) => reference.by === "unreadable");
  const CUT = JSON.stringify({ image: digest(1).slice(0, 70) });

  it.each([
    { name: "a digest that breaks off", values: { deploymentValues: CUT } },
    { name: "a digest that breaks off in an override", values: { roleOverrideValues: [CUT] } },
    { name: "values that break off", values: { deploymentValues: '{"image":"nginx@sha' } },
    { name: "values that are blank", values: { deploymentValues: "" } },
    { name: "values that are no text", values: { deploymentValues: { image: "nginx" } } },
    { name: "values that are a number", values: { deploymentValues: 7 } },
    { name: "an override that breaks off", values: { roleOverrideValues: ["{}", '{"image":"ng'] } },
    { name: "an override that is no text", values: { roleOverrideValues: [{}] } },
    { name: "overrides that are no list", values: { roleOverrideValues: "{}" } },
  ])("could name any digest of its publisher, also one that is decommissioned, with $name", ({ values }) => {
    expect(read({ ...WHOLE, ...values })).toMatchObject({ hasSecretValues: true });
    expect(unreadable({ ...WHOLE, ...values })).toEqual([
      { by: "unreadable", publisherId: PUBLISHER, text: expect.any(String) },
    ]);
  });

  it.each([
    { name: "whole values", values: {}, secret: false },
    { name: "no values", values: { deploymentValues: undefined, roleOverrideValues: null }, secret: false },
    { name: "Secret values", values: { deploymentValues: undefined, configurationType: "Secret" }, secret: true },
  ])("names no version beyond its own with $name", ({ values, secret }) => {
    expect(unreadable({ ...WHOLE, ...values })).toEqual([]);
    expect(read({ ...WHOLE, ...values })).toMatchObject({ hasSecretValues: secret });
  });

  it.each([
    { name: "names another one beside its id", given: { publisherName: "fabrikam" } },
    {
      name: "names another one beside its id, and no version",
      given: { publisherName: "fabrikam", networkFunctionDefinitionVersion: undefined },
    },
    { name: "names a publisher that cannot be read", given: { publisherName: 7 } },
    { name: "shows names only, which may be of any subscription", given: reference({ idType: "Secret" }) },
  ])("could name any digest of any publisher with values that break off where it $name", ({ given }) => {
    const references = unreadable({ ...WHOLE, ...given, deploymentValues: "{" });
    expect(references.map(({ by, publisherId }) => [by, publisherId])).toContainEqual(["unreadable", undefined]);
  });

  it("tells of values that may be secret only where they stand", () => {
    const texts = unreadable({ ...WHOLE, deploymentValues: { password: "hunter2" } }).map(({ text }) => text);
    expect(texts).toEqual(["deploymentValues is no text"]);
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
