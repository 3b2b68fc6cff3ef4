import { describe, expect, it } from "@jest/globals";
import { WriteStream } from "node:tty";
import { aLayout } from "./aSimulation.fixture.ts";
import { createProgress } from "./progress.ts";

/** What a stream that claims to be a terminal, or not, is given to show. */
function play(isTTY: boolean): string {
  const stream: WriteStream = Object.assign(Object.create(WriteStream.prototype), { isTTY, columns: 80 });
  const written: string[] = [];
  Object.assign(stream, { write: (text: string) => written.push(text) > 0 });
  const progress = createProgress({ nights: 2, stream, layout: aLayout(80) });
  progress.doing("Mon 02 Mar 01:00 takeSnapshot");
  progress.print("loaded");
  progress.nightOver();
  progress.print("night one");
  progress.nightOver();
  progress.print("night two");
  progress.stop();
  return written.join("");
}

describe("the progress display", () => {
  it("prints the nights, and nothing else, where there is no terminal", () => {
    expect(play(false)).toBe("loaded\nnight one\nnight two\n");
  });

  it("shows the night and what goes on, on a terminal, between the lines that stay", () => {
    const text = play(true);
    expect(text).toMatch(/loaded\n.*night 1 of 2 · Mon 02 Mar 01:00 takeSnapshot/s);
    expect(text).toMatch(/night one\n.*night 2 of 2 · about \d+ s left.*night two\n$/s);
  });
});
