import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const SHOWN = 15;

const Profile = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

/** Of each CPU profile in the directory, the functions in which most time was spent. */
export async function describeProfiles(directory: string): Promise<string> {
  const files = (await readdir(directory)).filter((name) => name.endsWith(".cpuprofile")).sort();
  const texts = files.map(async (name) => `${name}\n${describeProfile(await readFile(join(directory, name), "utf8"))}`);
  return (await Promise.all(texts)).join("\n");
}

/** Time in a function itself, without those that it calls. */
function describeProfile(text: string): string {
  const { nodes, samples, timeDeltas } = Profile.parse(JSON.parse(text));
  const names = new Map(nodes.map(({ id, callFrame }) => [id, toName(callFrame)]));
  const seconds = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? "";
    seconds.set(name, (seconds.get(name) ?? 0) + (timeDeltas[index] ?? 0) / 1_000_000);
  }
  return [...seconds]
    .filter(([name]) => !name.startsWith("(idle)"))
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([name, spent]) => `  ${spent.toFixed(1).padStart(7)} s  ${name}`)
    .join("\n");
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

const toName = ({ functionName, url, lineNumber }: CallFrame): string =>
  `${functionName || "(anonymous)"}${url === "" ? "" : ` ${url.split("/").slice(-3).join("/")}:${lineNumber + 1}`}`;
