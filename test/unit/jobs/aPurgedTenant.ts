import { z } from "zod";
import { DAY_MS, HOUR_MS, toIso } from "../../../lib/core/duration.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { inventoryRegistry } from "../../../lib/jobs/inventoryRegistry.ts";
import { markDecommissioned } from "../../../lib/jobs/markDecommissioned.ts";
import { purgeManifests } from "../../../lib/jobs/purgeManifests.ts";
import { purgeRegistry } from "../../../lib/jobs/purgeRegistry.ts";
import { executeStage } from "../../../lib/jobs/stages.ts";
import { startRun } from "../../../lib/jobs/startRun.ts";
import { takeSnapshot } from "../../../lib/jobs/takeSnapshot.ts";
import type { Journal, Leases } from "../../../lib/ports.ts";
import type { Run, Stage } from "../../../lib/stores/runStore.ts";
import { artifactManifestId, REGISTRY, STORE } from "../../fakes/builders.ts";
import type { Raw } from "../../fakes/arbitraryRegistries.ts";
import { WatchedRegistry, type Race } from "../../fakes/watchedRegistry.ts";
import { MessageBox, type Message } from "../../jobs/messageBox.ts";
import { aTenant, type View } from "./aTenant.ts";
import { aManifestRow, aPublisherRow, aStoreRow, aVersionRow, type Row } from "./someRows.ts";

export const GONE = "gone/nginx";
export const LIVE = "live/nginx";
const START = Date.parse("2026-03-02T00:00:00Z");
const OLD_PUSH = "2026-01-05T10:00:00.0000000Z";
const STAGES = { snapshot: 1, mark: 3, purge: 5 } as const;
const EXECUTE: Readonly<Record<Stage, (deps: Deps, run: Run) => Promise<void>>> = {
  snapshot: takeSnapshot,
  mark: markDecommissioned,
  purge: purgeManifests,
};

const registryWork = { runId: z.string(), registryId: z.string(), after: z.string().optional() };
const InventoryMessage = z.strictObject({ ...registryWork, snapshotId: z.string() });
const PurgeMessage = z.strictObject({ ...registryWork, planId: z.string() });

const registryRow: Row = {
  ...aStoreRow(),
  id: REGISTRY,
  name: "contosoacr",
  type: "microsoft.containerregistry/registries",
  properties: { provisioningState: "Succeeded", loginServer: "contosoacr.azurecr.io" },
};

const leases: Leases = { acquire: async () => ({ isHeld: () => true, release: async () => undefined }) };

/** Keeps nothing: what it is asked for, it does not have. */
const journal: Journal = {
  append: async () => undefined,
  saveBytes: async () => undefined,
  findBytes: async () => undefined,
  async *listRecords() {
    yield* [];
  },
  async *listRecordsOf() {
    yield* [];
  },
};

/** The real jobs of every night over a registry in memory; the artifact manifest `gone` is deleted after the first of them. */
export class PurgedTenant {
  readonly registry = new WatchedRegistry(GONE);
  /** What was noticed neither by a rule nor afterwards. */
  readonly unnoticed: string[] = [];
  readonly #deps: Deps;
  readonly #view: View;
  readonly #box: MessageBox;
  #day = 0;

  /** Both repositories hold the same; `young` ones are pushed on the eve of the night in which the others are due. */
  constructor(raw: readonly Raw[], settings: Readonly<Record<string, string>> = {}) {
    const { deps, view } = aTenant({
      MODE: "enforce",
      GRACE: "24h",
      DELETES_PER_MINUTE: "2000",
      STORES: JSON.stringify({ stores: [{ store: STORE }] }),
      ...settings,
    });
    this.#box = new MessageBox(() => Date.parse(view.now));
    this.#view = view;
    view.rows = [
      aPublisherRow(),
      aStoreRow(),
      registryRow,
      aManifestRow("gone"),
      aManifestRow("live"),
      aVersionRow(artifactManifestId("live")),
    ];
    const { registry } = this;
    const open = { openRegistry: () => registry, openPurger: () => registry, wait: async () => undefined };
    this.#deps = { ...deps, ...open, queues: this.#box, leases, journal };
    for (const repository of [GONE, LIVE])
      for (const one of raw) if (!one.young) registry.push(repository, { ...one, createdAt: OLD_PUSH });
  }

  /** Pushes what is young: in the afternoon before the fourth night. */
  pushYoung(raw: readonly Raw[]): void {
    for (const one of raw)
      if (one.young) this.registry.push(GONE, { ...one, createdAt: toIso(this.#at(0) - 4 * HOUR_MS) });
  }

  async nights(count: number): Promise<void> {
    for (let night = 0; night < count; night += 1) await this.night();
  }

  async night(races: readonly Race[] = []): Promise<void> {
    for (const stage of ["snapshot", "mark"] as const) await this.#play(stage);
    this.#view.now = toIso(this.#at(STAGES.purge));
    this.registry.beginPurge(this.#view.now, races);
    await this.#play("purge");
    const hurt = this.registry.endPurge();
    if (hurt.length > 0 && !(await this.#isStopped())) this.unnoticed.push(...hurt);
    this.#day += 1;
    if (this.#day === 1) this.#view.rows = this.#view.rows.filter(({ id }) => id !== artifactManifestId("gone"));
  }

  /** Nights until nothing goes for as many as a mark takes. */
  async untilRest(): Promise<void> {
    for (let quiet = 0, before = this.registry.gone.size; quiet < 4; quiet += 1) {
      await this.night();
      if (this.registry.gone.size > before) quiet = -1;
      before = this.registry.gone.size;
    }
  }

  #at(hour: number): number {
    return START + this.#day * DAY_MS + hour * HOUR_MS;
  }

  async #play(stage: Stage): Promise<void> {
    this.#view.now = toIso(Math.max(this.#at(STAGES[stage]), Date.parse(this.#view.now)));
    const at = new Date(this.#view.now);
    const started = await startRun(this.#deps, { stage, trigger: "timer", at });
    if ("running" in started) throw new Error(`${started.running} is under way`);
    await executeStage(this.#deps, started.run, EXECUTE[stage]);
    for (let message = this.#box.take(); message; message = this.#box.take()) await this.#deliver(message);
  }

  async #deliver({ queue, body, dueAt }: Message): Promise<void> {
    this.#view.now = toIso(Math.max(dueAt, Date.parse(this.#view.now)));
    if (queue === "purge-registry") await purgeRegistry(this.#deps, PurgeMessage.parse(body));
    else await inventoryRegistry(this.#deps, InventoryMessage.parse(body));
  }

  async #isStopped(): Promise<boolean> {
    for await (const { planId } of this.#deps.runs.list())
      if (planId !== undefined)
        return (await this.#deps.plans.listRegistries(planId)).some(({ state }) => state === "stopped");
    return false;
  }
}
