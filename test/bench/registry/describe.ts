import { describeStages, toTable } from "../graph/describe.ts";
import { countFailed, nameCall, sumCalls } from "./countCalls.ts";
import type { RateFigures, RegistryFigures, RegistryNightFigures } from "./figures.ts";

/** The figures of one set as tables: stages, registry calls, what they stand against, the rate. */
export function describeRegistry({ nights, problems, ...figures }: RegistryFigures): string {
  const { repositories, manifests, loadSeconds } = figures;
  return [
    `  ${manifests} registry manifests in ${repositories} repositories, loaded in ${loadSeconds.toFixed(0)} s`,
    describeStages(nights),
    describeCalls(nights),
    ...describeInventory(nights),
    ...nights.flatMap(describePurge),
    ...nights.flatMap(({ rate }) => (rate ? [describeRate(rate)] : [])),
    ...problems.map((problem) => `Problem: ${problem}`),
  ].join("\n");
}

/** A column for each stage that asked the registry anything. */
function describeCalls(nights: readonly RegistryNightFigures[]): string {
  const columns = nights.flatMap(({ night, stages }) =>
    stages.filter(({ calls }) => calls.length > 0).map(({ name, calls }) => ({ head: `${night}: ${name}`, calls })),
  );
  const names = [...new Set(columns.flatMap(({ calls }) => calls.map(nameCall)))].sort();
  const rows = names.map((name) => [
    name,
    ...columns.map(({ calls }) => toText(sumCalls(calls.filter((call) => nameCall(call) === name)))),
  ]);
  const failed = ["of these, failed", ...columns.map(({ calls }) => String(countFailed(calls)))];
  const all = ["all", ...columns.map(({ calls }) => String(sumCalls(calls)))];
  return toTable(["registry calls", ...columns.map(({ head }) => head)], [...rows, failed, all]);
}

const toText = (count: number): string => (count === 0 ? "" : String(count));

/** What the calls of each night's inventory stand against. */
function describeInventory(nights: readonly RegistryNightFigures[]): readonly string[] {
  const rows = nights.flatMap(({ night, what, inventory }) => {
    if (!inventory) return [];
    const { repositories, cataloguePages, listingPages, withUntagged, withCandidates } = inventory;
    return [
      [`${night} (${what})`, ...[repositories, cataloguePages, listingPages, withUntagged, withCandidates].map(String)],
    ];
  });
  const head = [
    "before night",
    "repositories",
    "catalogue pages of 100",
    "listing pages of 100",
    "repositories with an untagged registry manifest",
    "with one that no tagged index lists",
  ];
  return rows.length === 0 ? [] : [toTable(head, rows)];
}

function describePurge({ purge }: RegistryNightFigures): readonly string[] {
  if (!purge) return [];
  const { planned, deleted, parents, repositories, bytesKept } = purge;
  return [
    `\nThe purge: ${deleted} of ${planned} registry manifests in ${repositories} repositories deleted, ${parents} of them with ` +
      `children; the bytes of ${bytesKept} were in the journal before it began`,
  ];
}

function describeRate({ perMinute, minutes, seconds, done, refused }: RateFigures): string {
  const rows = minutes.map((minute) => [
    minute.startsAt.slice(11, 16),
    String(minute.done),
    String(minute.refused),
    (minute.done / perMinute).toFixed(3),
  ]);
  const rate = seconds === 0 ? 0 : (done * 60) / seconds;
  return [
    toTable(["minute of the registry", "deleted", "refused (429)", `share of ${perMinute}`], rows),
    `${done} deleted in ${seconds.toFixed(1)} s, the first and the last minute in part: ${rate.toFixed(0)} a minute of the ` +
      `${perMinute} that the registry takes; ${refused} of ${done + refused} DELETE requests refused`,
  ].join("\n");
}
