import fc from "fast-check";
import type { RegistryManifest, RegistryTag } from "../../lib/core/registryManifest.ts";
import { aManifest, digest, edgeTag, someEdges } from "./builders.ts";

const MAX_MANIFESTS = 8;
const MISSING = digest(99);

/** Numbers below `number`: a digest can hold only digests that were there before it, so edges never form a circle. */
const lower = (number: number) => fc.subarray(Array.from({ length: number - 1 }, (_, index) => index + 1));

interface Shape {
  readonly children: readonly number[];
  readonly missingChild: boolean;
  readonly subject: number | "missing" | undefined;
}

function shape(number: number): fc.Arbitrary<Shape> {
  const subject = fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant("missing" as const) },
    { weight: 4, arbitrary: number > 1 ? fc.integer({ min: 1, max: number - 1 }) : fc.constant(undefined) },
  );
  const children = fc.oneof(fc.constant([]), lower(number));
  return fc.record({ children, missingChild: fc.boolean(), subject });
}

/** An index may be a referrer too, but then none of its descendants is as old as its subject: nobody pushes it otherwise. */
function listShapes(shapes: readonly Shape[]): readonly Shape[] {
  const oldest: number[] = [];
  return shapes.map((given, index) => {
    const descendants = given.children.map((child) => Math.min(child, oldest[child - 1] ?? child));
    oldest.push(Math.min(index + 1, ...descendants));
    const fits = typeof given.subject !== "number" || given.subject < Math.min(...descendants, index + 1);
    return fits ? given : { ...given, subject: undefined };
  });
}

function toManifest(number: number, { children, missingChild, subject }: Shape): RegistryManifest {
  const digests = children.map(digest);
  return aManifest({
    digest: digest(number),
    edges: someEdges({
      children: missingChild ? [...digests, MISSING] : digests,
      subject: subject === "missing" ? MISSING : subject === undefined ? undefined : digest(subject),
    }),
  });
}

/** No tag, an ordinary one, or one that attaches it to any digest: another, its own or a missing one. */
function tagsOf(count: number): fc.Arbitrary<readonly RegistryTag[]> {
  const all = Array.from({ length: count }, (_, index) => index + 1);
  const attached = fc.constantFrom(...all.map(digest), MISSING).map((subject) => edgeTag(subject, ".sig"));
  const name = fc.oneof(fc.constantFrom("1.0", "latest"), attached);
  const tags = fc.uniqueArray(name, { minLength: 1, maxLength: 2 });
  const named = tags.map((names) => names.map((tag) => ({ name: tag, movedAt: "2026-02-01T10:00:00Z" })));
  return fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: named });
}

/** The registry manifests of one repository, with every edge, tag and lock that may occur. */
export const arbitraryManifests: fc.Arbitrary<readonly RegistryManifest[]> = fc
  .integer({ min: 1, max: MAX_MANIFESTS })
  .chain((count) => {
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    return fc.record({
      shapes: fc.tuple(...numbers.map(shape)).map(listShapes),
      tags: fc.tuple(...numbers.map(() => tagsOf(count))),
      locked: fc.tuple(...numbers.map(() => fc.nat(6).map((dice) => dice === 0))),
    });
  })
  .map(({ shapes, tags, locked }) =>
    shapes.map((given, index) => ({
      ...toManifest(index + 1, given),
      tags: tags[index] ?? [],
      locked: locked[index] ?? false,
    })),
  );

/**
 * True where an order exists in which no index ever misses a child: an index that goes by cascade must not contain, at any
 * depth, referrers of something else, for its own subject may have to wait for those.
 */
export function isOrderable(manifests: readonly RegistryManifest[]): boolean {
  const byDigest = new Map(manifests.map((manifest) => [manifest.digest, manifest]));
  const descendants = ({ edges }: RegistryManifest): readonly RegistryManifest[] =>
    (edges?.children ?? []).flatMap((child) => {
      const found = byDigest.get(child);
      return found ? [found, ...descendants(found)] : [];
    });
  const referrers = manifests.filter(({ edges }) => edges?.subject !== undefined);
  return referrers.every((index) => descendants(index).every(({ edges }) => edges?.subject === undefined));
}

/** The same items in another order. */
export const shuffled = <T>(items: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length });
