import { groupReasons } from "../describeEvents.ts";
import type { Section } from "../layout.ts";
import type { NightReport } from "../nightReport.ts";
import type { Simulation } from "../simulate.ts";
import { formatDay } from "../words.ts";

/** Nights whose snapshot could not be proven complete. */
export function reportNotBelieved({ nights }: Simulation): Section {
  return {
    title: "Not believed: nights without proof that everything was seen",
    note:
      "What is missing may only be hidden, so absence proves nothing there: no new mark, and no time counted. Doubt " +
      "about the graph covers all registries; doubt about one registry leaves the others at work.",
    head: ["night", "day", "what", "why", "new marks there"],
    rows: nights
      .filter(({ snapshot }) => snapshot?.complete !== true)
      .map((night) => [
        night.night,
        formatDay(night.date),
        night.snapshot?.incompleteParts.join(", ") ?? "-",
        describeWhy(night),
        listDoubtfulMarks(night).length,
      ]),
  };
}

/** Marks made that night in what the snapshot did not prove to have seen: there must be none. */
export function listDoubtfulMarks({ snapshot, marks }: NightReport): readonly string[] {
  const parts = snapshot?.incompleteParts ?? ["graph"];
  return marks.added.filter((artifact) => parts.includes("graph") || parts.includes(artifact.split("/")[0] ?? ""));
}

function describeWhy({ snapshot }: NightReport): string {
  if (!snapshot) return "no snapshot was taken";
  const groups = groupReasons(snapshot.reasons);
  return groups.map(({ text }) => text).join("; ") || "a part was never delivered";
}
