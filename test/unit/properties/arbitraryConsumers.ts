import fc from "fast-check";
import { anyOf, named, seldom, spelled, wrongType } from "./arbitraryTexts.ts";
import type { Json, JsonObject, Raw } from "./raw.ts";
import { aRaw, NFDVS, NSDVS, partOf, SCHEMAS, toObject } from "./raw.ts";

const DIGEST = `sha256:${"1".padStart(64, "0")}`;

interface Names {
  readonly publisher: Json | undefined;
  readonly group: Json | undefined;
  readonly version: Json | undefined;
}

/** The names that the id says too; rarely others, some or none of them. */
function namesOf(id: string): fc.Arbitrary<Names> {
  const own = (position: number) => named([partOf(id, position)]);
  const same = fc.record({ publisher: own(8), group: own(10), version: own(12) });
  const none = fc.constant({ publisher: undefined, group: undefined, version: undefined });
  const others = fc.record({
    publisher: named(["contoso", "fabrikam"]),
    group: named(["g", "h"]),
    version: named(["1.0.0", "2.0.0", "4.0.0"]),
  });
  return fc.oneof({ weight: 6, arbitrary: same }, { weight: 3, arbitrary: none }, { weight: 1, arbitrary: others });
}

/** A reference with its names: Open shows the id, Secret hides it, and a few are spoilt. */
function reference(ids: readonly string[]): fc.Arbitrary<{ readonly given: JsonObject; readonly names: Names }> {
  return fc.constantFrom(...ids).chain((id) => {
    const open = spelled(id).map((text) => ({ idType: "Open", id: text }));
    const secret = fc.constantFrom<JsonObject>({ idType: "Secret" }, { idType: "secret", id });
    const spoilt = fc.constantFrom<JsonObject>(
      {},
      { idType: "Open" },
      { id },
      { idType: 1, id },
      { idType: "Open", id: "x" },
    );
    const given = seldom(30, fc.oneof({ weight: 4, arbitrary: open }, { weight: 1, arbitrary: secret }), spoilt);
    return fc.record({ given, names: namesOf(id) }).map(({ given: object, names }) => {
      // Without an id it is by the names that it is told; all of them are wanted there, or everything is protected.
      const hidden = object["id"] === undefined && names.publisher === undefined;
      const own = { publisher: partOf(id, 8), group: partOf(id, 10), version: partOf(id, 12) };
      return { given: object, names: hidden ? own : names };
    });
  });
}

export function siteNetworkService(id: string): fc.Arbitrary<Raw> {
  const last = seldom(3, fc.constant(undefined), named(["1.0.0", "1.1.0", "3.0.0"]));
  return fc.record({ desired: reference(NSDVS), last }).map(({ desired: { given, names }, last: lastVersion }) =>
    aRaw(
      id,
      toObject({
        networkServiceDesignVersionResourceReference: given,
        publisherName: names.publisher,
        networkServiceDesignGroupName: names.group,
        networkServiceDesignVersionName: names.version,
        lastStateNetworkServiceDesignVersionName: lastVersion,
      }),
    ),
  );
}

export function networkFunction(id: string): fc.Arbitrary<Raw> {
  const whole = fc.constantFrom("{}", `{"image":"${DIGEST}"}`, undefined, null);
  const broken = fc.oneof(fc.constantFrom("", `{"image":"${DIGEST.slice(0, -1)}"}`, `{"image":"${DIGEST}`), wrongType);
  const values = seldom(30, whole, broken);
  return fc
    .record({ desired: reference(NFDVS), values })
    .map(({ desired: { given, names }, values: deploymentValues }) =>
      aRaw(
        id,
        toObject({
          networkFunctionDefinitionVersionResourceReference: given,
          publisherName: names.publisher,
          networkFunctionDefinitionGroupName: names.group,
          networkFunctionDefinitionVersion: names.version,
          configurationType: "Open",
          deploymentValues,
        }),
      ),
    );
}

/** What a design puts beside its own values to tell which NFDV it means. */
const namedVersion: fc.Arbitrary<JsonObject> = fc.constantFrom(...NFDVS).chain((id) =>
  fc
    .record({
      key: fc.constantFrom("nfdvName", "NfdvName", "networkFunctionDefinitionVersion"),
      version: seldom(6, named([partOf(id, 12)]), fc.constantFrom<Json>(["1.0.0", "2.0.0"], { of: "1.0.0" })),
      group: seldom(3, named([partOf(id, 10)]), fc.constant(undefined)),
      publisher: seldom(3, named([partOf(id, 8)]), fc.constant(undefined)),
    })
    .map(({ key, version, group, publisher }) =>
      toObject({ [key]: version, nfdgName: group, publisherName: publisher }),
    ),
);

const leaf: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>("x", "1.0.0", "2.0.0", "fabrikam", "contoso", 4, true, null, " 2.0.0 "),
  anyOf(NFDVS),
  anyOf(NSDVS),
  anyOf(SCHEMAS),
);

const { value: nestedValue } = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    { weight: 4, arbitrary: leaf },
    { weight: 2, arbitrary: namedVersion },
    { weight: 1, arbitrary: tie("object") },
    { weight: 1, arbitrary: fc.array(tie("value"), { maxLength: 2 }) },
    { weight: 1, arbitrary: tie("object").map((object) => JSON.stringify(object)) },
  ),
  object: fc.dictionary(fc.constantFrom("a", "b", "publisherName", "nfdgName"), tie("value"), { maxKeys: 2 }),
}));

const settings = fc.dictionary(fc.constantFrom("a", "b", "c"), nestedValue, { maxKeys: 2 });

export function configurationGroupValues(id: string): fc.Arbitrary<Raw> {
  const broken = fc.constantFrom<Json | undefined>('{"a":', "x", "3", "null", null, undefined, '{"a":"{\\"b\\":"}');
  return fc
    .record({
      schema: fc.constantFrom(...SCHEMAS).chain((schema) =>
        fc.record({
          id: spelled(schema),
          form: seldom(20, fc.constant("Open"), fc.constantFrom("Secret", "Unheard", "Missing")),
          publisher: seldom(4, named([partOf(schema, 8)]), fc.constantFrom(undefined, "fabrikam")),
        }),
      ),
      type: seldom(20, fc.constantFrom("Open", "open"), fc.oneof(fc.constantFrom("Secret", "Unheard"), wrongType)),
      value: seldom(
        15,
        settings.map((object): Json => JSON.stringify(object)),
        broken,
      ),
    })
    .map(({ schema: { id: schemaId, form, publisher }, type, value }) =>
      aRaw(
        id,
        toObject({
          configurationGroupSchemaResourceReference: toSchemaReference(form, schemaId),
          publisherName: publisher,
          configurationGroupSchemaName: publisher === undefined ? undefined : "schema",
          configurationType: type,
          configurationValue: value,
        }),
      ),
    );
}

function toSchemaReference(form: string, id: string): JsonObject | undefined {
  if (form === "Missing") return undefined;
  return form === "Secret" ? { idType: form } : { idType: form, id };
}
