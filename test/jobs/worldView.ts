import { sha256Hex } from "../../lib/azure/hash.ts";
import { createStores } from "../../lib/stores/createStores.ts";
import { z } from "zod";
import type { Run } from "../../lib/stores/runStore.ts";
import { collect } from "../fakes/collect.ts";
import type { ArmServer } from "../sandbox/arm/arm.ts";
import type { Estate } from "../sandbox/estate.ts";
import type { EmulatedRegistry } from "../sandbox/registry/createRegistry.ts";
import type { ForkableTables } from "./forkableTables.ts";
import type { Message } from "./messageBox.ts";
import type { Shared } from "./shared.ts";
import { SILENCE } from "../../lib/telemetry.ts";

/** The servers of one world. */
export interface Servers {
  readonly arm: ArmServer;
  readonly registries: ReadonlyMap<string, EmulatedRegistry>;
}

export interface WorldParts extends Servers {
  readonly number: number;
  readonly shared: Shared;
  readonly estate: Estate;
  readonly settings: Readonly<Record<string, string>>;
  readonly tables: ForkableTables;
  readonly messages: readonly Message[];
}

const Entry = z.looseObject({
  what: z.enum(["intent", "outcome", "restoring", "restored"]),
  repository: z.string(),
  digest: z.string(),
});
export type JournalEntry = z.infer<typeof Entry>;

/** What a world holds, past all guards. */
export class WorldView {
  readonly parts: WorldParts;

  constructor(parts: WorldParts) {
    this.parts = parts;
  }

  get arm(): ArmServer {
    return this.parts.arm;
  }

  registry(name = "contosoacr"): EmulatedRegistry {
    const registry = this.parts.registries.get(name);
    if (!registry) throw new Error(`There is no registry ${name}`);
    return registry;
  }

  /** The stores as they are. */
  get stores(): ReturnType<typeof createStores> {
    return createStores(this.parts.tables, sha256Hex, SILENCE);
  }

  /** Newest first. */
  async listRuns(): Promise<readonly Run[]> {
    return collect(this.stores.runs.list());
  }

  async readJournal(): Promise<readonly JournalEntry[]> {
    const container = this.parts.shared.blobs(this.parts.number).container("journal");
    if (!(await container.exists())) return [];
    const entries: JournalEntry[] = [];
    for await (const { name } of container.listBlobsFlat()) {
      if (!name.endsWith(".jsonl")) continue;
      const text = (await container.getBlobClient(name).downloadToBuffer()).toString();
      entries.push(
        ...text
          .trimEnd()
          .split("\n")
          .map((line) => Entry.parse(JSON.parse(line))),
      );
    }
    return entries;
  }

  /** Aliases, sorted, of what DELETE requests removed, with what the registry took along. */
  deleted(name?: string): readonly string[] {
    const names = this.#aliases(name);
    return this.registry(name)
      .deletions.map(({ digest }) => names.get(digest) ?? digest)
      .sort();
  }

  /** `repository: alias [tags]` of all that a registry holds. */
  content(name?: string): readonly string[] {
    const registry = this.registry(name);
    const names = this.#aliases(name);
    return registry
      .repositories()
      .flatMap((repository) =>
        registry
          .manifests(repository)
          .map(({ digest, tags }) => `${repository}: ${names.get(digest) ?? digest} [${tags.join()}]`),
      )
      .sort();
  }

  #aliases(name = "contosoacr"): ReadonlyMap<string, string> {
    const estate = this.parts.estate.registries.find((registry) => registry.name === name);
    const aliases = (estate?.repositories ?? []).flatMap(({ manifests }) =>
      manifests.flatMap(({ alias }) => alias ?? []),
    );
    return new Map(aliases.map((alias) => [this.registry(name).resolve(alias), alias]));
  }

  /** Digests whose bytes the journal keeps. */
  async listSavedBytes(): Promise<readonly string[]> {
    const container = this.parts.shared.blobs(this.parts.number).container("journal");
    const blobs = await collect(container.listBlobsFlat({ prefix: "bytes/" }));
    return blobs.map(({ name }) => name.replace("bytes/", "").replace("/", ":"));
  }

  /** `alias` of each mark of a registry, with its deadline where it is more than a sighting. */
  async listMarks(name = "contosoacr"): Promise<Readonly<Record<string, string | undefined>>> {
    const id = this.parts.estate.registries.find((registry) => registry.name === name)?.resourceId.toLowerCase() ?? "";
    const names = this.#aliases(name);
    const marks = await collect(this.stores.marks.list(id));
    return Object.fromEntries(
      marks
        .map(({ mark }) => [names.get(mark.digest) ?? mark.digest, mark.deadline] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }
}
