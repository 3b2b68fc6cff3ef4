import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Certificates } from "../contracts.ts";
import { VirtualClock } from "../clock/virtualClock.ts";
import { readAddresses, type Addresses } from "./readAddresses.ts";

/** Azurite's built-in account, as documented by Microsoft: no secret. */
export const AZURITE_ACCOUNT = "devstoreaccount1";
export const AZURITE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

const DEFAULT_HEAP_MB = 256;
const DEFAULT_START_TIMEOUT_MS = 20_000;

export interface AzuriteOptions {
  readonly certificates: Certificates;
  /** Without one, Azurite keeps real time. */
  readonly clock?: VirtualClock;
  /** V8's old space and, apart from it, the bytes of blobs and messages; 256 MB each by default. */
  readonly heapMb?: number;
  readonly nodeArgs?: readonly string[];
  readonly startTimeoutMs?: number;
}

/** URLs end with the account: `https://127.0.0.1:<port>/devstoreaccount1`. */
export interface Azurite {
  readonly blobUrl: string;
  readonly queueUrl: string;
  readonly tableUrl: string;
  /** Key access to all three services; a client needs the sandbox's CA as well. */
  readonly connectionString: string;
  readonly pid: number;
  /** Private, temporary: held the certificate and its key while Azurite started. */
  readonly directory: string;
  /** Ends the process and removes its files; everything that was stored is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a real Azurite as a child process: all three services, in memory, over https, with token and key access.
 * Fails with Azurite's own output if it ends or does not listen in time.
 */
export async function startAzurite(options: AzuriteOptions): Promise<Azurite> {
  const directory = await mkdtemp(join(tmpdir(), "azurite-"));
  await writeFile(join(directory, "cert.pem"), options.certificates.certPem);
  await writeFile(join(directory, "key.pem"), options.certificates.keyPem, { mode: 0o600 });
  const child = spawnAzurite(directory, options);
  const stop = () => end(child, directory);
  try {
    const addresses = await readAddresses(child, options.startTimeoutMs ?? DEFAULT_START_TIMEOUT_MS);
    // Read by now: a key need not outlive a crash of this process.
    await Promise.all(["cert.pem", "key.pem"].map((name) => rm(join(directory, name))));
    return { ...describe(addresses), pid: child.pid ?? 0, directory, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function spawnAzurite(directory: string, options: AzuriteOptions): ChildProcess {
  const { clock = new VirtualClock(), heapMb = DEFAULT_HEAP_MB, nodeArgs = [] } = options;
  const { execArgv, env } = clock.childOptions;
  const node = [...execArgv, `--max-old-space-size=${heapMb}`, "--max-semi-space-size=4", ...nodeArgs];
  // Port 0 lets the system choose when the socket is opened, so that two starts at once cannot want the same port.
  const ports = ["--blobPort", "0", "--queuePort", "0", "--tablePort", "0"];
  const tls = ["--oauth", "basic", "--cert", "cert.pem", "--key", "key.pem"];
  const storage = ["--inMemoryPersistence", "--extentMemoryLimit", String(heapMb)];
  const quiet = ["--silent", "--disableTelemetry", "--skipApiVersionCheck"];
  const child = spawn(process.execPath, [...node, mainFile(), ...ports, ...tls, ...storage, ...quiet], {
    cwd: directory,
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  clock.attach(child);
  return child;
}

function mainFile(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve("azurite/package.json")), "dist/src/azurite.js");
}

function describe(addresses: Addresses): Pick<Azurite, "blobUrl" | "queueUrl" | "tableUrl" | "connectionString"> {
  const blobUrl = `${addresses.Blob}/${AZURITE_ACCOUNT}`;
  const queueUrl = `${addresses.Queue}/${AZURITE_ACCOUNT}`;
  const tableUrl = `${addresses.Table}/${AZURITE_ACCOUNT}`;
  const account = `DefaultEndpointsProtocol=https;AccountName=${AZURITE_ACCOUNT};AccountKey=${AZURITE_KEY};`;
  const endpoints = `BlobEndpoint=${blobUrl};QueueEndpoint=${queueUrl};TableEndpoint=${tableUrl};`;
  return { blobUrl, queueUrl, tableUrl, connectionString: account + endpoints };
}

async function end(child: ChildProcess, directory: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = new Promise((resolve) => child.once("exit", resolve));
    // Nothing is on disk, and a polite stop would wait for clients that keep their connections open.
    child.kill("SIGKILL");
    await exited;
  }
  await rm(directory, { recursive: true, force: true });
}
