import { z } from "zod";
import type { Finding } from "../../lib/core/findings.ts";
import { describeLink } from "../../lib/core/findings.ts";
import { collect } from "../fakes/collect.ts";
import { type Estate, toInstant } from "../sandbox/estate.ts";
import { shortenIds } from "../simulate/words.ts";
import { ArtifactNames } from "../support/artifactNames.ts";
import type { JobBench } from "./jobBench.ts";
import { playChange } from "./playChange.ts";
import type { World } from "./world.ts";

/** `expected.json` and `expected.control.json` of a finding. */
export const ExpectedFindings = z.strictObject({
  $comment: z.string(),
  open: z
    .record(z.string().regex(/^\d+$/), z.array(z.string()))
    .describe("All that is open after a night: `kind subject`"),
  evidence: z
    .array(
      z.strictObject({
        night: z.int().min(1),
        finding: z.string(),
        firstSeen: z.iso.date(),
        lines: z.array(z.string()).min(1).describe("Those that matter, in their order"),
      }),
    )
    .default([]),
});
export type ExpectedFindings = z.infer<typeof ExpectedFindings>;

/** An open finding, ids shortened and digests by alias. */
export interface OpenFinding {
  readonly kind: Finding["kind"];
  /** `kind subject` */
  readonly name: string;
  /** The day of the snapshot that opened it. */
  readonly firstSeen: string;
  /** What this night's own snapshot showed is not dated; what an earlier one showed is. */
  readonly lines: readonly string[];
}

/** When the snapshot of a night is taken, UTC. */
const FIRST_HOUR = 1;

/** What is open after each night of an estate, the first night first, each sorted. Throws where an invocation fails. */
export async function playFindings(bench: JobBench, estate: Estate): Promise<readonly (readonly OpenFinding[])[]> {
  const world = await bench.open(estate, toSettings(estate));
  const names = new ArtifactNames(estate);
  const nights: OpenFinding[][] = [];
  for (let night = 1; night <= estate.nights; night += 1) {
    await playEvents(world, world.at(0), world.at(FIRST_HOUR));
    for (const stage of ["snapshot", "mark", "purge"] as const) await world.stage(stage);
    if (world.failures.length > 0) throw new Error(`night ${night}: ${world.failures.join("; ")}`);
    nights.push(await listOpen(world, names));
    await playEvents(world, world.at(FIRST_HOUR), world.at(24));
    await world.nextDay();
  }
  await bench.close(world);
  return nights;
}

/** The settings of an estate, as the environment holds them. */
export function toSettings({ settings }: Estate): Readonly<Record<string, string>> {
  const toText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, toText(value)]));
}

/** The events from `from` up to, not including, `until`. Throws for one in the hours of the night, which is played whole. */
async function playEvents(world: World, from: number, until: number): Promise<void> {
  const { estate } = world.parts;
  const events = estate.events.map((event) => ({ event, at: toInstant(event.at, estate.startsAt) }));
  const left = events.filter(({ at }) => at >= from && at < until).toSorted((a, b) => a.at - b.at);
  for (const { event, at } of left) {
    if (at < world.now()) throw new Error(`the ${event.type} at ${event.at} lies within the night`);
    await world.moveTo(at);
    playChange(world, event);
  }
}

async function listOpen(world: World, names: ArtifactNames): Promise<OpenFinding[]> {
  const findings = await collect(world.stores.findings.list());
  const open = findings.filter(({ resolvedAt }) => resolvedAt === undefined);
  return open.map((finding) => toOpen(finding, names)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function toOpen({ kind, subject, firstSeenAt, evidence }: Finding, names: ArtifactNames): OpenFinding {
  const shorten = (text: string): string =>
    shortenIds(text).replace(/sha256:[0-9a-f]{64}/g, (digest) => names.nameOf(digest));
  const lines = evidence.map(({ at, snapshotId, ...link }) =>
    describeLink(at === undefined || snapshotId !== undefined ? link : { ...link, at: at.slice(0, 10) }),
  );
  return { kind, name: `${kind} ${shorten(subject)}`, firstSeen: firstSeenAt.slice(0, 10), lines: lines.map(shorten) };
}

/** The same facts as `expected` holds, from what was played. */
export function observeFindings(
  nights: readonly (readonly OpenFinding[])[],
  expected: ExpectedFindings,
): ExpectedFindings {
  return {
    $comment: expected.$comment,
    open: Object.fromEntries(nights.map((findings, index) => [index + 1, findings.map(({ name }) => name)])),
    evidence: expected.evidence.map(({ night, finding, lines }) => {
      const found = nights[night - 1]?.find(({ name }) => name === finding);
      const shown = found?.lines.filter((line) => lines.includes(line)) ?? [];
      return { night, finding, firstSeen: found?.firstSeen ?? "not open", lines: shown };
    }),
  };
}
