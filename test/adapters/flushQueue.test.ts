import { describe, expect, it } from "@jest/globals";
import { FlushQueue, Patience } from "../../lib/azure/flushQueue.ts";

/** Sends that end when they are told to. */
function heldSends() {
  const sends: ((wasTaken: boolean) => void)[] = [];
  const send = () => new Promise<boolean>((resolve) => sends.push(resolve));
  return { sends, send };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

describe("what is told", () => {
  it("is not sent one by one", async () => {
    let sends = 0;
    const queue = new FlushQueue(() => Promise.resolve((sends += 1) > 0), new Patience(), 3);
    for (let told = 0; told < 7; told += 1) await queue.push();
    expect(sends).toBe(2);
  });

  it("lets nobody go on before there is room again", async () => {
    const { sends, send } = heldSends();
    const queue = new FlushQueue(send, new Patience(), 2);
    await queue.push();
    let hasRoom = false;
    const second = queue.push().then(() => (hasRoom = true));
    await settled();
    expect(hasRoom).toBe(false);
    sends[0]?.(true);
    await second;
    expect(hasRoom).toBe(true);
  });

  it("is sent by a send that begins after it was told, which many share", async () => {
    const { sends, send } = heldSends();
    const queue = new FlushQueue(send, new Patience());
    const first = queue.flush();
    await settled();
    const ended: string[] = [];
    const others = ["a", "b", "c"].map((name) => queue.flush().then(() => ended.push(name)));
    sends[0]?.(true);
    await first;
    await settled();
    expect(ended).toEqual([]);
    expect(sends).toHaveLength(2);
    sends[1]?.(true);
    await Promise.all(others);
    expect(ended).toEqual(["a", "b", "c"]);
  });

  it("is not waited for any more, for a while, where something was not taken", async () => {
    const { sends, send } = heldSends();
    const patience = new Patience();
    const [queue, other] = [new FlushQueue(send, patience, 1), new FlushQueue(send, patience)];
    const first = queue.flush();
    await settled();
    sends[0]?.(false);
    await first;
    for (let told = 0; told < 5; told += 1) await queue.push();
    for (const each of [queue, other]) await each.flush();
    expect(sends).toHaveLength(1);
  });
});
