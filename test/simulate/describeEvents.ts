import type { EventReport } from "./nightReport.ts";
import { describeCode, formatTime, listSome, shortenId, toWords } from "./words.ts";

/** Events of one night that a reader takes as one: several steps with the same note, or several of the same type without. */
export interface EventGroup {
  readonly at: string;
  readonly text: string;
  /** What came back, each different answer once. */
  readonly answers: readonly string[];
}

/** In the order of the first event of each group. */
export function groupEvents(events: readonly EventReport[]): readonly EventGroup[] {
  const groups = new Map<string, EventReport[]>();
  for (const event of events) {
    const key = event.note ?? ` ${event.type} ${event.at}`;
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  return [...groups.values()].map((group) => ({
    at: group[0]?.at ?? "",
    text: `${formatTime(group[0]?.at ?? "")} ${describeGroup(group)}`,
    answers: [...new Set(group.flatMap(({ answer }) => (answer === undefined ? [] : [answer])))],
  }));
}

/** `amf 1.6.0 is released (3 × put resource, 22 × push)`; without a note `push: registry/repository`. */
function describeGroup(group: readonly EventReport[]): string {
  const types = [...new Set(group.map(({ type }) => type))].map((type) =>
    describeTimes(group.filter((event) => event.type === type).length, toWords(type)),
  );
  const note = group[0]?.note;
  if (note !== undefined) return `${note} (${types.join(", ")})`;
  const subjects = [...new Set(group.flatMap(({ about }) => (about === undefined ? [] : [about])))];
  return subjects.length === 0 ? types.join(", ") : `${types.join(", ")}: ${listSome(subjects)}`;
}

const describeTimes = (times: number, what: string): string => (times === 1 ? what : `${times} × ${what}`);

export interface ReasonGroup {
  /** In words, and how often it applies. */
  readonly text: string;
  /** The first few things that it is about, and how many more. */
  readonly subjects: string;
}

/** By code, the most frequent first. A reason is `code · subject · …`, as in a night's report. */
export function groupReasons(reasons: readonly string[]): readonly ReasonGroup[] {
  const groups = new Map<string, string[]>();
  for (const reason of reasons) {
    const [code = "", subject = ""] = reason.split(" · ");
    groups.set(code, [...(groups.get(code) ?? []), shortenId(subject)]);
  }
  return [...groups]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([code, subjects]) => ({
      text: `${describeCode(code)}${subjects.length === 1 ? "" : ` (${subjects.length} times)`}`,
      subjects: listSome(subjects.filter((subject) => subject !== "")),
    }));
}
