import { access, constants, readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Estate, parseEstate } from "../sandbox/estate.ts";
import { listLooseEnds } from "../sandbox/looseEnds.ts";
import { createDefaultEstate } from "./defaultEstate/createDefaultEstate.ts";
import { UsageError } from "./readArguments.ts";

/** The estate in a file, or the default one by the name `default`. Throws UsageError naming all that is wrong with it. */
export async function loadEstate(file: string): Promise<Estate> {
  if (file === "default") return createDefaultEstate();
  const estate = parse(await readText(file), file);
  const looseEnds = listLooseEnds(estate);
  if (looseEnds.length === 0) return estate;
  throw new UsageError(`The estate ${file} cannot be played:\n${looseEnds.map((end) => `  ${end}`).join("\n")}`);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`--estate ${file} cannot be read (looked for ${resolve(file)}): ${toCode(error)}`);
  }
}

function parse(text: string, file: string): Estate {
  try {
    return parseEstate(JSON.parse(text), file);
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`--estate ${file} is not JSON: ${error.message}`);
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Asked before an hour of nights, not after it. Throws UsageError. */
export async function checkWritable(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) throw new UsageError(`--json ${file} is a folder: name a file`);
  const place = found ? file : dirname(resolve(file));
  try {
    await access(place, constants.W_OK);
  } catch (error) {
    throw new UsageError(`--json ${file} cannot be written (${place}): ${toCode(error)}`);
  }
}

function toCode(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : String(error);
  return { ENOENT: "it does not exist", EACCES: "access is denied", EISDIR: "it is a folder" }[code] ?? code;
}
