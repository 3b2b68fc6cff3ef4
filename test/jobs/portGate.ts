export type PortName = "tables" | "queues" | "leases" | "journal" | "graph" | "arm" | "reader" | "purger" | "writer";

/** One call of a job to the world. */
export interface PortCall {
  readonly port: PortName;
  readonly method: string;
  /** The table, or the registry's resource id; `""` for the other ports. */
  readonly subject: string;
  readonly args: readonly unknown[];
}

/** Stands before a port: may act, throw, go on with `proceed`, and answer something else. */
export type Guard = (call: PortCall, proceed: () => Promise<unknown>) => Promise<unknown>;

/** They answer with an async iterable; it is opened when the first item is asked for. */
const ITERABLES: ReadonlySet<string> = new Set([
  "list",
  "listChildren",
  "listRepositories",
  "listManifests",
  "listResources",
  "listRecords",
  "listRecordsOf",
]);
/** They ask nothing of anybody. */
const SYNCHRONOUS: ReadonlySet<string> = new Set(["isHeld", "announce"]);

/** The port with `guard` before every call. */
export function gate<T extends object>(target: T, about: Pick<PortCall, "port" | "subject">, guard: Guard): T {
  return new Proxy(target, {
    get(owner, name) {
      const member: unknown = Reflect.get(owner, name);
      if (typeof member !== "function" || typeof name !== "string") return member;
      const call = (args: readonly unknown[]): unknown => Reflect.apply(member, owner, args);
      if (SYNCHRONOUS.has(name)) return (...args: unknown[]) => call(args);
      const ask = (args: readonly unknown[]): Promise<unknown> =>
        guard({ ...about, method: name, args }, async () => call(args));
      return ITERABLES.has(name)
        ? (...args: unknown[]) => openLater(() => ask(args))
        : (...args: unknown[]) => ask(args);
    },
  });
}

async function* openLater(open: () => Promise<unknown>): AsyncGenerator {
  const items = await open();
  if (!isIterable(items)) throw new TypeError("a list must be answered with an async iterable");
  yield* items;
}

export const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;
