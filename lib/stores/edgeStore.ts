import { z } from "zod";
import type { Edges } from "../core/registryManifest.ts";
import { encodeKey } from "../core/tableKeys.ts";
import type { Row, RowTable, Tables } from "../ports.ts";
import { fitsRow, parseBody, toBody } from "./rows.ts";
import { EdgesSchema } from "./schemas.ts";

const EdgeRow = z.object({ mediaType: z.string(), edges: EdgesSchema });

/** Edges by digest: read once in a digest's life, shared by all repositories and registries. */
export class EdgeStore {
  private readonly table: RowTable;

  constructor(tables: Tables) {
    this.table = tables.open("edges");
  }

  /** Undefined where they were never read and understood, or were read as another media type than the registry states now. */
  async find(digest: string, mediaType: string): Promise<Edges | undefined> {
    const { partitionKey, rowKey } = keysOf(digest);
    const row = await this.table.find(partitionKey, rowKey);
    const stored = row && parseBody(EdgeRow, row);
    return stored?.mediaType === mediaType && stored.edges.understood ? stored.edges : undefined;
  }

  /** What is not understood is not kept, for a later answer may be; nor what no row holds: it is read anew each time. */
  async putAll(
    entries: readonly { readonly digest: string; readonly mediaType: string; readonly edges: Edges }[],
  ): Promise<void> {
    const rows = entries
      .filter(({ edges }) => edges.understood)
      .map(({ digest, mediaType, edges }): Row => ({ ...keysOf(digest), body: toBody({ mediaType, edges }) }));
    await this.table.putAll(rows.filter(({ body }) => fitsRow(body)));
  }
}

/** Two hex digits: digests spread evenly. */
function keysOf(digest: string): { partitionKey: string; rowKey: string } {
  const hex = digest.slice(digest.indexOf(":") + 1);
  return { partitionKey: hex.slice(0, 2), rowKey: encodeKey(digest) };
}
