import { INCOMPLETE_REASONS } from "../../lib/core/completeness.ts";
import { KEEP_REASONS } from "../../lib/core/keepReasons.ts";

/** How the report says things: codes in words, ids and digests short enough to read. */

const TEXTS: ReadonlyMap<string, string> = new Map([
  ...Object.entries(KEEP_REASONS).map(([code, { text }]) => [code, text] as const),
  ...Object.entries(INCOMPLETE_REASONS),
  ["gone", "it is no longer in the registry"],
]);

/** The service's own text of a keep-reason or a reason to call a snapshot incomplete; other codes are taken apart. */
export const describeCode = (code: string): string => TEXTS.get(code) ?? toWords(code);

/** `inGraceOfEnforce` is "in grace of enforce". */
export const toWords = (code: string): string => code.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** Subscription, group and provider of an id say nothing to a reader of one estate's report. */
export const shortenIds = (text: string): string =>
  text.replace(/\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/microsoft\.[a-z]+\//gi, "");

/** Type and name: `…/networkFunctions/amf-east` is `networkFunctions/amf-east`. */
export const shortenId = (id: string): string => (id.includes("/") ? id.split("/").slice(-2).join("/") : id);

/** As `shortenId`, for every id within a text. */
export const shortenIdsWithin = (text: string): string =>
  shortenIds(text).replace(/publishers\/[^\s"',]*?([^/\s"',]+\/[^/\s"',]+)(?=[\s"',]|$)/g, "$1");

/** Twelve digits tell digests apart, as container tools show them. */
export const shortenDigests = (text: string): string => text.replace(/sha256:([0-9a-f]{12})[0-9a-f]{52}/g, "$1");

/** `registry/repository@digest`, the registry left out. */
export const shortenArtifact = (artifact: string): string => shortenDigests(artifact.slice(artifact.indexOf("/") + 1));

/** `1 night`, `2 nights`. */
export const count = (number: number, noun: string, plural = `${noun}s`): string =>
  `${number} ${number === 1 ? noun : plural}`;

/** The first `limit`, and how many more there are. */
export function listSome(items: readonly string[], limit = 3): string {
  const more = items.length - limit;
  return [...items.slice(0, limit), ...(more > 0 ? [`+${more} more`] : [])].join(", ");
}

export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${value.toFixed(unit === 0 ? 0 : 1)} ${units[unit] ?? ""}`;
}

/** `Mon 02 Mar` of an ISO 8601 date or instant, UTC. */
export function formatDay(instant: string): string {
  const text = new Date(instant).toUTCString();
  return `${text.slice(0, 3)} ${text.slice(5, 11)}`;
}

/** `01:30` of an ISO 8601 instant, UTC. */
export const formatTime = (instant: string): string => instant.slice(11, 16);
