import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkWritable, loadEstate } from "./files.ts";
import { UsageError } from "./readArguments.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "files-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

async function refusalOf(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => undefined,
    (problem: unknown) => problem,
  );
  if (error instanceof UsageError) return error.message;
  throw new Error("It was not refused with a UsageError", { cause: error });
}

describe("loadEstate", () => {
  const estate = { title: "t", startsAt: "2026-03-02T00:00:00Z", resources: [] };

  it("loads a file, with defaults filled in", async () => {
    expect(await loadEstate(await write("good.json", JSON.stringify(estate)))).toMatchObject({
      title: "t",
      nights: 30,
    });
  });

  it("knows the default estate by name", async () => {
    expect((await loadEstate("default")).registries.length).toBeGreaterThan(0);
  });

  it("says which file is not there", async () => {
    expect(await refusalOf(loadEstate(join(folder, "none.json")))).toMatch(/none\.json.*it does not exist/);
  });

  it("says what is no JSON", async () => {
    expect(await refusalOf(loadEstate(await write("bad.json", "{ no")))).toMatch(/bad\.json is not JSON/);
  });

  it("names what is wrong with its path", async () => {
    const file = await write("wrong.json", JSON.stringify({ ...estate, nights: 0 }));
    expect(await refusalOf(loadEstate(file))).toMatch(/not valid:\n {2}nights: /);
  });

  it("names what the estate points at and does not hold", async () => {
    const events = [{ at: "+1d", type: "untag", registry: "nowhere", repository: "a/b", tag: "1" }];
    const file = await write("loose.json", JSON.stringify({ ...estate, events }));
    expect(await refusalOf(loadEstate(file))).toMatch(
      /cannot be played:\n {2}events\.0\.registry: no registry nowhere/,
    );
  });
});

describe("checkWritable", () => {
  it("accepts a new file in a folder that is there, and one that is there already", async () => {
    await expect(checkWritable(join(folder, "new.json"))).resolves.toBeUndefined();
    await expect(checkWritable(await write("old.json", ""))).resolves.toBeUndefined();
  });

  it("refuses a folder, and a file in a folder that is not there", async () => {
    expect(await refusalOf(checkWritable(folder))).toContain("is a folder");
    expect(await refusalOf(checkWritable(join(folder, "no", "out.json")))).toContain("does not exist");
  });
});
