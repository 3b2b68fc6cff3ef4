import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { diffResource, toFacts } from "../../../lib/core/diff.ts";
import type { FieldChange } from "../../../lib/core/history.ts";
import type {
  ArtifactReference,
  Resource,
  ResourceDetails,
  SchemaReference,
  VersionReference,
} from "../../../lib/core/resources.ts";
import { aResource } from "../../fakes/builders.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";

/** Few words, so that two resources often say the same. */
const word = fc.constantFrom("a", "b", "c");
const maybeWord = fc.option(word, { nil: undefined });
const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 4 });

const artifact = fc.option(fc.record({ name: word, version: maybeWord, chart: fc.boolean() }), { nil: undefined });
const reference: fc.Arbitrary<ArtifactReference> = fc.oneof(
  fc.record({ form: fc.constant("artifactManifest" as const), id: word, artifact }),
  fc.record({ form: fc.constant("store" as const), id: word, chart: fc.boolean(), artifact }),
  fc.record({ form: fc.constant("unreadable" as const), text: word }),
);
const schema: fc.Arbitrary<SchemaReference> = fc.oneof(
  fc.record({ by: fc.constant("id" as const), id: word }),
  fc.record({ by: fc.constant("names" as const), publisher: maybeWord, schema: maybeWord }),
  fc.record({ by: fc.constant("unreadable" as const), text: word }),
);
const source = fc.constantFrom("desired" as const, "lastState" as const, "value" as const);
const names = { publisher: maybeWord, group: maybeWord, version: maybeWord };
const version: fc.Arbitrary<VersionReference> = fc.oneof(
  fc.record({ by: fc.constant("id" as const), source, id: word }),
  fc.record({ by: fc.constant("names" as const), source, ...names }),
  fc.record({ by: fc.constant("mention" as const), publisherId: maybeWord, texts: fc.uniqueArray(word) }),
  fc.record({ by: fc.constant("unreadable" as const), publisherId: maybeWord, text: word }),
);
const days = fc.option(fc.constantFrom(7, 30), { nil: undefined });
const details: fc.Arbitrary<ResourceDetails> = fc.oneof(
  fc.constant({ of: "other" as const }),
  fc.record({ of: fc.constant("store" as const), storeType: maybeWord, registryId: maybeWord }),
  fc.record({
    of: fc.constant("artifactManifest" as const),
    artifacts: some(fc.record({ name: word, version: word })),
    unreadable: some(word),
  }),
  fc.record({ of: fc.constant("version" as const), references: some(reference), schemas: some(schema) }),
  fc.record({
    of: fc.constant("consumer" as const),
    versions: some(version),
    values: some(word),
    schemas: some(schema),
    digests: some(word),
    hasSecretValues: fc.boolean(),
  }),
  fc.record({
    of: fc.constant("registry" as const),
    loginServer: maybeWord,
    sku: maybeWord,
    roleAssignmentMode: maybeWord,
    publicNetworkAccess: maybeWord,
    retentionDays: days,
    softDeleteDays: days,
    unreadablePolicies: some(word),
  }),
  fc.record({ of: fc.constant("replication" as const), status: maybeWord }),
);
const hold = fc.option(fc.record({ until: maybeWord, reason: word }), { nil: undefined });
const resource: fc.Arbitrary<Resource> = fc
  .record({ provisioningState: maybeWord, state: maybeWord, createdAt: maybeWord, details, hold })
  .map(({ hold, ...given }) => aResource({ ...given, ...(hold && { hold }) }));
/** Two that are of the same kind often enough to be compared in their details. */
const pair = fc.oneof(
  fc.tuple(resource, resource),
  fc
    .tuple(resource, details, maybeWord)
    .map(([given, other, state]): [Resource, Resource] => [
      given,
      { ...given, state, details: other.of === given.details.of ? other : given.details },
    ]),
);

const reversed = (fields: readonly FieldChange[] | undefined): unknown =>
  fields?.map(({ field, removed, added }) => ({ field, removed: added, added: removed }));

/** The same resource with every list, at any depth, in another order. */
function backwards<T>(value: T): T;
function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => backwards(item)).toReversed();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, backwards<unknown>(field)]));
}

/** What a resource says, without order and repetition. */
const toMeaning = (value: unknown): unknown => {
  if (Array.isArray(value)) return new Set(value.map((item) => JSON.stringify(toMeaning(item))));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, toMeaning(field)]));
};

const hasSameMeaning = (left: Resource, right: Resource): boolean =>
  isDeepStrictEqual(toMeaning(blacken(left)), toMeaning(blacken(right)));

/** What may be told of a resource: of configuration values only how much they say. */
function blacken(given: Resource): unknown {
  const { details } = given;
  if (details.of !== "consumer") return given;
  const versions = details.versions.map((reference) => {
    if (reference.by === "mention") return { ...reference, texts: new Set(reference.texts).size };
    return reference.by === "names" && reference.source === "value" ? "by names in a value" : reference;
  });
  return { ...given, details: { ...details, versions, digests: new Set(details.digests).size } };
}

describe("a difference", () => {
  it("of a resource and itself is none", () => {
    checkLaw(fc.property(resource, (given) => expect(diffResource(given, structuredClone(given))).toBeUndefined()));
  });

  it("is the inverse of its reverse", () => {
    const property = fc.property(pair, ([before, after]) => {
      const [there, back] = [diffResource(before, after), diffResource(after, before)];
      expect(back?.fields).toEqual(reversed(there?.fields));
      expect(back?.change).toBe(there?.change);
      expect(reversed(diffResource(before, undefined)?.fields)).toEqual(diffResource(undefined, before)?.fields);
    });
    checkLaw(property);
  });

  it("names nothing but what differs: applied to what was before, it gives what is there now", () => {
    const property = fc.property(pair, ([before, after]) => {
      const now = new Map([...toFacts(before)].map(([field, texts]) => [field, new Set(texts)]));
      for (const { field, removed, added } of diffResource(before, after)?.fields ?? []) {
        const texts = now.get(field) ?? new Set<string>();
        for (const text of removed) expect(texts.delete(text)).toBe(true);
        for (const text of added) expect(texts.has(text)).toBe(false);
        for (const text of added) texts.add(text);
        now.set(field, texts);
      }
      const said = [...now].filter(([, texts]) => texts.size > 0);
      expect(new Map(said)).toEqual(new Map([...toFacts(after)].map(([field, texts]) => [field, new Set(texts)])));
    });
    checkLaw(property);
  });

  it("is there exactly where the two do not say the same, so that no change is overlooked", () => {
    const property = fc.property(pair, ([before, after]) => {
      expect(diffResource(before, after) === undefined).toBe(hasSameMeaning(before, after));
    });
    checkLaw(property, 500);
  });

  it("does not depend on the order of lists", () => {
    const property = fc.property(pair, ([before, after]) => {
      expect(diffResource(before, backwards(before))).toBeUndefined();
      expect(diffResource(backwards(before), backwards(after))).toEqual(diffResource(before, after));
    });
    checkLaw(property);
  });

  it("is sorted by field and text", () => {
    const property = fc.property(pair, ([before, after]) => {
      const fields = diffResource(before, after)?.fields ?? [];
      const lists = [fields.map(({ field }) => field), ...fields.flatMap(({ removed, added }) => [removed, added])];
      for (const texts of lists) expect(texts).toEqual([...new Set(texts)].sort());
    });
    checkLaw(property);
  });
});
