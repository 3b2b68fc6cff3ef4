import type { Section } from "../layout.ts";
import type { PlanReport } from "../nightReport.ts";
import type { Simulation } from "../simulate.ts";
import { toWords } from "../words.ts";

/** Marks that stand at the end, why they wait, and until when. */
export function reportWaiting({ nights }: Simulation): Section {
  const last = nights.findLast(({ plan }) => plan !== undefined);
  const groups = new Map<string, PlanReport["wait"][number][]>();
  for (const item of last?.plan?.wait ?? []) {
    const key = [nameOf(item), item.why, item.until].join(" ");
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  const rows = [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [[nameOf(first), group.length, toWords(first.why), first.until ?? "not known yet"]] : [];
  });
  return {
    title: "Still waiting when the last night ends",
    head: ["artifact manifest", "number", "because", "until"],
    rows: rows.sort((a, b) => (String(a[3]) < String(b[3]) ? -1 : 1)),
  };
}

const nameOf = ({ artifact, artifactManifest }: PlanReport["wait"][number]): string =>
  artifactManifest ?? artifact.split("/")[1] ?? artifact;
