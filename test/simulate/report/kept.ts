import type { Section } from "../layout.ts";
import type { Simulation } from "../simulate.ts";
import { describeCode, formatDay, shortenArtifact, shortenDigests, shortenId } from "../words.ts";

interface Kept {
  readonly artifact: string;
  readonly class?: string | undefined;
  readonly reasons: readonly string[];
}

/** Marks that were taken back, by night and reason. */
export function reportSpared({ nights }: Simulation): Section {
  return {
    title: "Spared: marks taken back",
    head: ["day", "number", "because", "for example"],
    rows: nights.flatMap(({ date, marks }) =>
      groupByReasons(marks.spared).map(({ why, number, example }) => [formatDay(date), number, why, example]),
    ),
  };
}

/** What could have been marked and was not, on the last night that had a plan; what is as good as live comes last. */
export function reportKept({ nights }: Simulation): Section {
  const last = nights.findLast(({ plan }) => plan !== undefined);
  const classes = ["decommissioned", "superseded", "unattributed", undefined];
  return {
    title: "Kept: untagged and not marked, on the last night",
    note: "Parts of an image have no tag of their own: they are kept with the index, or the image, that they belong to.",
    head: ["class", "number", "because", "for example"],
    rows: classes.flatMap((kind) =>
      groupByReasons((last?.plan?.keep ?? []).filter((kept) => kept.class === kind)).map(({ why, number, example }) => [
        kind ?? "-",
        number,
        why,
        example,
      ]),
    ),
  };
}

/** Each artifact counts once, with all of its reasons; the largest group first. */
function groupByReasons(artifacts: readonly Kept[]): readonly { why: string; number: number; example: string }[] {
  const groups = new Map<string, Kept[]>();
  for (const kept of artifacts) {
    const codes = [...new Set(kept.reasons.map((reason) => reason.split(" ")[0] ?? ""))].sort();
    const why = codes.map(describeCode).join("; ");
    groups.set(why, [...(groups.get(why) ?? []), kept]);
  }
  return [...groups]
    .map(([why, members]) => ({ why, number: members.length, example: describeExample(members[0]) }))
    .sort((a, b) => b.number - a.number);
}

/** The artifact, and what its first reason rests on. */
function describeExample(kept: Kept | undefined): string {
  if (!kept) return "";
  const by = shortenDigests((kept.reasons[0] ?? "").split(" ").slice(1).map(shortenId).join(" "));
  const artifact = shortenArtifact(kept.artifact);
  return by === "" || artifact.endsWith(`@${by}`)
    ? artifact
    : `${artifact} (${by.replace(/T00:00:00\S*$|(?<=T\d\d:\d\d):\S*$/, "")})`;
}
