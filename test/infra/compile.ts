import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { BicepCli } from "./bicepCli.ts";
import { run, SCRATCH } from "./bicepCli.ts";

export interface Compiled {
  readonly file: string;
  /** Where the template or the parameters are, if there are no errors. */
  readonly output: string;
  /** Each a line; none if all is well. */
  readonly problems: readonly string[];
}

/** Compiles a file, and lints it: whatever the compiler has to say is a problem. */
export function compile(cli: BicepCli, file: string, env: NodeJS.ProcessEnv = process.env): Compiled {
  const folder = join(SCRATCH, "compiled");
  mkdirSync(folder, { recursive: true });
  const output = join(folder, `${basename(file)}.json`);
  // What there is to say of parameters, building them says.
  const parts = file.endsWith(".bicepparam")
    ? [toBuild(cli, file, output)]
    : [toBuild(cli, file, output), toLint(cli, file)];
  const problems = parts.flatMap((args) => {
    const { code, text } = run(cli.command, [...cli.before, ...args], env);
    const lines = text.split("\n").filter((line) => / : (Error|Warning) /.test(line));
    return code !== 0 && lines.length === 0 ? [`${file}: ${args[0]} ended with ${code}: ${text.trim()}`] : lines;
  });
  return { file, output, problems: [...new Set(problems)] };
}

const toFile = (cli: BicepCli, file: string): string[] => (cli.before.length > 0 ? ["--file", file] : [file]);

function toBuild(cli: BicepCli, file: string, output: string): string[] {
  const verb = file.endsWith(".bicepparam") ? "build-params" : "build";
  return [verb, ...toFile(cli, file), "--outfile", output];
}

const toLint = (cli: BicepCli, file: string): string[] => ["lint", ...toFile(cli, file)];
