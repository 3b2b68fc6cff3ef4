import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { PINNED, run } from "./bicepCli.ts";

const CHECK = new URL("check.ts", import.meta.url).pathname;

/** Runs the check with a program in the place of the Bicep CLI, which says `says` of main.bicep, and ends with `code`. */
function checkWith({ says, code }: { readonly says: string; readonly code: number }): { code: number; text: string } {
  const folder = mkdtempSync(join(tmpdir(), "bicep-"));
  const script = `#!/bin/sh
case "$1 $2" in
  --version*) echo "Bicep CLI version ${PINNED} (0123456789)" ;;
  *main.bicep) echo '${says}' >&2; exit ${code} ;;
esac
`;
  try {
    writeFileSync(join(folder, "bicep"), script);
    chmodSync(join(folder, "bicep"), 0o755);
    return run(process.execPath, [CHECK], { PATH: `${folder}:/bin:/usr/bin` });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("every file is compiled and linted, and that is all that is said where nothing is wrong", () => {
  const { code, text } = checkWith({ says: "", code: 0 });
  expect(text.split("\n")).toEqual(
    expect.arrayContaining([
      `bicep ${PINNED}`,
      "compiled infra/main.bicep",
      "compiled infra/access/registry.bicep",
      "compiled infra/main.bicepparam",
    ]),
  );
  expect({ code, failed: text.includes("failed") }).toEqual({ code: 0, failed: false });
});

test.each([
  {
    name: "a warning of the linter",
    says: "/infra/main.bicep(3,7) : Warning no-unused-params: Parameter is never used.",
    code: 0,
  },
  { name: "an error", says: "/infra/main.bicep(3,7) : Error BCP057: The name does not exist.", code: 1 },
  { name: "an end without a reason", says: "", code: 134 },
])("$name fails the check", ({ says, code }) => {
  const checked = checkWith({ says, code });
  expect(checked.code).toBe(1);
  expect(checked.text).toContain("failed infra/main.bicep");
  expect(checked.text).toContain(says);
});

test("where no CLI can be had, the check says so in one line and does not fail", () => {
  const { code, text } = run(process.execPath, [CHECK], { PATH: dirname("/nonexistent/bicep") });
  expect({ code, lines: text.trim().split("\n").length }).toEqual({ code: 0, lines: 1 });
  expect(text).toMatch(/^skipped: .*neither bicep.*the tests in test\/infra work over its sources/);
});
