import { parseArgs } from "node:util";

export interface Arguments {
  readonly estate: string;
  readonly nights: number | undefined;
  readonly json: string | undefined;
  readonly log: boolean;
}

/** The command cannot be carried out as it was given; the message says what to change. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const MAX_NIGHTS = 400;

export const USAGE = `Usage: npm run simulate -- --estate FILE [--nights N] [--json OUT] [--log]

Runs the nightly clean-up against an emulated Azure that holds an estate, in virtual time.

  --estate FILE   the estate (test/sandbox/README.md explains the file), or "default" for
                  the one that npm start plays
  --nights N      how many nights, 1 to ${MAX_NIGHTS}; default: what the estate says
  --json OUT      writes everything that was seen to OUT; the same estate gives the same bytes
  --log           writes the service's log lines to stderr
  --help          this text

Exit code: 0 all went well; 1 an invocation failed, or something was deleted that should
have stayed; 2 the arguments or the estate cannot be used.`;

/** Undefined asks for help. Throws UsageError. */
export function readArguments(args: readonly string[]): Arguments | undefined {
  const { estate, nights, json, log, help } = parse(args);
  if (help === true) return undefined;
  if (estate === undefined) throw new UsageError("--estate is missing: name an estate file, or `default`");
  return { estate, json, log: log === true, nights: nights === undefined ? undefined : readNights(nights) };
}

function parse(args: readonly string[]) {
  try {
    const options = {
      estate: { type: "string" },
      nights: { type: "string" },
      json: { type: "string" },
      log: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readNights(text: string): number {
  const nights = Number(text);
  if (/^\d+$/.test(text) && nights >= 1 && nights <= MAX_NIGHTS) return nights;
  throw new UsageError(`--nights ${text}: give a whole number from 1 to ${MAX_NIGHTS}`);
}
