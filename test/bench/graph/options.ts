import { PUBLISHERS_PER_SET } from "../estate/largePublisher.ts";

/** V8 as a deployment sets it for the worker. A larger young generation costs memory and saves no time. */
export const SERVICE_HEAP_MB = 112;
export const SERVICE_NODE_ARGS: readonly string[] = ["--max-semi-space-size=8"];

export interface GraphOptions {
  /** Of the smaller of the two estates. */
  readonly publishers: number;
  /** Old space of the app; anything but `SERVICE_HEAP_MB` is not what a deployment has. */
  readonly heapMb: number;
  /** Where CPU profiles go; undefined for none. */
  readonly profile: string | undefined;
}

/** Throws where a number is none. */
export function readOptions(values: Readonly<Record<string, string | undefined>>): GraphOptions {
  return {
    publishers: readWhole(values["publishers"], PUBLISHERS_PER_SET),
    heapMb: readWhole(values["heap-mb"], SERVICE_HEAP_MB),
    profile: values["profile"],
  };
}

function readWhole(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (!/^[1-9]\d*$/.test(text)) throw new RangeError(`"${text}" is not a whole number above 0`);
  return Number(text);
}

/** Every argument that decides how much memory the app takes. */
export const listServiceArguments = ({ heapMb }: Pick<GraphOptions, "heapMb">): readonly string[] => [
  `--max-old-space-size=${heapMb}`,
  ...SERVICE_NODE_ARGS,
];
