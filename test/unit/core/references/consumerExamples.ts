import { expect } from "@jest/globals";
import { consumerId, digest, nfdvId, nsdvId, PUBLISHER } from "../../../fakes/builders.ts";
import type { Example, Form } from "./exampleKit.ts";
import { byUnreadable, casings, inVersions, noIds, partly, wrong, WRONG } from "./exampleKit.ts";

const SCHEMA = `${PUBLISHER}/configurationgroupschemas/s`;
const VALUES = consumerId("configurationgroupvalues", "v");
const NSDV = "networkServiceDesignVersionResourceReference";
const NFDV = "networkFunctionDefinitionVersionResourceReference";

interface ConsumerRow {
  readonly kind: "siteNetworkService" | "networkFunction";
  readonly reference: string;
  readonly id: string;
  readonly other: string;
  readonly group: string;
  readonly version: string;
}

/** SNS and NF say in the same three ways what they run on: Open, Secret, or by names alone. */
function listConsumerExamples({ kind, reference, id, other, group, version }: ConsumerRow): Example[] {
  const [groupName] = id.split("/").slice(10, 11);
  const byNames = { by: "names", source: "desired", publisher: "contoso", group: groupName, version: "1.0.0" };
  const idPath = `${reference}.id`;
  const idType = `${reference}.idType`;
  const open = `${kind}Open` as const;
  const secret = `${kind}Secret` as const;
  const alone = `${kind}Names` as const;
  const at = (path: string, form: Form, read: unknown) => (value: unknown) => ({ kind, path, form, value, read });
  const nameExamples = ([path, field]: readonly [string, string]): Example[] =>
    [secret, alone].flatMap((form) => [
      at(path, form, inVersions({ ...byNames, [field]: "other" }))(" other "),
      ...[undefined, null, "", " "].map(at(path, form, inVersions({ ...byNames, [field]: undefined }))),
      ...wrong({ kind, path, form }, inVersions(byUnreadable, { ...byNames, [field]: undefined })),
    ]);
  return [
    ...casings(id).map(at(idPath, open, inVersions({ by: "id", source: "desired", id }, byNames))),
    ...[...noIds(id), other, undefined, null].map(at(idPath, open, inVersions(byUnreadable, byNames))),
    ...wrong({ kind, path: idPath, form: open }, inVersions(byUnreadable, byNames)),
    ...casings(id).map(at(idPath, secret, inVersions({ by: "id", source: "desired", id }, byNames))),
    ...noIds(id).map(at(idPath, secret, inVersions(byUnreadable, byNames))),
    ...[undefined, null].map(at(idPath, secret, { versions: [partly(byNames)] })),
    ...["Open", "open", "Secret", "Unknown", "", undefined, null].map(
      at(idType, open, inVersions({ by: "id", source: "desired", id }, byNames)),
    ),
    at(idType, secret, inVersions(byUnreadable, byNames))("Open"),
    ...["Secret", "Unknown", "", null].map(at(idType, secret, { versions: [partly(byNames)] })),
    ...wrong({ kind, path: idType, form: open }, inVersions(byUnreadable, { by: "id", id })),
    ...wrong({ kind, path: idType, form: secret }, inVersions(byUnreadable, byNames)),
    ...(
      [
        ["publisherName", "publisher"],
        [group, "group"],
        [version, "version"],
      ] as const
    ).flatMap(nameExamples),
    at(version, open, inVersions({ by: "id", id }, { ...byNames, version: "0.9.0" }))("0.9.0"),
    at(version, open, { versions: expect.not.arrayContaining([partly({ by: "names", source: "desired" })]) })(
      undefined,
    ),
  ];
}

const LAST = "lastStateNetworkServiceDesignVersionName";
const lastState = { by: "names", source: "lastState", publisher: "contoso", group: "nsdg" };
const VALUE_MAPS = [
  "desiredStateConfigurationGroupValueReferences.<name>.id",
  "lastStateConfigurationGroupValueReferences.<name>.id",
];

/** Where an SNS or NF says what it runs on. */
export const CONSUMERS: readonly Example[] = [
  ...listConsumerExamples({
    kind: "siteNetworkService",
    reference: NSDV,
    id: nsdvId("1.0.0"),
    other: nfdvId("1.0.0"),
    group: "networkServiceDesignGroupName",
    version: "networkServiceDesignVersionName",
  }),
  ...(["siteNetworkServiceOpen", "siteNetworkServiceSecret", "siteNetworkServiceNames"] as const).flatMap((form) => [
    ...["0.9.0", "", "{x}"].map((value) => ({
      kind: "siteNetworkService" as const,
      path: LAST,
      form,
      value,
      read: inVersions({ ...lastState, version: value === "0.9.0" ? value : undefined }),
    })),
    ...[undefined, null].map((value) => ({
      kind: "siteNetworkService" as const,
      path: LAST,
      form,
      value,
      read: { versions: expect.not.arrayContaining([partly({ source: "lastState" })]) },
    })),
    ...wrong({ kind: "siteNetworkService", path: LAST, form }, inVersions(byUnreadable)),
  ]),
  ...VALUE_MAPS.flatMap((path) =>
    [
      ...casings(VALUES).map((value) => ({ value, values: [VALUES] })),
      ...[...noIds(VALUES), SCHEMA, undefined, null, ...WRONG].map((value) => ({ value, values: [] })),
    ].map(({ value, values }) => ({
      kind: "siteNetworkService" as const,
      path,
      form: "siteNetworkServiceOpen" as const,
      value,
      read: { values },
    })),
  ),
  ...listConsumerExamples({
    kind: "networkFunction",
    reference: NFDV,
    id: nfdvId("1.0.0"),
    other: nsdvId("1.0.0"),
    group: "networkFunctionDefinitionGroupName",
    version: "networkFunctionDefinitionVersion",
  }),
  ...["Open", "Secret", "Unknown", "", undefined, null, ...WRONG].map((value) => ({
    kind: "networkFunction" as const,
    path: "configurationType",
    form: "networkFunctionOpen" as const,
    value,
    read: { hasSecretValues: value !== "Open" },
  })),
  ...(["networkFunctionOpen", "networkFunctionSecret"] as const).flatMap((form) =>
    ["deploymentValues", "roleOverrideValues[]"].flatMap((path) => [
      {
        kind: "networkFunction" as const,
        path,
        form,
        value: `{"image":"${digest(1)}"}`,
        read: { digests: [digest(1)] },
      },
      ...['{"image":"ng', "", ...WRONG].map((value) => ({
        kind: "networkFunction" as const,
        path,
        form,
        value,
        read: { hasSecretValues: true },
      })),
      ...[undefined, null].map((value) => ({
        kind: "networkFunction" as const,
        path,
        form,
        value,
        read: { hasSecretValues: form === "networkFunctionSecret", digests: [] },
      })),
    ]),
  ),
];
