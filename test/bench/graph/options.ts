import { WORKER } from "../../support/deployment.ts";
import { PUBLISHERS_PER_SET } from "../estate/largePublisher.ts";

export interface GraphOptions {
  /** Of the smaller of the two estates. */
  readonly publishers: number;
  /** Old space of the app, instead of what a deployment has. */
  readonly heapMb: number | undefined;
  /** Where CPU profiles go; undefined for none. */
  readonly profile: string | undefined;
}

/** Throws where a number is none. */
export function readOptions(values: Readonly<Record<string, string | undefined>>): GraphOptions {
  return {
    publishers: readWhole(values["publishers"], PUBLISHERS_PER_SET),
    heapMb: values["heap-mb"] === undefined ? undefined : readWhole(values["heap-mb"], 0),
    profile: values["profile"],
  };
}

/** Throws where the text is no whole number above 0. */
export function readWhole(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (!/^[1-9]\d*$/.test(text)) throw new RangeError(`"${text}" is not a whole number above 0`);
  return Number(text);
}

/** Every argument that decides how much memory the app takes. The last one of a name counts. */
export const listServiceArguments = ({ heapMb }: Pick<GraphOptions, "heapMb">): readonly string[] =>
  heapMb === undefined ? WORKER.nodeArguments : [...WORKER.nodeArguments, `--max-old-space-size=${heapMb}`];
