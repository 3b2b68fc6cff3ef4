import { describeRowTable } from "../contract/rowTable.ts";
import { MemoryTables } from "../fakes/memoryTables.ts";

describeRowTable("the tables in memory", () => new MemoryTables());
