import { expect } from "@jest/globals";
import { digest, PUBLISHER, STORE } from "../../../fakes/builders.ts";
import type { Example, Form } from "./exampleKit.ts";
import { byUnreadable, casings, inSchemas, inVersions, noIds, partly, wrong, WRONG } from "./exampleKit.ts";

const SCHEMA = `${PUBLISHER}/configurationgroupschemas/s`;
const SCHEMA_REFERENCE = "configurationGroupSchemaResourceReference";

const cgvKind = "configurationGroupValues" as const;
const schemaNames = { by: "names", publisher: "contoso", schema: "s" };
const cgv =
  (path: string, form: Form, read: unknown) =>
  (value: unknown): Example => ({ kind: cgvKind, path, form, value, read });
const inValues = (version: string | undefined) =>
  inVersions({ by: "names", source: "value", publisher: "contoso", group: "g", version });
const anyOf = (publisherId: string | undefined) => ({
  versions: [{ by: "unreadable", publisherId, text: expect.any(String) }],
  hasSecretValues: true,
});

/** Where configuration group values say what they belong to and what they name. */
export const GROUP_VALUES: readonly Example[] = [
  ...casings(SCHEMA).map(cgv(`${SCHEMA_REFERENCE}.id`, "valuesOpen", inSchemas({ by: "id", id: SCHEMA }, schemaNames))),
  ...[...noIds(SCHEMA), STORE, undefined, null, ...WRONG].map(
    cgv(`${SCHEMA_REFERENCE}.id`, "valuesOpen", inSchemas({ by: "unreadable" }, schemaNames)),
  ),
  ...[undefined, null].map(cgv(`${SCHEMA_REFERENCE}.id`, "valuesSecret", { schemas: [schemaNames] })),
  ...["Open", "Secret", "Unknown", "", undefined, null].map(
    cgv(`${SCHEMA_REFERENCE}.idType`, "valuesOpen", inSchemas({ by: "id", id: SCHEMA })),
  ),
  ...["Secret", "Unknown", "", null].map(cgv(`${SCHEMA_REFERENCE}.idType`, "valuesSecret", { schemas: [schemaNames] })),
  cgv(`${SCHEMA_REFERENCE}.idType`, "valuesSecret", inSchemas({ by: "unreadable" }, schemaNames))("Open"),
  ...wrong(
    { kind: cgvKind, path: `${SCHEMA_REFERENCE}.idType`, form: "valuesOpen" },
    inSchemas({ by: "unreadable" }, { by: "id", id: SCHEMA }),
  ),
  ...(
    [
      ["publisherName", "publisher"],
      ["configurationGroupSchemaName", "schema"],
    ] as const
  ).flatMap(([path, field]) => [
    cgv(path, "valuesSecret", { schemas: [{ ...schemaNames, [field]: "other" }] })("other"),
    ...[undefined, null, "", " "].map(cgv(path, "valuesSecret", { schemas: [{ ...schemaNames, [field]: undefined }] })),
    ...WRONG.map(cgv(path, "valuesSecret", inSchemas({ by: "unreadable" }, { ...schemaNames, [field]: undefined }))),
  ]),
  cgv("configurationType", "valuesOpen", inValues("1.0.0"))("Open"),
  cgv("configurationType", "valuesOpen", anyOf(PUBLISHER))("Secret"),
  ...["Unknown", "", undefined, null, ...WRONG].map(cgv("configurationType", "valuesOpen", anyOf(undefined))),
  cgv("configurationValue", "valuesOpen", inValues("2.0.0"))(JSON.stringify({ nfdgName: "g", nfdvName: "2.0.0" })),
  cgv("configurationValue", "valuesOpen", { digests: [digest(1)] })(JSON.stringify({ image: digest(1) })),
  ...['{"nfdvName":"1.0', "", "7", undefined, null, ...WRONG].map(
    cgv("configurationValue", "valuesOpen", anyOf(undefined)),
  ),
  ...[undefined, null].map(
    cgv("configurationValue", "valuesSecret", { versions: [partly(byUnreadable)], hasSecretValues: true }),
  ),
];
