import { readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

const RECORDER = new URL("recordModules.ts", import.meta.url);
/** What the clock of every child process preloads. */
const CLOCK = fileURLToPath(new URL("../sandbox/clock/", import.meta.url));

/**
 * Node arguments of a process that can read nothing but these folders, by Node's permission model
 * (https://nodejs.org/api/permissions.html), and that writes to `record` which modules it loads.
 */
export function listArguments(folders: readonly string[], record: string): readonly string[] {
  const readable = [...folders.map((folder) => `${folder}/*`), `${CLOCK}*`, fileURLToPath(RECORDER)];
  const recorder = new URL(`?to=${encodeURIComponent(record)}`, RECORDER);
  return [
    "--permission",
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-write=${record}`,
    `--import=${recorder.href}`,
  ];
}

/** Without the recorder itself, and each file once. */
export async function readRecord(record: string): Promise<readonly string[]> {
  const lines = (await readFile(record, "utf8")).trimEnd().split("\n");
  return [...new Set(lines)].filter((path) => pathToFileURL(path).href !== RECORDER.href);
}
