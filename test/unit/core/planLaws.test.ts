import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { planRepository } from "../../../lib/core/planPurge.ts";
import type { RegistryManifest } from "../../../lib/core/registryManifest.ts";
import { attachedTo } from "../../../lib/core/registryManifest.ts";
import { decideVerdicts } from "../../../lib/core/verdicts.ts";
import type { Verdict } from "../../../lib/core/verdicts.ts";
import { aContext, aStorePolicy } from "../../fakes/aContext.ts";
import { arbitraryManifests, isOrderable, shuffled } from "../../fakes/arbitraryManifests.ts";
import {
  aKnown,
  aKnownVersion,
  aMark,
  aNetworkFunction,
  anArtifactManifest,
  anNfdv,
  aRepository,
  artifactManifestId,
  aStore,
  nfdvId,
} from "../../fakes/builders.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";
import { listNeeded } from "../../fakes/listNeeded.ts";

/** A repository and the digests whose marks are due; a lock clears a mark long before a plan is made. */
const dueManifests = arbitraryManifests.chain((manifests) =>
  fc.subarray(manifests.filter(({ locked }) => !locked).map(({ digest }) => digest)).map((due) => ({ manifests, due })),
);

const planOf = (manifests: readonly RegistryManifest[], due: readonly string[]) =>
  planRepository(
    "cnf/nginx",
    manifests,
    due.map((digest) => aMark({ digest })),
  );

const digestsOf = (items: readonly { readonly digest: string }[]): readonly string[] =>
  items.map(({ digest }) => digest);

describe("every plan of a repository", () => {
  it("spares whatever a tagged, locked or not due registry manifest needs, at any depth", () => {
    const property = fc.property(dueManifests, ({ manifests, due }) => {
      const going = digestsOf(planOf(manifests, due).items);
      const needed = listNeeded(manifests, new Set(going));
      expect(going.filter((digest) => needed.has(digest))).toEqual([]);
    });
    checkLaw(property, 1000);
  });

  it("takes everything that is due, untagged and that nothing else needs", () => {
    const property = fc.property(dueManifests, ({ manifests, due }) => {
      const untagged = manifests.filter(({ digest, tags }) => due.includes(digest) && tags.length === 0);
      const needed = listNeeded(manifests, new Set(digestsOf(untagged)));
      const expected = digestsOf(untagged).filter((digest) => !needed.has(digest));
      expect(digestsOf(planOf(manifests, due).items).toSorted()).toEqual([...expected].sort());
    });
    checkLaw(property, 1000);
  });

  it("either takes a due registry manifest or says why it waits", () => {
    const property = fc.property(dueManifests, ({ manifests, due }) => {
      const { items, waiting } = planOf(manifests, due);
      expect([...digestsOf(items), ...digestsOf(waiting)].sort()).toEqual([...due].sort());
    });
    checkLaw(property);
  });

  it("leaves no index without a child, but for lists of the referrers that went with their subject", () => {
    const property = fc.property(dueManifests, ({ manifests, due }) => {
      const going = new Set(digestsOf(planOf(manifests, due).items));
      for (const { digest, edges, tags } of manifests) {
        const missing = edges?.children.filter((child) => going.has(child)) ?? [];
        if (going.has(digest) || missing.length === 0) continue;
        const subjects = tags.map(({ name }) => attachedTo(name) ?? "");
        for (const subject of subjects) expect(going).toContain(subject);
        for (const child of manifests.filter((manifest) => missing.includes(manifest.digest)))
          expect(subjects).toContain(child.edges?.subject);
      }
    });
    checkLaw(property, 1000);
  });

  it("puts each item after all that it waits for, and lets no index miss a child while it stands", () => {
    const property = fc.property(dueManifests, ({ manifests, due }) => {
      fc.pre(isOrderable(manifests));
      const { items } = planOf(manifests, due);
      const order = new Map(items.map(({ digest }, index) => [digest, index]));
      const goesAt = new Map(items.map((item) => [item.digest, order.get(item.cascadedFrom ?? item.digest) ?? -1]));
      for (const item of items) {
        for (const before of item.after) expect(order.get(before)).toBeLessThan(order.get(item.digest) ?? -1);
        for (const child of manifests.find(({ digest }) => digest === item.digest)?.edges?.children ?? [])
          expect(goesAt.get(item.digest)).toBeLessThanOrEqual(goesAt.get(child) ?? Number.POSITIVE_INFINITY);
      }
    });
    checkLaw(property, 500);
  });

  it("leaves to a cascade only what refers, at any depth, to a subject that is deleted in the same plan", () => {
    const property = fc.property(dueManifests, ({ manifests, due }) => {
      const { items } = planOf(manifests, due);
      const subjects = new Map(manifests.map(({ digest, edges }) => [digest, edges?.subject]));
      for (const item of items) {
        let subject = subjects.get(item.digest);
        while (subject !== undefined && subject !== item.cascadedFrom) subject = subjects.get(subject);
        expect(subject).toBe(item.cascadedFrom);
        if (item.cascadedFrom === undefined) continue;
        expect(items).toContainEqual(expect.objectContaining({ digest: item.cascadedFrom, how: "delete" }));
      }
    });
    checkLaw(property, 500);
  });

  it("is the same whatever the order of registry manifests and marks", () => {
    const reordered = dueManifests.chain((given) =>
      fc.record({ given: fc.constant(given), manifests: shuffled(given.manifests), due: shuffled(given.due) }),
    );
    const property = fc.property(reordered, ({ given, manifests, due }) => {
      expect(planOf(manifests, due)).toEqual(planOf(given.manifests, given.due));
    });
    checkLaw(property);
  });
});

