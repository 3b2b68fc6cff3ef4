import { appendFileSync, createReadStream, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Names the folder in which one run of the suite notes what the sandbox hands out and what the app writes. */
export const SECRET_WATCH = "SECRET_WATCH";
const [SECRETS, OUTPUT] = ["secrets-", "output-"];

/** A part of a token as it stands in a text; anything shorter is no secret. */
const WORD = /[\w-]{20,}/g;
/** Beyond that a line is cut where it is shown. */
const SHOWN_CHARS = 200;

/** A token or key that the sandbox has handed out. */
export const noteSecret = (secret: string): void => note(SECRETS, secret);

/** Something that the app has written where people may read it: its log, its telemetry, an answer, the address of a request. */
export const noteOutput = (text: string): void => note(OUTPUT, text);

function note(kind: string, text: string): void {
  const folder = process.env[SECRET_WATCH];
  // Without a folder nobody compares: a simulation, or a process that outlives the suite.
  if (folder !== undefined && existsSync(folder)) appendFileSync(join(folder, `${kind}${process.pid}`), `${text}\n`);
}

export interface Watched {
  readonly secrets: number;
  readonly outputBytes: number;
  /** Lines of the output in which a part of a secret stands, shortened. */
  readonly leaks: readonly string[];
}

/** Compares all that was noted in the folder. A token leaks where its claims or its signature do. */
export async function compare(folder: string): Promise<Watched> {
  const files = readdirSync(folder).sort();
  const secrets = files
    .filter((file) => file.startsWith(SECRETS))
    .flatMap((file) => readFileSync(join(folder, file), "utf8").split("\n"))
    .filter((line) => line !== "");
  const words = new Set(secrets.flatMap((secret) => secret.match(WORD)?.filter((word) => !isHeader(word)) ?? []));
  const outputs = files.filter((file) => file.startsWith(OUTPUT)).map((file) => join(folder, file));
  const leaks: string[] = [];
  for (const file of outputs)
    for await (const line of createInterface({ input: createReadStream(file) }))
      if (line.match(WORD)?.some((word) => words.has(word))) leaks.push(line.slice(0, SHOWN_CHARS));
  return {
    secrets: new Set(secrets).size,
    outputBytes: outputs.reduce((sum, file) => sum + statSync(file).size, 0),
    leaks,
  };
}

/** The first part of a JSON web token says how it is signed, and is the same in all of them. */
const isHeader = (word: string): boolean =>
  Buffer.from(word, "base64url").toString().startsWith('{"alg"') ||
  Buffer.from(word, "base64url").toString().startsWith('{"typ"');
