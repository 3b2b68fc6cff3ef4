import type { z } from "zod";
import type {
  ArmResourceSchema,
  EventSchema,
  RegistryManifestSchema,
  RegistrySchema,
  RepositorySchema,
} from "../../sandbox/estate.ts";

/** What an author writes: what the estate's schemas accept before defaults are filled in. */
export type ResourceInput = z.input<typeof ArmResourceSchema>;
export type RegistryInput = z.input<typeof RegistrySchema>;
export type RepositoryInput = z.input<typeof RepositorySchema>;
export type ManifestInput = z.input<typeof RegistryManifestSchema>;
export type EventInput = z.input<typeof EventSchema>;