const RESOURCES = [aStore(), anArtifactManifest(), anNfdv(), aNetworkFunction()];
const KNOWN = [
  aKnown(),
  aKnown({ id: artifactManifestId("gone"), artifacts: [{ name: "nginx", version: "1.0" }] }),
  aKnownVersion(),
  aKnownVersion({
    id: nfdvId("0.9.0"),
    references: [{ form: "artifactManifest", id: artifactManifestId("older"), artifact: undefined }],
  }),
];
const policyOf = () => aStorePolicy({ purgeSuperseded: true });
const worldOf = { resources: RESOURCES, known: KNOWN, policyOf };

/** In `cnf` only what a newer push replaced may go, in `gone` everything untagged, in `other` nothing. */
const anyRepository = fc.record({
  name: fc.constantFrom("cnf/nginx", "gone/nginx", "other/nginx"),
  manifests: arbitraryManifests,
});

const EDGES: readonly string[] = ["child", "referrer", "subject"];

/** Of several registry manifests that protect one, any may be named: only that it is protected is promised. */
const withoutProtectors = (verdicts: readonly Verdict[]): unknown =>
  verdicts.map((verdict) => ({
    ...verdict,
    keep: verdict.keep.map((reason) => (EDGES.includes(reason.code) ? "protected" : reason)).sort(byText),
  }));

const byText = (left: unknown, right: unknown): number => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1);

describe("the verdicts on every repository", () => {
  it("mark nothing that a registry manifest which stays needs, at any depth", () => {
    const property = fc.property(anyRepository, (given) => {
      const verdicts = decideVerdicts(aContext(worldOf), aRepository(given));
      const markable = digestsOf(verdicts.filter(({ keep }) => keep.length === 0));
      const needed = listNeeded(given.manifests, new Set(markable));
      expect(markable.filter((digest) => needed.has(digest))).toEqual([]);
    });
    checkLaw(property, 1000);
  });

  it("are one for each untagged registry manifest, sorted, and never empty of a class where it may go", () => {
    const property = fc.property(anyRepository, (given) => {
      const verdicts = decideVerdicts(aContext(worldOf), aRepository(given));
      const untagged = given.manifests.filter(({ tags }) => tags.length === 0);
      expect(digestsOf(verdicts)).toEqual([...digestsOf(untagged)].sort());
      for (const verdict of verdicts)
        if (verdict.keep.length === 0) expect(["decommissioned", "superseded"]).toContain(verdict.class);
    });
    checkLaw(property);
  });

  it("are the same whatever the order of everything that they rest on", () => {
    const reordered = anyRepository.chain(({ name, manifests }) =>
      fc.record({
        name: fc.constant(name),
        manifests: fc.constant(manifests),
        other: shuffled(manifests.map((manifest) => ({ ...manifest, tags: manifest.tags.toReversed() }))),
        resources: shuffled(RESOURCES),
        known: shuffled(KNOWN),
      }),
    );
    const property = fc.property(reordered, ({ name, manifests, other, resources, known }) => {
      const expected = decideVerdicts(aContext(worldOf), aRepository({ name, manifests }));
      const world = aContext({ ...worldOf, resources, known });
      const actual = decideVerdicts(world, aRepository({ name, manifests: other }));
      expect(withoutProtectors(actual)).toEqual(withoutProtectors(expected));
    });
    checkLaw(property);
  });
});
