import { z } from "zod";
import type { Simulation } from "../simulate/simulate.ts";
import type { NightReport } from "../simulate/nightReport.ts";
import type { ArtifactNames } from "./artifactNames.ts";

const ByNight = z.record(z.string().regex(/^\d+$/), z.array(z.string()));

/** `expected.json`: what the rules demand of a scenario, with artifacts by alias and nights by number. Nights not named: nothing. */
export const ExpectedSchema = z.strictObject({
  $comment: z.string(),
  nights: z.int().min(1),
  incomplete: ByNight.describe("Codes of why the night's snapshot is not complete"),
  marksAdded: ByNight,
  marksCleared: ByNight,
  deleted: ByNight.describe("`(with …)` for what the registry deleted together with its subject"),
  looks: z
    .array(
      z.strictObject({
        night: z.int(),
        artifact: z.string(),
        keep: z.array(z.string()).optional().describe("Keep reasons, each with the alias or resource it names"),
        wait: z.string().optional().describe("Why a mark is not deleted yet, and until which day"),
      }),
    )
    .describe("What the plan of a night says of one artifact"),
});

export type Expected = z.infer<typeof ExpectedSchema>;

/** The same facts as `expected` holds, from what was played. */
export function observe(simulation: Simulation, names: ArtifactNames, expected: Expected): Expected {
  const { nights } = simulation;
  const named = (artifacts: readonly string[]): string[] => artifacts.map((artifact) => names.nameOf(artifact)).sort();
  return {
    $comment: expected.$comment,
    nights: nights.length,
    incomplete: byNight(nights, listReasons),
    marksAdded: byNight(nights, ({ marks }) => named(marks.added)),
    marksCleared: byNight(nights, ({ marks }) => named(marks.cleared)),
    deleted: byNight(nights, (night) => listDeleted(night, names)),
    looks: expected.looks.map(({ night, artifact }) => look(nights[night - 1], artifact, names)),
  };
}

function byNight(nights: readonly NightReport[], list: (night: NightReport) => string[]): Record<string, string[]> {
  return Object.fromEntries(
    nights.map((night) => [String(night.night), list(night)] as const).filter(([, items]) => items.length > 0),
  );
}

function listReasons({ snapshot }: NightReport): string[] {
  if (!snapshot) return ["no snapshot"];
  const codes = snapshot.reasons.map((reason) => reason.split(" · ")[0] ?? "");
  return snapshot.complete ? [] : [...new Set(codes)].sort();
}

function listDeleted({ deletions }: NightReport, names: ArtifactNames): string[] {
  return deletions
    .map(({ digest, cascadedFrom }) =>
      cascadedFrom === undefined
        ? names.nameOf(digest)
        : `${names.nameOf(digest)} (with ${names.nameOf(cascadedFrom)})`,
    )
    .sort();
}

function look(night: NightReport | undefined, artifact: string, names: ArtifactNames): Expected["looks"][number] {
  if (!night?.plan) return { night: night?.night ?? 0, artifact, wait: "there is no plan" };
  const kept = night.plan.keep.find((entry) => names.nameOf(entry.artifact) === artifact);
  const waiting = night.plan.wait.find((entry) => names.nameOf(entry.artifact) === artifact);
  return {
    night: night.night,
    artifact,
    ...(kept ? { keep: kept.reasons.map((reason) => nameDigests(reason, names)) } : {}),
    ...(waiting
      ? { wait: [waiting.why, waiting.until?.slice(0, 10)].filter((part) => part !== undefined).join(" until ") }
      : {}),
  };
}

const nameDigests = (text: string, names: ArtifactNames): string =>
  text.replace(/sha256:[0-9a-f]{64}/g, (digest) => names.nameOf(digest));
