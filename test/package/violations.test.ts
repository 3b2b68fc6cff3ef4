import { describe, expect, it } from "@jest/globals";
import { refuseLarge, refuseUnfit, LIMIT_BYTES } from "../../infra/package/createPackage.ts";
import { findPackageFolder, readLockedPackages } from "../../infra/package/lockedPackages.ts";
import { listViolations } from "../../infra/package/violations.ts";

const locked = readLockedPackages(
  JSON.stringify({
    lockfileVersion: 3,
    packages: {
      "": {},
      "node_modules/a": {},
      "node_modules/@scope/b": {},
      "node_modules/@scope/b/node_modules/a": {},
      "node_modules/fast": { optional: true },
      "node_modules/jest": { dev: true },
      "test/support/stub": { dev: true },
      "node_modules/stub": { resolved: "test/support/stub", link: true },
    },
  }),
);
const expected = { locked, main: "dist/functions/main.js" };

const FIT = [
  "dist/functions/main.js",
  "dist/lib/core/plan.js",
  "host.json",
  "node_modules/@scope/b/dist/index.mjs",
  "node_modules/@scope/b/node_modules/a/package.json",
  "node_modules/@scope/b/package.json",
  "node_modules/a/LICENSE",
  "node_modules/a/browser/package.json",
  "node_modules/a/latest/contest.js",
  "node_modules/a/package.json",
  "package.json",
];

describe("the rule of what a package holds", () => {
  it("finds nothing in one that is fit", () => {
    expect(listViolations(FIT, expected)).toEqual([]);
  });

  it.each([
    { path: "dist/functions/main.js.map", fault: "sourceMap" },
    { path: "node_modules/a/index.d.cts.map", fault: "sourceMap" },
    { path: "lib/core/plan.ts", fault: "typeScript" },
    { path: "node_modules/a/index.d.ts", fault: "typeScript" },
    { path: "node_modules/a/src/index.mts", fault: "typeScript" },
    { path: "node_modules/a/build/Release/fast.node", fault: "native" },
    { path: "dist/test/host/main.js", fault: "test" },
    { path: "dist/functions/main.test.js", fault: "test" },
    { path: "node_modules/a/__tests__/unit.cjs", fault: "test" },
    { path: "node_modules/a/test.js", fault: "test" },
    { path: "node_modules/a/dist/browser/index.js", fault: "foreignBuild" },
    { path: "node_modules/a/dist/react-native/index.js", fault: "foreignBuild" },
    { path: "node_modules/jest/index.js", fault: "devDependency" },
    { path: "node_modules/stub/index.js", fault: "devDependency" },
    { path: "node_modules/left-pad/index.js", fault: "unknownPackage" },
    { path: "node_modules/@scope/b/node_modules/c/index.js", fault: "unknownPackage" },
    { path: "node_modules/.package-lock.json", fault: "notOfTheService" },
    { path: "dist/bench/graph/countRequests.js", fault: "notOfTheService" },
    { path: "local.settings.json", fault: "notOfTheService" },
    { path: "README.md", fault: "notOfTheService" },
  ])("finds $path: $fault", ({ path, fault }) => {
    expect(listViolations([...FIT, path], expected)).toEqual([{ path, fault }]);
  });

  it.each([
    "package.json",
    "host.json",
    "dist/functions/main.js",
    "node_modules/a/package.json",
    "node_modules/@scope/b/node_modules/a/package.json",
  ])("misses %s", (path) => {
    expect(
      listViolations(
        FIT.filter((other) => other !== path),
        expected,
      ),
    ).toEqual([{ path, fault: "missing" }]);
  });

  it("takes a package that not every platform gets, without missing it", () => {
    expect(listViolations([...FIT, "node_modules/fast/index.js"], expected)).toEqual([]);
  });
});

describe("a package", () => {
  const entry = { path: "dist/functions/main.js.map", bytes: 1, compressedBytes: 1 };

  it("that breaks the rule is refused, with every path that does", () => {
    expect(() => refuseUnfit([entry], expected)).toThrow(
      /sourceMap: dist\/functions\/main\.js\.map[^]*missing: host\.json/,
    );
  });

  it("over the limit is refused, unless there is a reason for it", () => {
    expect(() => refuseLarge(LIMIT_BYTES)).not.toThrow();
    expect(() => refuseLarge(LIMIT_BYTES + 1)).toThrow("make it smaller, or say why");
    expect(() => refuseLarge(LIMIT_BYTES + 1, "a reason")).not.toThrow();
  });
});

describe("the folder of a package", () => {
  it.each([
    { path: "dist/lib/plan.js", folder: undefined },
    { path: "node_modules/.package-lock.json", folder: undefined },
    { path: "node_modules/a/lib/x.js", folder: "node_modules/a" },
    { path: "node_modules/@s/a/x.js", folder: "node_modules/@s/a" },
    { path: "node_modules/@s/a/node_modules/b/x.js", folder: "node_modules/@s/a/node_modules/b" },
  ])("of $path is $folder", ({ path, folder }) => {
    expect(findPackageFolder(path)).toBe(folder);
  });
});
