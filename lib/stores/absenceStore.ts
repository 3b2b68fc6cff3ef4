import pMap from "p-map";
import { z } from "zod";
import type { ArmId } from "../core/armId.ts";
import { encodeKey } from "../core/tableKeys.ts";
import type { RowTable, Tables } from "../ports.ts";
import { listPart, placeOfId } from "./buckets.ts";
import { parseBody, putRows, toBody } from "./rows.ts";

const Absence = z.object({ id: z.string(), at: z.string() });

const PART = "absent";
const REMOVALS_AT_A_TIME = 8;
/** Of one registry. Those beyond are asked for again. */
const MAX_LISTED = 100_000;

/**
 * What was confirmed as gone since the last complete look: resources by ARM, registry manifests and repositories by their
 * registry. A large decommissioning is confirmed over several nights: what is in here need not be asked for again.
 */
export class AbsenceStore {
  private readonly table: RowTable;

  constructor(tables: Tables) {
    this.table = tables.open("absences");
  }

  /** Resources that were confirmed at `since` or later. */
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

  /** All resources, row by row, for a table that is dropped cannot be written to for a while. Rows that cannot be read go too. */
  async clear(): Promise<void> {
    await this.removePlaces(listPart(this.table, PART));
  }

  /** What the registry confirmed, by key, with when (ISO 8601): in one range, for it is empty on almost every night. */
  async listOfRegistry(registryId: ArmId): Promise<ReadonlyMap<string, string>> {
    const confirmed = new Map<string, string>();
    for await (const row of this.table.list({ partitionKey: encodeKey(registryId) })) {
      const { id, at } = parseBody(Absence, row);
      confirmed.set(id, at);
      if (confirmed.size === MAX_LISTED) break;
    }
    return confirmed;
  }

  async addOfRegistry(registryId: ArmId, keys: readonly string[], at: string): Promise<void> {
    const rows = keys.map((key) => ({ ...placeIn(registryId, key), body: toBody({ id: key, at }) }));
    await putRows(this.table, rows);
  }

  async removeOfRegistry(registryId: ArmId, keys: readonly string[]): Promise<void> {
    await this.removePlaces(keys.map((key) => placeIn(registryId, key)));
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

const placeIn = (registryId: ArmId, key: string): Place => ({
  partitionKey: encodeKey(registryId),
  rowKey: encodeKey(key),
});
