import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { listFiles } from "../../infra/package/listFiles.ts";
import { listUnreachable } from "../../infra/package/unreachable.ts";

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** Files by path, relative to the package `a`, unless they start with `node_modules` or `dist`. */
async function findUnreachable(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const root = await mkdtemp(join(tmpdir(), "unreachable-"));
  folders.push(root);
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, /^(node_modules|dist)\//.test(name) ? name : `node_modules/a/${name}`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return [...listUnreachable({ root, paths: await listFiles(root) })].map((path) =>
    path.replace("node_modules/a/", ""),
  );
}

const EXPORTS = JSON.stringify({
  exports: {
    ".": {
      browser: "./build/browser/index.js",
      "react-native": "./build/react-native/index.js",
      import: "./build/esm/index.js",
      require: "./build/commonjs/index.js",
    },
  },
});
const BUILDS = {
  "package.json": EXPORTS,
  "build/browser/index.js": "",
  "build/browser/part/x.js": "",
  "build/react-native/index.js": "",
  "build/esm/index.js": "",
  "build/commonjs/index.js": "",
};

describe("a build for another platform", () => {
  it("is unreachable, whole, where its package's exports say so", async () => {
    expect(await findUnreachable(BUILDS)).toEqual([
      "build/browser/index.js",
      "build/browser/part/x.js",
      "build/react-native/index.js",
    ]);
  });

  it("is unreachable, too, where the package lists replacements for browsers", async () => {
    const packageJson = JSON.stringify({
      main: "build/index.js",
      browser: { "./build/index.js": "./build/browser/index.js" },
    });
    const files = { "package.json": packageJson, "build/index.js": "", "build/browser/index.js": "" };
    expect(await findUnreachable(files)).toEqual(["build/browser/index.js"]);
  });

  it("is kept where the package does not say for whom it is", async () => {
    const files = { ...BUILDS, "package.json": JSON.stringify({ main: "build/commonjs/index.js" }) };
    expect(await findUnreachable(files)).toEqual([]);
  });

  it.each([
    { name: "its code", file: "build/esm/index.js", text: 'export * from "../browser/part/x.js";' },
    { name: "its code, without extension", file: "build/commonjs/index.js", text: "require('../browser/part/x')" },
    { name: "its code, the folder", file: "build/commonjs/index.js", text: "require('../browser')" },
    { name: "its code, minified", file: "build/esm/index.js", text: 'f("a"),b/c,import("../browser/index.js")' },
    { name: "another package", file: "node_modules/b/x.js", text: 'require("a/build/browser")' },
    { name: "the app", file: "dist/lib/x.js", text: 'await import("a/build/browser/index.js")' },
  ])("is kept where it is loaded by $name", async ({ file, text }) => {
    const files = { ...BUILDS, "node_modules/b/package.json": "{}", [file]: text };
    expect(await findUnreachable(files)).toEqual(["build/react-native/index.js"]);
  });

  it("is kept where only a build that is kept loads it", async () => {
    const chain = {
      "build/esm/index.js": 'import "../browser/index.js";',
      "build/browser/index.js": 'import "../react-native/index.js";',
    };
    expect(await findUnreachable({ ...BUILDS, ...chain })).toEqual([]);
  });

  it.each([
    {
      name: "another of Node's conditions leads to it",
      exports: { browser: "./build/browser/index.js", default: "./build/browser/index.js" },
    },
    {
      name: "a pattern of Node's may lead to it",
      exports: { "./*": "./build/*", ".": { browser: "./build/browser/index.js" } },
    },
    {
      name: "Node's conditions lead into it",
      exports: { browser: "./build/browser/index.js", node: { import: "./build/browser/part/x.js" } },
    },
  ])("is kept where $name", async ({ exports }) => {
    const unreachable = await findUnreachable({ ...BUILDS, "package.json": JSON.stringify({ exports }) });
    expect(unreachable).not.toContain("build/browser/index.js");
  });

  it("is unreachable where a condition of Node's is below one of the platform's", async () => {
    const exports = { browser: { import: "./build/browser/index.js" }, default: "./build/esm/index.js" };
    const unreachable = await findUnreachable({ ...BUILDS, "package.json": JSON.stringify({ exports }) });
    expect(unreachable).toContain("build/browser/index.js");
  });
});

describe("a package's tests", () => {
  it("are unreachable", async () => {
    const files = {
      "package.json": "{}",
      "index.js": "",
      "tests/a.js": "",
      "lib/__tests__/b.js": "",
      "lib/c.test.js": "",
      "test.js": "",
    };
    expect(await findUnreachable(files)).toEqual(["lib/__tests__/b.js", "lib/c.test.js", "test.js", "tests/a.js"]);
  });

  it("are kept where its code loads them", async () => {
    const files = {
      "package.json": "{}",
      "index.js": 'require("./test")',
      "test.js": 'require("./tests/a")',
      "tests/a.js": "",
      "tests/b.js": "",
    };
    expect(await findUnreachable(files)).toEqual([]);
  });

  it("are kept where they are the package", async () => {
    expect(
      await findUnreachable({ "package.json": JSON.stringify({ main: "test/index" }), "test/index.js": "" }),
    ).toEqual([]);
  });
});

describe("the app's own folders", () => {
  it("are left alone, whatever their name", async () => {
    expect(await findUnreachable({ "dist/lib/browser/x.js": "", "dist/test/y.js": "" })).toEqual([]);
  });
});
