import { describe, expect, it } from "@jest/globals";
import { existsSync } from "node:fs";
import { describeMemory } from "./memory.ts";
import { listProcesses, type Process, readPssBytes, selectFamily } from "./processTree.ts";

const aProcess = (pid: number, parent: number, ...command: string[]): Process => ({ pid, parent, command });

describe("selectFamily", () => {
  const npm = [
    aProcess(1, 0, "init"),
    aProcess(2, 1, "bash"),
    aProcess(3, 2, "npm start"),
    aProcess(4, 3, "sh", "-c", "node start.ts"),
    aProcess(5, 4, "node", "start.ts"),
    aProcess(8, 7, "node", "grandchild.js"),
    aProcess(7, 5, "node", "main.ts"),
    aProcess(9, 4, "sleep"),
  ];
  const pidsOf = (processes: readonly Process[]) => processes.map(({ pid }) => pid);

  it("takes descendants, and parents up to npm", () => {
    expect(pidsOf(selectFamily(npm, 5))).toEqual([3, 4, 5, 8, 7]);
  });

  it("takes no parent where npm is none of them", () => {
    const plain = npm
      .filter(({ pid }) => pid !== 3)
      .map((process) => (process.pid === 4 ? { ...process, parent: 2 } : process));
    expect(pidsOf(selectFamily(plain, 5))).toEqual([5, 8, 7]);
  });
});

const measurable = existsSync("/proc/self/smaps_rollup") ? it : it.skip;

describe("the processes of this machine", () => {
  measurable("include this one, with its memory", async () => {
    expect((await listProcesses()).find(({ pid }) => pid === process.pid)?.parent).toBe(process.ppid);
    expect(await readPssBytes(process.pid)).toBeGreaterThan(1_000_000);
  });

  measurable("count as nothing once they have ended", async () => {
    expect(await readPssBytes(2 ** 22 + 1)).toBe(0);
  });
});

describe("describeMemory", () => {
  it("names each process with its heap flags, the largest first", () => {
    const service = aProcess(7, 5, "node", "--max-old-space-size=128", "/x/test/host/main.ts", "{}");
    const text = describeMemory({
      totalBytes: 251_000_000,
      processes: [
        { process: aProcess(3, 2, "npm start"), bytes: 50_000_000 },
        { process: service, bytes: 201_000_000 },
      ],
    });
    expect(text.split("\n")).toEqual([
      expect.stringContaining("251 MB"),
      "   201 service (--max-old-space-size=128)",
      "    50 npm",
    ]);
  });

  it("says so where nothing could be measured", () => {
    expect(describeMemory(undefined)).toContain("not measured");
  });
});
