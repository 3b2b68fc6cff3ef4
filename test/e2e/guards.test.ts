import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Estate } from "../sandbox/estate.ts";
import { type Simulation, simulate } from "../simulate/simulate.ts";
import { ArtifactNames } from "../support/artifactNames.ts";
import { createMutantApp, type MutantApp, type Mutation } from "../support/mutantApp.ts";
import { MUTATIONS } from "../support/mutations.ts";
import {
  hiddenConsumer,
  hiddenIndex,
  supersededIndex,
  tagBeforePurge,
  withdrawnRelease,
} from "../support/trimmedEstates.ts";

/** Each guard in the service as it is, and in one without the guard: without the difference its tests would prove nothing. */

interface Played {
  readonly violations: readonly string[];
  /** Aliases, by night. */
  readonly deleted: Readonly<Record<number, readonly string[]>>;
  readonly marked: readonly number[];
  readonly sighted: readonly number[];
}

const mutants: MutantApp[] = [];
afterAll(() => Promise.all(mutants.map((mutant) => mutant.remove())));

const play = async (estate: Estate): Promise<Played> => toPlayed(estate, await simulate(estate));

async function playWithout(guard: readonly Mutation[], estate: Estate): Promise<Played> {
  const mutant = await createMutantApp(guard);
  mutants.push(mutant);
  return toPlayed(estate, await simulate(estate, { appDirectory: mutant.directory }));
}

function toPlayed(estate: Estate, { nights, truth }: Simulation): Played {
  const names = new ArtifactNames(estate);
  const deleted = nights
    .filter(({ deletions }) => deletions.length > 0)
    .map(({ night, deletions }) => [night, deletions.map(({ digest }) => names.nameOf(digest)).sort()] as const);
  return {
    violations: truth.violations.map((text) => text.replace(/sha256:[0-9a-f]+/g, (digest) => names.nameOf(digest))),
    deleted: Object.fromEntries(deleted),
    marked: nights.map(({ marks }) => marks.marked),
    sighted: nights.map(({ marks }) => marks.sighted),
  };
}

const RELEASE = [
  "amf 1.0.0 chart",
  "amf-sbi 1.0.0",
  "amf-sbi 1.0.0 amd64",
  "amf-sbi 1.0.0 arm64",
  "amf-sbi 1.0.0 attestation",
  "amf-sbi 1.0.0 signature",
];

describe("a withdrawn release", () => {
  let estate: Estate;
  let first: Simulation;
  beforeAll(async () => {
    estate = await withdrawnRelease();
    first = await simulate(estate);
  });

  it("is sighted, marked and purged in three nights that follow each other", () => {
    expect(toPlayed(estate, first)).toEqual({
      violations: [],
      deleted: { 4: RELEASE },
      sighted: [0, 6, 0, 0],
      marked: [0, 0, 6, 0],
    });
  });

  it("gives the same report, byte for byte, when it is played again", async () => {
    expect(JSON.stringify(await simulate(estate))).toBe(JSON.stringify(first));
  });

  it("would be marked at its first sighting if one were enough", async () => {
    const { marked, deleted } = await playWithout(MUTATIONS.twoSightings, estate);
    expect(marked).toEqual([0, 6, 0, 0]);
    expect(deleted).toEqual({ 3: RELEASE });
  });

  it("would be purged in the night of its mark if there were no grace window", async () => {
    expect((await playWithout(MUTATIONS.grace, estate)).deleted).toEqual({ 3: RELEASE });
  });
});

describe("a tag that comes back just before the purge", () => {
  it("keeps its image, with all that hangs on it", async () => {
    expect(await play(await tagBeforePurge())).toMatchObject({ violations: [], deleted: { 4: ["amf 1.0.0 chart"] } });
  });

  it("would be overlooked if the purge did not look again", async () => {
    const { deleted, violations } = await playWithout(MUTATIONS.tagsReadAgain, await tagBeforePurge());
    expect(deleted).toEqual({ 4: RELEASE });
    expect(violations).toContain(
      "acmecoreacr/amf-1-0-0/amf-sbi@amf-sbi 1.0.0 was deleted although it was tagged rollback",
    );
  });
});

describe("an index that stays", () => {
  it("keeps the child that it shares with a superseded one", async () => {
    const { violations, deleted } = await play(await supersededIndex());
    expect(violations).toEqual([]);
    expect(deleted).toEqual({
      4: ["build 1", "build 1 arm64", "build 1 attestation amd64", "build 1 attestation arm64", "build 1 signature"],
    });
  });

  it("would lose that child without child protection", async () => {
    const { violations, deleted } = await playWithout(MUTATIONS.childProtection, await supersededIndex());
    expect(Object.values(deleted).flat()).toContain("amd64");
    expect(violations).toContain(
      "acmecoreacr/upf-nightly/upf-datapath@amd64 was deleted although the index build 2 that stays contains it",
    );
  });
});

describe("a listing that hides the index", () => {
  it("makes no mark in its repository", async () => {
    const played = await play(await hiddenIndex());
    expect(played).toMatchObject({ violations: [], deleted: {}, sighted: [0, 0, 0, 0], marked: [0, 0, 0, 0] });
  });

  it("would cost the index its children if nobody counted", async () => {
    const { violations } = await playWithout(MUTATIONS.inventoryCompleteness, await hiddenIndex());
    expect(violations).toContain(
      "acmecoreacr/amf-1-0-0/amf-sbi@amf-sbi 1.0.0 arm64 was deleted although the index amf-sbi 1.0.0 that stays contains it",
    );
  });
});

describe("a consumer that Resource Graph hides", () => {
  it("still protects what it runs on", async () => {
    const played = await play(await hiddenConsumer());
    expect(played).toMatchObject({ violations: [], deleted: {}, sighted: [0, 0, 0, 0], marked: [0, 0, 0, 0] });
  });

  it("would lose its images if absence were believed", async () => {
    const { violations, deleted } = await playWithout(MUTATIONS.absenceConfirmed, await hiddenConsumer());
    expect(Object.values(deleted).flat()).toEqual(expect.arrayContaining(RELEASE));
    expect(violations.join("\n")).toContain("amf-west runs on");
  });
});

describe("a mutant", () => {
  it("is refused when its guard is not where it was", async () => {
    const guard = { file: "lib/core/protection.js", from: "no such code", to: "" };
    await expect(createMutantApp([guard])).rejects.toThrow("must match once, not 0 times");
  });
});
