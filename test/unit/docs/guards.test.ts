import { existsSync, globSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { find, PROJECT, read } from "./markdown.ts";

const PAGE = "docs/guards.md";
const PATH = /`(test\/[\w./-]+)`/g;

/** What a cell of a table names: each path with the names of tests that follow it. */
interface Named {
  readonly path: string;
  readonly tests: readonly string[];
}

const named: readonly Named[] = read(PAGE)
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .flatMap((line) => line.split(/(?=`test\/)/).slice(1))
  .map((part) => ({
    path: find(part, PATH)[0] ?? "",
    tests: [...part.matchAll(/“([^”]+)”/g)].map((match) => match[1] ?? ""),
  }));

describe("guards.md", () => {
  it("names many tests, and only those that are there", () => {
    expect(named.length).toBeGreaterThan(80);
    expect(named.filter(({ path }) => !existsSync(join(PROJECT, path)))).toEqual([]);
  });

  it("calls each by what stands in its file", () => {
    const missing = named.flatMap(({ path, tests }) =>
      tests.filter((name) => !read(path).includes(name)).map((name) => `${path}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it("names only scenarios that have a control", () => {
    const folders = named.map(({ path }) => path).filter((path) => path.startsWith("test/scenarios/"));
    expect(folders.filter((folder) => !existsSync(join(PROJECT, folder, "control.json")))).toEqual([]);
  });

  it("names every guard that is played, and every scenario of a guard is played", () => {
    const played = find(read("test/jobs/guardScenarios.test.ts"), /^ {2}"([a-z0-9-]+)",$/gm);
    const listed = new Set(named.map(({ path }) => basename(path)));
    expect(played.filter((folder) => !listed.has(folder))).toEqual([]);
    const guards = globSync("test/scenarios/*/expected.json", { cwd: PROJECT }).filter(
      (path) => /"looks"/.test(read(path)) && !/"marksAdded"/.test(read(path)),
    );
    expect(guards.map((path) => basename(dirname(path))).sort()).toEqual(played);
  });
});
