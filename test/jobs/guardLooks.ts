import { z } from "zod";
import { collect } from "../fakes/collect.ts";
import { shortenIds } from "../simulate/words.ts";
import type { ArtifactNames } from "../support/artifactNames.ts";
import { readPlanned } from "./ripe.ts";
import type { World } from "./world.ts";

export const LookSchema = z.strictObject({
  night: z.int().min(1),
  artifact: z.string(),
  keep: z.array(z.string()).optional().describe("Keep reasons, each with the alias or resource it names"),
  wait: z.string().optional().describe("Why a mark is not deleted yet, and until which day"),
  note: z.string().optional().describe("What the purge noted of it at its last look"),
});
export type Look = z.infer<typeof LookSchema>;

/** What the service itself says of artifacts after a night, with aliases in place of digests. */
export class GuardLooks {
  readonly #world: World;
  readonly #names: ArtifactNames;

  constructor(world: World, names: ArtifactNames) {
    this.#world = world;
    this.#names = names;
  }

  async look({ night, artifact, note }: Look): Promise<Look> {
    const [keep, wait] = [await this.#findKeep(artifact), await this.#findWait(artifact)];
    const noted = note === undefined ? undefined : await this.#findNote(artifact);
    return {
      night,
      artifact,
      ...(keep && keep.length > 0 && { keep }),
      ...(wait !== undefined && { wait }),
      ...(noted !== undefined && { note: noted }),
    };
  }

  async #findKeep(artifact: string): Promise<string[] | undefined> {
    const { snapshots } = this.#world.stores;
    const [newest] = await collect(snapshots.list());
    for (const registryId of this.#registryIds())
      for await (const { digest, keep } of snapshots.listVerdicts(newest?.id ?? "", registryId))
        if (this.#isNamed(digest, artifact))
          return keep.map(({ code, by }) => this.toWords([code, by].filter(Boolean).join(" ")));
    return undefined;
  }

  async #findWait(artifact: string): Promise<string | undefined> {
    const [run] = (await this.#world.listRuns()).filter(({ planId }) => planId !== undefined);
    for (const registryId of this.#registryIds())
      for await (const { digest, why, until } of this.#world.stores.plans.listWaiting(run?.planId ?? "", registryId))
        if (this.#isNamed(digest, artifact)) return [why, until?.slice(0, 10)].filter(Boolean).join(" until ");
    return undefined;
  }

  async #findNote(artifact: string): Promise<string> {
    const planned = await readPlanned(this.#world);
    const lines = Object.values(planned).flatMap(({ notes }) => notes.split("\n").map((line) => this.toWords(line)));
    return lines.find((line) => line.includes(`@${artifact} `)) ?? lines.join("; ");
  }

  #registryIds(): readonly string[] {
    return this.#world.parts.estate.registries.map(({ resourceId }) => resourceId.toLowerCase());
  }

  /** What was in no estate has no alias. */
  #isNamed(digest: string, artifact: string): boolean {
    return this.toWords(digest) === artifact;
  }

  toWords(text: string): string {
    return shortenIds(text).replace(/sha256:[0-9a-f]{64}/g, (digest) => this.#names.findName(digest) ?? digest);
  }
}
