import { readFileSync } from "node:fs";
import { z } from "zod";

/** How a deployment starts the app's process; `infra/main.bicep` reads the same file. */
export interface Worker {
  readonly nodeArguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const WorkerSchema = z.strictObject({
  nodeArguments: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
}) satisfies z.ZodType<Worker>;

/**
 * The limits of memory are measured (`npm run bench -- graph`). glibc's arenas, several a core by default, would take 25 MB more;
 * and where its threshold for own mappings may grow, the memory of a large answer is kept after the answer was freed.
 */
export const WORKER: Worker = WorkerSchema.parse(
  JSON.parse(readFileSync(new URL("../../infra/worker.json", import.meta.url), "utf8")),
);
