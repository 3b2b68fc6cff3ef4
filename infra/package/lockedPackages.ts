import { z } from "zod";

/** What package-lock.json says of each package folder, such as `node_modules/@azure/identity`. */
export interface LockedPackages {
  /** What an install without dev dependencies may hold. */
  readonly production: ReadonlySet<string>;
  /** The part of it that every platform gets. */
  readonly required: ReadonlySet<string>;
  readonly development: ReadonlySet<string>;
}

const EntrySchema = z.object({
  dev: z.boolean().default(false),
  optional: z.boolean().default(false),
  devOptional: z.boolean().default(false),
  link: z.boolean().default(false),
  resolved: z.string().optional(),
});
type Entry = z.infer<typeof EntrySchema>;

const LockSchema = z.object({ lockfileVersion: z.literal(3), packages: z.record(z.string(), EntrySchema) });

/** Throws if the text is no lockfile of version 3. */
export function readLockedPackages(text: string): LockedPackages {
  const { packages } = LockSchema.parse(JSON.parse(text));
  const installed = Object.entries(packages)
    .filter(([folder]) => folder.startsWith("node_modules/"))
    .map(([folder, entry]) => ({ folder, ...followLink(entry, packages) }));
  const select = (wanted: (entry: Entry) => boolean) => new Set(installed.filter(wanted).map(({ folder }) => folder));
  return {
    production: select(({ dev }) => !dev),
    required: select(({ dev, optional, devOptional }) => !dev && !optional && !devOptional),
    development: select(({ dev }) => dev),
  };
}

/** A link to a folder of the project says nothing of itself: what it leads to does. */
function followLink(entry: Entry, packages: Readonly<Record<string, Entry>>): Entry {
  return (entry.link ? packages[entry.resolved ?? ""] : undefined) ?? entry;
}

/** The package folder that holds a file, nested ones included; undefined outside `node_modules`. */
export function findPackageFolder(path: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
}
