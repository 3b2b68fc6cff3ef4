import type { NightReport } from "./nightReport.ts";
import type { Simulation } from "./simulate.ts";

/** One night in a few lines: what a person would want to know in the morning. */
export function printNight(report: NightReport): string {
  const { snapshot, findings, marks, plan } = report;
  const lines = [
    `night ${String(report.night).padStart(2)} · ${report.date} · snapshot ${describeSnapshot(snapshot)} · findings +${findings.opened.length} -${findings.resolved.length}` +
      ` · marks ${marks.sighted} sighted ${marks.marked} marked · plan ${plan?.delete.length ?? 0} · deleted ${report.deletions.length}` +
      (plan && plan.deletedBytes > 0 ? ` (${formatBytes(plan.deletedBytes)})` : ""),
  ];
  for (const { type, note, answer } of report.events)
    if (note !== undefined || answer !== undefined)
      lines.push(`    ${type}: ${[note, answer].filter(Boolean).join(" → ")}`);
  for (const reason of snapshot?.reasons ?? []) lines.push(`    incomplete: ${reason}`);
  for (const { id, errors } of report.runs) for (const error of errors) lines.push(`    ${id}: ${error}`);
  return lines.join("\n");
}

function describeSnapshot(snapshot: NightReport["snapshot"]): string {
  if (!snapshot) return "none";
  return snapshot.complete ? "complete" : `INCOMPLETE (${snapshot.reasons.length})`;
}

export function printSummary({ nights, truth, failures }: Simulation): string {
  const freed = nights.reduce((sum, { plan }) => sum + (plan?.deletedBytes ?? 0), 0);
  const verdict =
    truth.violations.length === 0
      ? `Invariant holds: of ${truth.deletions} deleted registry manifests none was tagged, referenced, consumed, locked, or needed by what stays.`
      : `INVARIANT BROKEN:\n${truth.violations.map((violation) => `  ${violation}`).join("\n")}`;
  const failed =
    failures.length === 0 ? [] : [`Failed invocations:\n${failures.map((failure) => `  ${failure}`).join("\n")}`];
  return [
    `${nights.length} nights, ${truth.deletions} registry manifests deleted, ${formatBytes(freed)} freed.`,
    ...failed,
    verdict,
  ].join("\n");
}

export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${value.toFixed(unit === 0 ? 0 : 1)} ${units[unit] ?? ""}`;
}
