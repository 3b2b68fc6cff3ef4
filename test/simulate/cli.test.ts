import { describe, expect, it } from "@jest/globals";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("./cli.ts", import.meta.url));

function run(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const { NODE_OPTIONS: _forJest, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}

describe("the command line", () => {
  it("helps, with the exit codes", async () => {
    const { code, stdout } = await run("--help");
    expect(code).toBe(0);
    expect(stdout).toMatch(/Usage: npm run simulate.*Exit code: 0 .* 1 .* 2 /s);
  });

  it("ends with 2 and a message on stderr when it cannot be carried out", async () => {
    const { code, stdout, stderr } = await run("--estate", "/nowhere/estate.json");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^--estate \/nowhere\/estate\.json cannot be read.*Usage:/s);
  });
});
