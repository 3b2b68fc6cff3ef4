// Loaded with `--require` into Azurite, whose tables look at every row for each page of a list, and keep two sorted arrays of all
// rows for each one that is written: with a million rows a night would take a day. Here rows are found by key instead. What a
// client is answered is the same; filters of another form than the service sends take Azurite's own way.
const Store = require("azurite/dist/src/table/persistence/LokiTableMetadataStore").default;
const Generator = require("azurite/dist/src/table/persistence/LokiTableStoreQueryGenerator").default;

const KEY = "'((?:[^']|'')*)'";
const FILTER = new RegExp(`^PartitionKey eq ${KEY}(?: and RowKey ge ${KEY})?(?: and RowKey lt ${KEY})?$`);

class Partition {
  rows = new Map();
  #sorted;

  put(row) {
    if (!this.rows.has(row.RowKey)) this.#sorted = undefined;
    this.rows.set(row.RowKey, row);
  }

  remove(row) {
    if (this.rows.get(row.RowKey) !== row) return;
    this.rows.delete(row.RowKey);
    this.#sorted = undefined;
  }

  // At most `count` rows from `from` on, before `to`, in order of key.
  page(from, to, count) {
    this.#sorted ??= [...this.rows.keys()].sort((a, b) => (a < b ? -1 : 1));
    const page = [];
    for (let at = firstFrom(this.#sorted, from); at < this.#sorted.length && page.length < count; at += 1) {
      if (to !== undefined && this.#sorted[at] >= to) break;
      page.push(this.rows.get(this.#sorted[at]));
    }
    return page;
  }
}

function firstFrom(keys, from) {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle] < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

const partitionsOf = new WeakMap();

const { createCollectionForTable, queryTableEntities } = Store.prototype;

Store.prototype.createCollectionForTable = function create(table) {
  createCollectionForTable.call(this, table);
  const collection = this.db.getCollection(this.getTableCollectionName(table.account, table.table));
  const partitions = new Map();
  const partitionOf = (key) => partitions.get(key) ?? partitions.set(key, new Partition()).get(key);
  partitionsOf.set(collection, partitions);
  collection.binaryIndices = {};
  collection.on("insert", (rows) => [rows].flat().forEach((row) => partitionOf(row.PartitionKey).put(row)));
  collection.on("delete", (row) => partitionOf(row.PartitionKey).remove(row));
  collection.findOne = ({ PartitionKey, RowKey }) => partitions.get(PartitionKey)?.rows.get(RowKey) ?? null;
};

Store.prototype.queryTableEntities = async function query(...given) {
  const [context, account, table, options, , nextRowKey] = given;
  const found = FILTER.exec(options.filter ?? "");
  if (found === null) return queryTableEntities.apply(this, given);
  const [partitionKey, from = "", to] = found.slice(1).map((key) => key?.replaceAll("''", "'"));
  const next = this.decodeContinuationHeader(nextRowKey) ?? "";
  const max = this.getMaxResultsOption(options);
  const partition = partitionsOf.get(this.getEntityCollection(account, table, context))?.get(partitionKey);
  const matches = Generator.generateQueryForPersistenceLayer(options, context);
  const result = (partition?.page(next > from ? next : from, to, max + 1) ?? []).filter((row) => matches(row));
  const { nextPartitionKeyResponse, nextRowKeyResponse } = this.adjustQueryResultforTop(result, max);
  return [result, nextPartitionKeyResponse, nextRowKeyResponse];
};
