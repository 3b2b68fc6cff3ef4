import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { toArmId, typeOf } from "../../../../lib/core/armId.ts";
import type { Known } from "../../../../lib/core/knowledge.ts";
import { learn } from "../../../../lib/core/knowledge.ts";
import { readResource } from "../../../../lib/core/readResource.ts";
import type { ReferencePath } from "../../../../lib/core/referencePaths.ts";
import { REFERENCE_PATHS } from "../../../../lib/core/referencePaths.ts";
import type { Resource } from "../../../../lib/core/resources.ts";
import { artifactManifestId, NOW, nsdvId, STORE } from "../../../fakes/builders.ts";
import { checkLaw } from "../../../fakes/checkLaw.ts";
import { listCorruptions, listPointers, replaceAt, toTablePath, valueAt } from "./corruption.ts";
import type { Pointer } from "./corruption.ts";
import { listUncovered } from "./coverage.ts";
import { rich, valid } from "./resources.ts";
import type { RawExample } from "./resources.ts";

const RESOURCES = rich.filter((resource) => resource !== valid.store);

function read(raw: unknown): Resource {
  const result = readResource(raw);
  if ("unreadable" in result) throw new Error(result.unreadable);
  return result.resource;
}

const rowsOf = (raw: RawExample): readonly ReferencePath[] =>
  Object.entries(REFERENCE_PATHS).flatMap(([kind, paths]) => (kind === read(raw).kind ? Object.values(paths) : []));

interface Damage {
  readonly raw: RawExample;
  readonly pointer: Pointer;
  readonly value: unknown;
}

const damaged: fc.Arbitrary<Damage> = fc
  .constantFrom(...RESOURCES.flatMap((raw) => listPointers(raw.properties).map((pointer) => ({ raw, pointer }))))
  .chain(({ raw, pointer }) =>
    fc.record({
      raw: fc.constant(raw),
      pointer: fc.constant(pointer),
      value: fc.constantFrom(...listCorruptions(valueAt(raw.properties, pointer))),
    }),
  );

const withValue = ({ raw, pointer, value }: Damage): RawExample => ({
  ...raw,
  properties: replaceAt(raw.properties, pointer, value),
});

/**
 * First exception: what may be absent from a resource with which nothing is wrong. That it was taken away can be told from no
 * single answer. It is held safe by time: a mark needs two complete snapshots that agree, and versions are read once more
 * before a delete. The same holds for a list or map that came back shorter; here items stay in their lists.
 */
function withoutOptional({ raw, pointer }: Damage): RawExample {
  const optional = new Set(rowsOf(raw).flatMap(({ path, missing }) => (missing === "nothing" ? [path] : [])));
  optional.add("configurationGroupSchemaReferences");
  const gone = listPointers(raw.properties).filter(
    (one) => optional.has(toTablePath(one)) && pointer.every((step, index) => one[index] === step),
  );
  return gone.reduce((rest, one) => withValue({ raw: rest, pointer: one, value: undefined }), raw);
}

/**
 * Second exception: a text became another one that is right in its place: a name, an id of the same type, or an artifact store
 * in place of one of its artifact manifests. It is held safe by what was known before (references are a union over time) and by
 * the names beside an id, as is shown below.
 */
function isAnotherRightText({ raw, pointer, value }: Damage): boolean {
  const row = rowsOf(raw).find(({ path }) => path === toTablePath(pointer));
  if (!row || typeof value !== "string" || value.trim() === "") return false;
  if (/^(name|version)/.test(row.to)) return true;
  const id = toArmId(value);
  const right = [
    toArmId(String(valueAt(raw.properties, pointer))),
    ...(row.to.endsWith("artifact store") ? [STORE] : []),
  ];
  return id !== undefined && right.some((one) => one !== undefined && typeOf(one) === typeOf(id));
}

/** Empty where nothing is lost. A resource that cannot be read makes the whole snapshot incomplete. */
function listLost(damage: Damage): readonly string[] {
  const after = readResource(withValue(damage));
  const isAbsent = damage.value === undefined || damage.value === null;
  const before = read(isAbsent ? withoutOptional(damage) : damage.raw);
  return "unreadable" in after ? [] : listUncovered(before.details, after.resource.details);
}

describe("whatever happens to one part of a resource", () => {
  it("everything that it protected stays protected", () => {
    checkLaw(
      fc.property(damaged, (damage) => {
        fc.pre(!isAnotherRightText(damage));
        expect(listLost(damage)).toEqual([]);
      }),
      5000,
    );
  });

  it("each reference of the examples is lost if it is taken for nothing, which the law sees", () => {
    for (const raw of RESOURCES) {
      const { details } = read(raw);
      const nothing =
        details.of === "version"
          ? { ...details, references: [], schemas: [] }
          : { ...details, versions: [], schemas: [], digests: [], hasSecretValues: false };
      expect(listUncovered(details, nothing as typeof details)).not.toEqual([]);
    }
  });
});

describe("an id that breaks off into another right one", () => {
  const STORE_PATH = ["networkFunctionTemplate", "networkFunctionApplications", 0, "artifactProfile", "artifactStore"];

  it("does not unprotect what the version was once seen to need", () => {
    const at = (id: string) => read(withValue({ raw: valid.chart, pointer: [...STORE_PATH, "id"], value: id }));
    let known: Known | undefined;
    for (const name of ["cnf-core", "cnf"])
      known = learn(at(artifactManifestId(name)), known, { at: NOW, complete: true });
    expect(known).toMatchObject({
      references: expect.arrayContaining([
        expect.objectContaining({ id: artifactManifestId("cnf-core") }),
        expect.objectContaining({ id: artifactManifestId("cnf") }),
      ]),
    });
  });

  it("does not unprotect what the names beside it say", () => {
    const pointer = ["networkServiceDesignVersionResourceReference", "id"];
    const { details } = read(withValue({ raw: valid.siteNetworkServiceOpen, pointer, value: nsdvId("1.0") }));
    expect(details).toMatchObject({ versions: [{ id: nsdvId("1.0") }, { by: "names", version: "1.0.0" }] });
  });
});
