import pMap from "p-map";
import { z } from "zod";
import type { ArmId } from "../core/armId.ts";
import type { RowTable, Tables } from "../ports.ts";
import { listPart, placeOfId } from "./buckets.ts";
import { parseBody, putRows, toBody } from "./rows.ts";

const Absence = z.object({ id: z.string(), at: z.string() });

const PART = "absent";
const REMOVALS_AT_A_TIME = 8;

/**
 * Resources that ARM has confirmed as gone since the last complete snapshot. A large decommissioning is confirmed over several
 * nights: what is in here need not be asked for again.
 */
export class AbsenceStore {
  private readonly table: RowTable;

  constructor(tables: Tables) {
    this.table = tables.open("absences");
  }

  /** Those that were confirmed at `since` or later. */
  async list(since: Date): Promise<ReadonlySet<ArmId>> {
    const ids = new Set<ArmId>();
    for await (const row of listPart(this.table, PART)) {
      const { id, at } = parseBody(Absence, row);
      if (Date.parse(at) >= since.getTime()) ids.add(id);
    }
    return ids;
  }

  async add(ids: readonly ArmId[], at: string): Promise<void> {
    const rows = ids.map((id) => ({ ...placeOfId(PART, id), body: toBody({ id, at }) }));
    await putRows(this.table, rows);
  }

  /** For resources that were seen again: their next absence must be confirmed anew. */
  async remove(ids: readonly ArmId[]): Promise<void> {
    await this.removePlaces(ids.map((id) => placeOfId(PART, id)));
  }

  /** Row by row, for a table that is dropped cannot be written to for a while. Rows that cannot be read go too. */
  async clear(): Promise<void> {
    await this.removePlaces(listPart(this.table, PART));
  }

  private async removePlaces(places: AsyncIterable<Place> | Iterable<Place>): Promise<void> {
    const remove = ({ partitionKey, rowKey }: Place) => this.table.remove(partitionKey, rowKey);
    await pMap(places, remove, { concurrency: REMOVALS_AT_A_TIME });
  }
}

interface Place {
  readonly partitionKey: string;
  readonly rowKey: string;
}
