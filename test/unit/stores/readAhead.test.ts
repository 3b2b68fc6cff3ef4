import { describe, expect, it } from "@jest/globals";
import { concatAhead } from "../../../lib/stores/readAhead.ts";
import { collect } from "../../fakes/collect.ts";

/** A stream of items that notes when it is opened, how often it is asked, and that it was closed. */
function aStream(items: readonly string[], notes: string[], failure?: string): AsyncIterable<string> {
  return (async function* read() {
    notes.push(`open ${items[0] ?? ""}`);
    try {
      for (const item of items) {
        if (item === failure) throw new Error(`${item} failed`);
        yield item;
      }
    } finally {
      notes.push(`close ${items[0] ?? ""}`);
    }
  })();
}

const STREAMS = [["a1", "a2"], ["b1"], ["c1", "c2", "c3"], ["d1"], ["e1"]];
const openAll = (notes: string[], failure?: string): AsyncIterable<string>[] =>
  STREAMS.map((items) => aStream(items, notes, failure));

describe("streams one after the other", () => {
  it.each([0, 1, 3, 99])("keep their order, %d read ahead", async (ahead) => {
    expect(await collect(concatAhead(openAll([]), ahead))).toEqual(STREAMS.flat());
  });

  it.each([
    { name: "without any", streams: [], items: [] },
    { name: "with empty ones", streams: [[], ["x"], [], []], items: ["x"] },
  ])("come to an end: $name", async ({ streams, items }) => {
    const opened = streams.map((given) => aStream(given, []));
    expect(await collect(concatAhead(opened, 2))).toEqual(items);
  });

  it.each([
    { ahead: 0, opened: ["open a1"] },
    { ahead: 2, opened: ["open a1", "open b1", "open c1"] },
  ])("are opened early, but no more than $ahead", async ({ ahead, opened }) => {
    const notes: string[] = [];
    const stream = concatAhead(openAll(notes), ahead);
    await stream.next();
    expect(notes).toEqual(opened);
    await stream.return(undefined);
  });

  it("are all closed when the reader stops early", async () => {
    const notes: string[] = [];
    for await (const item of concatAhead(openAll(notes), 2)) if (item === "a1") break;
    expect(notes.filter((note) => note.startsWith("close"))).toEqual(["close a1", "close b1", "close c1"]);
  });

  it("fail when the turn of the failed one comes, not earlier, and then close the rest", async () => {
    const notes: string[] = [];
    const read: string[] = [];
    const reading = async (): Promise<void> => {
      for await (const item of concatAhead(openAll(notes, "c1"), 3)) {
        // The failure of a stream that was read ahead is there long before its turn.
        await new Promise((resolve) => setImmediate(resolve));
        read.push(item);
      }
    };
    await expect(reading()).rejects.toThrow("c1 failed");
    expect(read).toEqual(["a1", "a2", "b1"]);
    expect(notes.filter((note) => note.startsWith("open")).length).toBe(
      notes.filter((note) => note.startsWith("close")).length,
    );
  });
});
