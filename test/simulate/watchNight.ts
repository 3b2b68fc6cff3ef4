import type { Sandbox } from "../sandbox/startSandbox.ts";
import type { NightReport } from "./nightReport.ts";
import type { ApiFinding, ApiRun, ServiceApi } from "./serviceApi.ts";
import { lastSegment, type Marks, readMarks, toMarksReport } from "./watchMarks.ts";
import { toPlanReport } from "./watchPlan.ts";
import { shortenIds } from "./words.ts";

/** What the last night left, for telling what changed. */
export interface Before {
  readonly marks: Marks;
  readonly openFindings: ReadonlySet<string>;
}

export const NOTHING_BEFORE: Before = { marks: new Map(), openFindings: new Set() };

export interface Night {
  readonly night: number;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly events: NightReport["events"];
  readonly freedBytes: NightReport["freedBytes"];
}

/** Reads what a night showed. Lists are sorted, and nothing is finer than the service's own scheduled instants. */
export async function watchNight(
  api: ServiceApi,
  sandbox: Sandbox,
  { night, before }: { night: Night; before: Before },
): Promise<{ report: NightReport; after: Before }> {
  const [runs, findings, artifacts] = [
    await api.listRuns(night.startsAt),
    await api.listFindings(),
    await api.listArtifacts(),
  ];
  const snapshot = toSnapshot(runs);
  const marks = readMarks(artifacts, { before: before.marks, complete: snapshot?.complete === true });
  const deletions = listDeletions(sandbox, night);
  const open = findings.filter(({ resolvedAt }) => resolvedAt === undefined);
  const openNames = new Set(open.map(findingName));
  const planId = runs.find(
    ({ stage, planId }) => (stage === "purge" || stage === "all") && planId !== undefined,
  )?.planId;
  const report: NightReport = {
    night: night.night,
    date: night.startsAt.slice(0, 10),
    events: night.events,
    runs: runs.map(({ id, at, state, results, errors }) => ({ id, at, state, results, errors })),
    snapshot,
    findings: {
      opened: [...openNames].filter((name) => !before.openFindings.has(name)).sort(),
      resolved: [...before.openFindings].filter((name) => !openNames.has(name)).sort(),
      open: countBy(open, ({ kind }) => kind),
    },
    marks: toMarksReport(marks, {
      before: before.marks,
      artifacts,
      deletions,
      manifestsOf: (registry, repository) => sandbox.registries.get(registry)?.manifests(repository) ?? [],
    }),
    plan: planId === undefined ? undefined : toPlanReport(await api.getPlan(planId), artifacts, marks),
    deletions,
    freedBytes: night.freedBytes,
    registryCalls: countCalls(sandbox),
  };
  return { report, after: { marks, openFindings: openNames } };
}

const findingName = ({ kind, subject }: ApiFinding): string => `${kind} ${shortenIds(subject)}`;

function toSnapshot(runs: readonly ApiRun[]): NightReport["snapshot"] {
  const run =
    runs.find(({ results }) => results["snapshot"] !== undefined) ?? runs.find(({ parts }) => parts.length > 0);
  if (!run) return undefined;
  const reasons = run.parts.flatMap((part) =>
    part.reasons.map(({ code, subject, repository, detail }) =>
      shortenIds([code, subject, repository, detail].filter(Boolean).join(" · ")),
    ),
  );
  const id = run.results["snapshot"]?.["snapshotId"] ?? run.results["mark"]?.["snapshotId"];
  return {
    id: String(id ?? ""),
    complete: reasons.length === 0 && run.parts.every(({ complete }) => complete),
    incompleteParts: run.parts
      .filter((part) => !part.complete || part.reasons.length > 0)
      .map(({ name }) => lastSegment(name))
      .sort(),
    reasons: reasons.sort(),
  };
}

/** Everything that DELETE requests removed, as the registries themselves recorded it. */
function listDeletions(sandbox: Sandbox, { startsAt, endsAt }: Night): NightReport["deletions"] {
  const [from, to] = [Date.parse(startsAt), Date.parse(endsAt)];
  return [...sandbox.registries.values()]
    .flatMap((registry) =>
      registry.deletions
        .filter(({ at }) => at >= from && at < to)
        .map(({ repository, digest, cascadedFrom }) => ({
          registry: registry.name,
          repository,
          digest,
          ...(cascadedFrom === undefined ? {} : { cascadedFrom }),
        })),
    )
    .sort((a, b) =>
      `${a.registry}/${a.repository}@${a.digest}` < `${b.registry}/${b.repository}@${b.digest}` ? -1 : 1,
    );
}

function countCalls(sandbox: Sandbox): Record<string, number> {
  const calls = [...sandbox.registries.values()].flatMap((registry) => registry.calls);
  for (const registry of sandbox.registries.values()) registry.clearCalls();
  return countBy(calls, ({ kind }) => kind);
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
