import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createPackage } from "../../infra/package/createPackage.ts";
import { PROJECT } from "./unpackedApp.ts";

const MAIN = "dist/functions/main.js";
const packageJson = {
  name: "small",
  version: "1.0.0",
  private: true,
  description: "A small app",
  type: "module",
  main: MAIN,
  engines: { node: ">=22" },
  scripts: { postinstall: "exit 1", build: "exit 1" },
  dependencies: {},
  devDependencies: {},
};
const lock = { name: "small", version: "1.0.0", lockfileVersion: 3, requires: true };
const compilerOptions = {
  target: "es2024",
  module: "nodenext",
  types: [],
  strict: true,
  rootDir: ".",
  outDir: "dist",
  sourceMap: true,
};
const FILES: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify(packageJson),
  "package-lock.json": JSON.stringify({ ...lock, packages: { "": packageJson } }),
  ".npmrc": "",
  "host.json": "{}",
  "tsconfig.build.json": JSON.stringify({ compilerOptions, include: ["functions"] }),
  "functions/main.ts": "export const answer: number = 42;\n",
};

const MOVED = JSON.stringify({ ...packageJson, main: "dist/functions/start.js" });
/** Names a dependency that the lockfile lacks. */
const UNLOCKED = JSON.stringify({ ...packageJson, dependencies: { part: "file:part" } });

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "small-"));
  await write(FILES);
  await mkdir(join(project, "node_modules"));
  await symlink(join(PROJECT, "node_modules", "typescript"), join(project, "node_modules", "typescript"));
});
afterEach(() => rm(project, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(project, name)), { recursive: true });
    await writeFile(join(project, name), text);
  }
}

const make = () => createPackage(project, join(project, "out"));

describe("making a package", () => {
  it("takes the app from its sources, not from what lies in dist and node_modules", async () => {
    await write({ "dist/functions/old.js": "", "dist/functions/main.js": "old", "node_modules/left-pad/index.js": "" });
    const { entries, folder } = await make();
    expect(entries.map(({ path }) => path)).toEqual([MAIN, "host.json", "package.json"]);
    expect(await readFile(join(folder, MAIN), "utf8")).toBe("export const answer = 42;\n");
  });

  it("leaves out of package.json what could make anyone install or build", async () => {
    const { folder } = await make();
    const { scripts: _scripts, devDependencies: _dev, ...rest } = packageJson;
    expect(JSON.parse(await readFile(join(folder, "package.json"), "utf8"))).toEqual(rest);
  });

  it.each([
    { name: "does not compile", file: "functions/main.ts", text: "export const answer: string = 42;", says: "TS2322" },
    { name: "has no main", file: "package.json", text: MOVED, says: "missing: dist/functions/start.js" },
    { name: "has a lockfile that does not fit", file: "package.json", text: UNLOCKED, says: "npm ci" },
    {
      name: "has a test beside its code",
      file: "functions/main.test.ts",
      text: "export {};",
      says: "test: dist/functions",
    },
  ])("refuses an app that $name, and leaves no zip of an earlier one", async ({ file, text, says }) => {
    const { file: zip } = await make();
    await write({ [file]: text });
    await expect(make()).rejects.toThrow(says);
    expect(existsSync(zip)).toBe(false);
  });

  it("refuses a dependency that is a link into the project: it would lead nowhere", async () => {
    const dependencies = { part: "file:part" };
    const root = { ...packageJson, dependencies };
    const packages = { "": root, "node_modules/part": { resolved: "part", link: true }, part: { version: "1.0.0" } };
    await write({
      "package.json": JSON.stringify(root),
      "package-lock.json": JSON.stringify({ ...lock, packages }),
      "part/package.json": '{ "name": "part", "version": "1.0.0" }',
    });
    await expect(make()).rejects.toThrow("node_modules/part is neither a file nor a folder");
  });
});
