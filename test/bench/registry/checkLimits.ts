import type { Check } from "../graph/checkLimits.ts";
import { callsOf, sumCalls } from "./countCalls.ts";
import type { PurgeFigures, RateFigures, RegistryFigures, RegistryNightFigures } from "./figures.ts";
import { FULL_SIZE, type SetName } from "./options.ts";

const LIMITS = {
  inventorySpare: 50,
  repositoriesPerToken: 10,
  callsPerDeletion: 2,
  callsPerParent: 1,
  callsPerRepository: 3,
  purgeSpare: 20,
  peakRssBytes: 350_000_000,
  rateShare: 0.9,
  refusedShare: 0.01,
} as const;

const STEADY_NIGHT = 3;
/** The whole of it stands above, with the figures. */
const MAX_REASON = 60;

/** What was not measured does not hold, nor what was measured of too small an estate. */
export function checkLimits(set: SetName, figures: RegistryFigures): readonly Check[] {
  const trust = checkTrust(set, figures);
  switch (set) {
    case "nights":
      return [trust, checkSteadyNight(set, figures), ...checkPurge(set, figures)];
    case "abac":
      return [trust, checkSteadyNight(set, figures)];
    case "rate":
      return [trust, ...checkRate(figures)];
    case "million":
      return [trust, checkMemory(figures)];
    default:
      return set satisfies never;
  }
}

const findNight = ({ nights }: RegistryFigures, night: number): RegistryNightFigures | undefined =>
  nights.find((each) => each.night === night);

function checkTrust(set: SetName, { problems }: RegistryFigures): Check {
  const figure = problems.length === 0 ? "yes" : `no: ${(problems[0] ?? "").slice(0, MAX_REASON)}`;
  return { name: `${set}: all nights done and complete`, figure, limit: "yes", ok: problems.length === 0 };
}

function checkSteadyNight(set: "nights" | "abac", figures: RegistryFigures): Check {
  const night = findNight(figures, STEADY_NIGHT);
  const calls = callsOf(night, "snapshot");
  const held = night?.inventory;
  const name = `${set}: registry calls of a steady night's inventory`;
  if (!calls || !held) return toMissing(name);
  const tokens = set === "abac" ? Math.ceil(held.repositories / LIMITS.repositoriesPerToken) : 0;
  const pages = held.listingPages + held.cataloguePages;
  // One call more would be due for each digest that went away by itself; of these there are none.
  const limit = pages + held.withCandidates + tokens + LIMITS.inventorySpare;
  return toCheck({ name, figure: sumCalls(calls), limit, isFull: isFullSize(set, figures) });
}

function checkPurge(set: "nights", figures: RegistryFigures): readonly Check[] {
  const night = figures.nights.at(-1);
  const calls = callsOf(night, "purge");
  const purge = night?.purge;
  const name = `${set}: registry calls of a purge`;
  if (!calls || !purge) return [toMissing(name)];
  const { deleted, bytesKept, parents, repositories } = purge;
  const perDeletion = deleted * LIMITS.callsPerDeletion + (deleted - bytesKept);
  const limit =
    perDeletion + parents * LIMITS.callsPerParent + repositories * LIMITS.callsPerRepository + LIMITS.purgeSpare;
  return [
    checkExactness(set, purge),
    toCheck({ name, figure: sumCalls(calls), limit, isFull: isFullSize(set, figures) }),
  ];
}

function checkRate(figures: RegistryFigures): readonly Check[] {
  const night = figures.nights.at(-1);
  const [rate, purge] = [night?.rate, night?.purge];
  if (!rate || !purge) return [toMissing("rate: share of what the registry takes")];
  const isFull = isFullSize("rate", figures);
  const refused = rate.refused / (rate.done + rate.refused);
  return [
    checkExactness("rate", purge),
    ...checkShares(rate, isFull),
    {
      name: "rate: share of DELETE requests that were refused (429)",
      figure: toFigure(refused.toFixed(4), isFull),
      limit: String(LIMITS.refusedShare),
      ok: refused <= LIMITS.refusedShare && isFull,
    },
  ];
}

/** From the first delete to the last; and without the first minute and the last, of which the purge had only a part. */
function checkShares({ perMinute, minutes, seconds, done }: RateFigures, isFull: boolean): readonly Check[] {
  const whole = minutes.slice(1, -1);
  const inWhole = whole.reduce((sum, minute) => sum + minute.done, 0);
  const shares = [
    { over: "first to last delete", share: (done * 60) / seconds / perMinute },
    { over: "the registry's whole minutes", share: inWhole / (whole.length * perMinute) },
  ];
  return shares.map(({ over, share }) => ({
    name: `rate: share of what the registry takes, ${over} (at least)`,
    figure: toFigure(share.toFixed(3), isFull),
    limit: String(LIMITS.rateShare),
    // A share of no time at all says nothing.
    ok: Number.isFinite(share) && share >= LIMITS.rateShare && isFull,
  }));
}

const checkExactness = (set: SetName, { deleted, planned, isExact }: PurgeFigures): Check => ({
  name: `${set}: exactly what was withdrawn is gone`,
  figure: `${deleted} of ${planned}`,
  limit: "all",
  ok: isExact,
});

function checkMemory(figures: RegistryFigures): Check {
  const peak = figures.nights.at(-1)?.stages.at(-1)?.peakRssBytes;
  const name = `million: peak RSS of the app with ${figures.manifests} registry manifests, MB`;
  if (peak === undefined) return toMissing(name);
  const isFull = isFullSize("million", figures);
  const figure = toFigure((peak / 1_000_000).toFixed(0), isFull);
  const limit = String(LIMITS.peakRssBytes / 1_000_000);
  return { name, figure, limit, ok: peak < LIMITS.peakRssBytes && isFull };
}

const toMissing = (name: string): Check => ({ name, figure: "not measured", limit: "", ok: false });

interface Counted {
  readonly name: string;
  readonly figure: number;
  readonly limit: number;
  readonly isFull: boolean;
}

const toCheck = ({ name, figure, limit, isFull }: Counted): Check => ({
  name,
  figure: toFigure(String(figure), isFull),
  limit: String(limit),
  ok: figure <= limit && isFull,
});

const toFigure = (text: string, isFull: boolean): string => (isFull ? text : `${text}, of too small an estate`);

function isFullSize(set: SetName, { repositories, nights }: RegistryFigures): boolean {
  if (set !== "rate") return repositories >= FULL_SIZE[set];
  return (nights.at(-1)?.purge?.planned ?? 0) >= FULL_SIZE.rate;
}
