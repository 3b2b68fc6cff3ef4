import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { fromBufferPromise } from "yauzl";
import { listFiles } from "../../infra/package/listFiles.ts";
import { createZip, listEntries } from "../../infra/package/zip.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "zip-"));
  await mkdir(join(root, "a"));
  await writeFile(join(root, "a", "x.js"), "x".repeat(1000));
  await writeFile(join(root, "B.js"), "");
});
afterEach(() => rm(root, { recursive: true }));

describe("the files of a folder", () => {
  it("are listed in the order of their code units, whatever the language", async () => {
    await writeFile(join(root, "ä.js"), "");
    expect(await listFiles(root)).toEqual(["B.js", "a/x.js", "ä.js"]);
  });

  it("are refused where one is a link", async () => {
    await symlink(join(root, "B.js"), join(root, "link.js"));
    await expect(listFiles(root)).rejects.toThrow("link.js is neither a file nor a folder");
  });
});

describe("a zip", () => {
  it("holds the files, and compresses them", async () => {
    const entries = await listEntries(await createZip(root, await listFiles(root)));
    expect(entries.map(({ path, bytes }) => ({ path, bytes }))).toEqual([
      { path: "B.js", bytes: 0 },
      { path: "a/x.js", bytes: 1000 },
    ]);
    expect(entries[1]?.compressedBytes).toBeLessThan(100);
  });

  it("does not tell when its files were written, or by whom", async () => {
    const before = await createZip(root, ["B.js"]);
    await utimes(join(root, "B.js"), 1, 2_000_000_000);
    expect((await createZip(root, ["B.js"])).equals(before)).toBe(true);
    for await (const entry of (await fromBufferPromise(before, { lazyEntries: true })).eachEntry()) {
      expect(entry.extraFields).toEqual([]);
      expect(entry.externalFileAttributes >>> 16).toBe(0o100644);
    }
  });

  it.each(["Asia/Tokyo", "America/Los_Angeles"])("has the same bytes in %s", async (zone) => {
    const module = JSON.stringify(new URL("../../infra/package/zip.ts", import.meta.url).href);
    const code = `const { createZip } = await import(${module}); process.stdout.write(await createZip(${JSON.stringify(root)}, ["B.js", "a/x.js"]));`;
    const elsewhere = execFileSync(process.execPath, ["--input-type=module", "--eval", code], { env: { TZ: zone } });
    expect(elsewhere.equals(await createZip(root, ["B.js", "a/x.js"]))).toBe(true);
  });
});
