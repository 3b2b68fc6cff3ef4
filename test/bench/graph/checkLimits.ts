import { PUBLISHERS_PER_SET, RESOURCES_PER_PUBLISHER } from "../estate/largePublisher.ts";
import type { NightFigures, SetFigures, StageFigures } from "./figures.ts";

/** What 100,000 resources may cost on the measured night, and what twice as many may add. */
const LIMITS = { seconds: 60, pagesToBound: 1.05, peakRssBytes: 300_000_000, growthPercent: 20 } as const;

/** The whole of it stands above, with the figures. */
const MAX_REASON = 60;

/** One promise, with what was measured and whether it holds. */
export interface Check {
  readonly name: string;
  readonly figure: string;
  readonly limit: string;
  readonly ok: boolean;
}

/** `sets`: the estate, then the one of twice its size. What was not measured does not hold. */
export function checkLimits(sets: readonly SetFigures[]): readonly Check[] {
  const [first, second] = sets;
  return [
    ...sets.map((set) => checkTrust(set)),
    checkSeconds(first),
    checkPages(first),
    checkMemory(first),
    checkGrowth(first, second),
  ];
}

/** The second night is the measured one. */
export const findMeasuredNight = (set: SetFigures | undefined): NightFigures | undefined =>
  set?.nights.find(({ night, stages }) => night === 2 && stages.length === 2);

export const sumSeconds = (stages: readonly StageFigures[]): number =>
  stages.reduce((sum, { seconds }) => sum + seconds, 0);

export const findPeakRss = (set: SetFigures | undefined): number | undefined =>
  findMeasuredNight(set)?.stages.at(-1)?.peakRssBytes;

export function sumPages({ queries }: NightFigures): { readonly pages: number; readonly bound: number } {
  const pages = queries.reduce((sum, query) => sum + query.pages, 0);
  return { pages, bound: queries.reduce((sum, query) => sum + query.bound, 0) };
}

function checkTrust({ publishers, problems, nights }: SetFigures): Check {
  const failed = nights.flatMap(({ queries }) => queries).reduce((sum, query) => sum + query.failed, 0);
  const all = failed === 0 ? problems : [...problems, `${failed} queries of Resource Graph failed`];
  const name = `${publishers} publishers: both nights complete, no failed query`;
  return {
    name,
    figure: all.length === 0 ? "yes" : `no: ${(all[0] ?? "").slice(0, MAX_REASON)}`,
    limit: "yes",
    ok: all.length === 0,
  };
}

function checkSeconds(set: SetFigures | undefined): Check {
  const night = findMeasuredNight(set);
  const seconds = night && sumSeconds(night.stages);
  return {
    name: `seconds for snapshot, diff and findings of ${countResources(set)} resources`,
    figure: toFigure(seconds?.toFixed(1), set),
    limit: String(LIMITS.seconds),
    ok: seconds !== undefined && seconds <= LIMITS.seconds && isFullSize(set),
  };
}

function checkPages(set: SetFigures | undefined): Check {
  const night = findMeasuredNight(set);
  const counted = night && sumPages(night);
  const ratio = counted && counted.pages / counted.bound;
  return {
    name: "pages of Resource Graph, next to those that cannot be saved",
    figure: ratio?.toFixed(3) ?? "not measured",
    limit: String(LIMITS.pagesToBound),
    ok: ratio !== undefined && ratio <= LIMITS.pagesToBound,
  };
}

function checkMemory(set: SetFigures | undefined): Check {
  const peak = findPeakRss(set);
  return {
    name: `peak RSS of the app with ${countResources(set)} resources, MB`,
    figure: toFigure(peak === undefined ? undefined : (peak / 1_000_000).toFixed(0), set),
    limit: String(LIMITS.peakRssBytes / 1_000_000),
    ok: peak !== undefined && peak <= LIMITS.peakRssBytes && isFullSize(set),
  };
}

function checkGrowth(first: SetFigures | undefined, second: SetFigures | undefined): Check {
  const [before, after] = [findPeakRss(first), findPeakRss(second)];
  const percent = before === undefined || after === undefined ? undefined : (after / before - 1) * 100;
  return {
    name: `growth of the peak RSS with ${countResources(second)} resources, %`,
    figure: percent?.toFixed(1) ?? "not measured",
    limit: String(LIMITS.growthPercent),
    ok: percent !== undefined && percent <= LIMITS.growthPercent,
  };
}

const countResources = (set: SetFigures | undefined): number => (set?.publishers ?? 0) * RESOURCES_PER_PUBLISHER;

function toFigure(text: string | undefined, set: SetFigures | undefined): string {
  if (text === undefined) return "not measured";
  return isFullSize(set) ? text : `${text}, with too few resources`;
}

/** A smaller estate proves nothing about the limits. */
const isFullSize = (set: SetFigures | undefined): boolean => (set?.publishers ?? 0) >= PUBLISHERS_PER_SET;
