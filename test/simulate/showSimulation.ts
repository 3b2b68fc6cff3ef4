import type { LogLine } from "../host/messages.ts";
import type { Estate } from "../sandbox/estate.ts";
import { describeNight, describeNightHeader, NIGHT_LEGEND } from "./describeNight.ts";
import { indent, type Layout, renderSection, wrap } from "./layout.ts";
import { createProgress, type Progress } from "./progress.ts";
import type { Check } from "./report/checks.ts";
import { reportDeleted, reportRegistries } from "./report/deleted.ts";
import { describeEstate } from "./report/estate.ts";
import { reportFindings } from "./report/findings.ts";
import { reportKept, reportSpared } from "./report/kept.ts";
import { describeLedger } from "./report/ledger.ts";
import { reportNotBelieved } from "./report/notBelieved.ts";
import { reportWaiting } from "./report/waiting.ts";
import { simulate, type Simulation } from "./simulate.ts";
import { formatDay, formatTime } from "./words.ts";

export interface ShowOptions {
  readonly stream: NodeJS.WriteStream;
  readonly layout: Layout;
  readonly nights?: number;
  readonly onLog?: (line: LogLine) => void;
}

/** Plays the estate and shows each night while it passes. */
export async function showSimulation(estate: Estate, options: ShowOptions): Promise<Simulation> {
  const { stream, layout } = options;
  const nights = options.nights ?? estate.nights;
  const progress = createProgress({ nights, stream, layout });
  try {
    return await simulate(estate, {
      nights,
      onStart: (holdings) => progress.print(describeStart(estate, describeEstate(estate, holdings), layout)),
      onNight(report) {
        progress.nightOver();
        progress.print(describeNight(report, layout));
      },
      onLog(line) {
        showDoing(progress, line);
        options.onLog?.(line);
      },
    });
  } finally {
    progress.stop();
  }
}

function describeStart(estate: Estate, holds: string, layout: Layout): string {
  return [
    layout.paint("strong", estate.title),
    ...wrap(holds, layout.columns),
    "",
    ...wrap(NIGHT_LEGEND, layout.columns).map((line) => layout.paint("faint", line)),
    "",
    describeNightHeader(layout),
  ].join("\n");
}

function showDoing(progress: Progress, { time, function: name }: LogLine): void {
  if (name !== undefined) progress.doing(`${formatDay(time)} ${formatTime(time)} ${name}`);
}

/** What the nights came to, table by table. */
export function describeOutcome(simulation: Simulation, layout: Layout): string {
  const sections = [
    reportFindings(simulation),
    reportSpared(simulation),
    reportKept(simulation),
    reportNotBelieved(simulation),
    reportDeleted(simulation),
    reportWaiting(simulation),
    reportRegistries(simulation),
  ];
  const tables = sections.map((section) => renderSection(section, layout)).filter((text) => text !== "");
  return [...tables, "", ...wrap(describeLedger(simulation), layout.columns)].join("\n");
}

/** One line per check, and below it what is wrong. */
export function describeChecks(checks: readonly Check[], layout: Layout): string {
  return checks
    .map(({ ok, text, problems }) => {
      const [first = "", ...rest] = wrap(text, layout.columns - 8);
      const verdict = ok ? layout.paint("good", "  ok  ") : layout.paint("bad", "FAILED");
      const lines = problems.map((problem) => indent(problem, { columns: layout.columns, by: 10, limit: 4 }));
      return [`${verdict}  ${first}`, ...rest.map((line) => `        ${line}`), ...lines].join("\n");
    })
    .join("\n");
}
