import { z } from "zod";
import { type Estate, type EstateEvent, toInstant } from "../sandbox/estate.ts";
import { GroundTruth } from "../simulate/groundTruth.ts";
import { ArtifactNames } from "../support/artifactNames.ts";
import { toSettings } from "./findingNights.ts";
import { GuardLooks, LookSchema, type Look } from "./guardLooks.ts";
import type { JobBench } from "./jobBench.ts";
import { playChange } from "./playChange.ts";
import { startByHand } from "./ripe.ts";
import type { World } from "./world.ts";

const RunRequest = z.strictObject({
  stage: z.enum(["all", "snapshot", "mark", "purge"]),
  mode: z.enum(["report", "enforce"]).optional(),
});

/** `expected.json` and `expected.control.json` of a guard. */
export const ExpectedGuard = z.strictObject({
  $comment: z.string(),
  nights: z.int().min(1),
  deleted: z
    .record(z.string().regex(/^\d+$/), z.array(z.string()))
    .describe("By night, with its day; `(with …)` for what the registry deleted together with its subject"),
  looks: z.array(LookSchema).describe("What the service says of one artifact after a night's purge"),
  leftBehind: z
    .array(z.string())
    .default([])
    .describe("What a judge who knows no tags of the form `sha256-<hex>` says of a list of referrers that went"),
});
export type ExpectedGuard = z.infer<typeof ExpectedGuard>;

export interface PlayedGuard {
  readonly observed: ExpectedGuard;
  /** What the service failed at. */
  readonly failures: readonly string[];
}

/** By the schedules of the estates. */
const STAGES = [
  { stage: "snapshot", hour: 1 },
  { stage: "mark", hour: 3 },
  { stage: "purge", hour: 5 },
] as const;

/** Plays an estate, its events between the stages of a night included, and observes what `expected` speaks of. */
export async function playGuard(bench: JobBench, estate: Estate, expected: ExpectedGuard): Promise<PlayedGuard> {
  const world = await bench.open(estate, toSettings(estate));
  const play = new GuardPlay(world, new ArtifactNames(estate));
  const looks: Look[] = [];
  for (let night = 1; night <= expected.nights; night += 1) {
    await play.night();
    for (const look of expected.looks) if (look.night === night) looks.push(await play.look(look));
    await play.restOfDay();
  }
  const observed = { ...expected, deleted: play.deleted, looks, leftBehind: play.listViolations() };
  await bench.close(world);
  return { observed, failures: world.failures };
}

class GuardPlay {
  readonly deleted: Record<string, string[]> = {};
  readonly #truth: GroundTruth;
  readonly #world: World;
  readonly #names: ArtifactNames;
  readonly #looks: GuardLooks;
  readonly #left: { readonly event: EstateEvent; readonly at: number }[];
  #counted = 0;

  constructor(world: World, names: ArtifactNames) {
    const { arm, registries, estate } = world.parts;
    this.#world = world;
    this.#names = names;
    this.#looks = new GuardLooks(world, names);
    this.#truth = new GroundTruth({ arm, registries }, estate);
    this.#left = estate.events
      .map((event) => ({ event, at: toInstant(event.at, estate.startsAt) }))
      .toSorted((a, b) => a.at - b.at);
  }

  async night(): Promise<void> {
    for (const { stage, hour } of STAGES) {
      await this.#playEvents(this.#world.at(hour));
      if (stage === "purge") this.#truth.capture();
      await this.#world.stage(stage);
    }
    this.#truth.judge();
  }

  look(expected: Look): Promise<Look> {
    return this.#looks.look(expected);
  }

  async restOfDay(): Promise<void> {
    await this.#playEvents(this.#world.at(24));
    this.#countDeleted();
    await this.#world.nextDay();
  }

  async #playEvents(until: number): Promise<void> {
    for (let next = this.#left[0]; next && next.at < until; next = this.#left[0]) {
      this.#left.shift();
      await this.#world.moveTo(next.at);
      await this.#play(next.event);
    }
  }

  async #play(event: EstateEvent): Promise<void> {
    if (event.type !== "request") return playChange(this.#world, event);
    if (`${event.method} ${event.path}` !== "POST /api/runs") throw new Error(`${event.path} needs a running host`);
    this.#truth.capture();
    await startByHand(this.#world, RunRequest.parse(event.body));
    this.#truth.judge();
  }

  #countDeleted(): void {
    const { registries } = this.#world.parts;
    const all = [...registries.values()].flatMap(({ deletions }) => deletions);
    const fresh = all.slice(this.#counted).map(({ digest, cascadedFrom }) => {
      const name = this.#names.nameOf(digest);
      return cascadedFrom === undefined ? name : `${name} (with ${this.#names.nameOf(cascadedFrom)})`;
    });
    this.#counted = all.length;
    if (fresh.length > 0) this.deleted[String(this.#world.day + 1)] = fresh.sort();
  }

  /** What was deleted although the sandbox's own state shows who needs it. */
  listViolations(): string[] {
    return [...this.#truth.violations, ...this.#truth.listBrokenIndexes()].map((text) => this.#looks.toWords(text));
  }
}
