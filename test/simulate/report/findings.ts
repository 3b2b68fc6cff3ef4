import type { Section } from "../layout.ts";
import type { Simulation } from "../simulate.ts";
import { toWords } from "../words.ts";

/** How many findings of each kind were opened and resolved, and how many are open at the end. */
export function reportFindings({ nights }: Simulation): Section {
  const kindOf = (finding: string): string => finding.slice(0, finding.indexOf(" "));
  const opened = nights.flatMap(({ findings }) => findings.opened).map(kindOf);
  const resolved = nights.flatMap(({ findings }) => findings.resolved).map(kindOf);
  const open = nights.at(-1)?.findings.open ?? {};
  const times = (kinds: readonly string[], kind: string): number => kinds.filter((other) => other === kind).length;
  return {
    title: "Found",
    head: ["finding", "opened", "resolved", "still open"],
    rows: [...new Set(opened)]
      .sort()
      .map((kind) => [toWords(kind), times(opened, kind), times(resolved, kind), open[kind] ?? 0]),
  };
}
