import { z } from "zod";
import { StageSchema } from "../graph/figures.ts";

/** What is measured, as the measuring process hands it to the one that compares and prints. */

const Calls = z.object({
  /** As the sandbox's call log names it, such as `listManifests`. */
  kind: z.string(),
  status: z.number(),
  count: z.number(),
});

const RegistryStage = StageSchema.extend({ calls: z.array(Calls) });

/** What no inventory can save, counted in the registry itself just before. */
const Inventory = z.object({
  cataloguePages: z.number(),
  listingPages: z.number(),
  repositories: z.number(),
  /** Repositories that hold an untagged registry manifest. */
  withUntagged: z.number(),
  /** Of these, the ones where some untagged registry manifest is in no tagged index. */
  withCandidates: z.number(),
});

const Purge = z.object({
  planned: z.number(),
  deleted: z.number(),
  /** Of what was deleted, what has children. */
  parents: z.number(),
  repositories: z.number(),
  /** Of what was deleted, what had its bytes in the journal before the purge began. */
  bytesKept: z.number(),
  /** Everything that is gone is to be gone, and the other way round. */
  isExact: z.boolean(),
});

const DeleteMinute = z.object({ startsAt: z.string(), done: z.number(), refused: z.number() });

const Rate = z.object({
  perMinute: z.number(),
  /** Those that the registry counts in, from that of the first DELETE to that of the last. */
  minutes: z.array(DeleteMinute),
  /** From the first DELETE that was done to the last. */
  seconds: z.number(),
  done: z.number(),
  refused: z.number(),
});

const Night = z.object({
  night: z.number(),
  what: z.string(),
  stages: z.array(RegistryStage),
  inventory: Inventory.optional(),
  purge: Purge.optional(),
  rate: Rate.optional(),
});

export const RegistryFiguresSchema = z.object({
  repositories: z.number(),
  manifests: z.number(),
  loadSeconds: z.number(),
  nights: z.array(Night),
  /** Why the figures cannot be believed: failed runs, incomplete snapshots, an app that died. */
  problems: z.array(z.string()),
});

export type CallFigures = Readonly<z.infer<typeof Calls>>;
export type RegistryStageFigures = Readonly<z.infer<typeof RegistryStage>>;
export type InventoryFigures = Readonly<z.infer<typeof Inventory>>;
export type PurgeFigures = Readonly<z.infer<typeof Purge>>;
export type RateFigures = Readonly<z.infer<typeof Rate>>;
export type RegistryNightFigures = Readonly<z.infer<typeof Night>>;
export type RegistryFigures = Readonly<z.infer<typeof RegistryFiguresSchema>>;
