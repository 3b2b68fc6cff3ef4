import type { ChildProcess } from "node:child_process";

const LISTENING = /Azurite (Blob|Queue|Table) service is successfully listening at (\S+)/g;

/** `https://127.0.0.1:<port>` of each service. */
export type Addresses = Readonly<Record<"Blob" | "Queue" | "Table", string>>;

/** The addresses that Azurite prints once its sockets are open. Rejects with its output if it ends first, or is not there in time. */
export async function readAddresses(child: ChildProcess, timeoutMs: number): Promise<Addresses> {
  const { promise, resolve, reject } = Promise.withResolvers<Addresses>();
  let output = "";
  const fail = (what: string) => reject(new Error(`Azurite ${what}. Its output:\n${output}`));
  const onOutput = (chunk: Buffer) => {
    output += chunk.toString();
    const addresses = findAddresses(output);
    if (addresses !== undefined) resolve(addresses);
  };
  const timer = setTimeout(() => fail(`did not listen within ${timeoutMs} ms`), timeoutMs);
  child.stdout?.on("data", onOutput);
  child.stderr?.on("data", onOutput);
  child.once("error", reject);
  child.once("exit", (code, signal) => fail(`ended at start (${signal ?? `exit code ${code}`})`));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    child.stdout?.off("data", onOutput);
    child.stderr?.off("data", onOutput);
    // Its pipes must go on being emptied, or it blocks when they are full.
    child.stdout?.resume();
    child.stderr?.resume();
  }
}

function findAddresses(output: string): Addresses | undefined {
  const found = new Map([...output.matchAll(LISTENING)].map(([, service, url]) => [service, url]));
  const [Blob, Queue, Table] = [found.get("Blob"), found.get("Queue"), found.get("Table")];
  if (Blob === undefined || Queue === undefined || Table === undefined) return undefined;
  return { Blob, Queue, Table };
}
