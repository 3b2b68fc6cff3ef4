import { relative } from "node:path";
import { findBicepCli, isCli } from "./bicepCli.ts";
import { compile } from "./compile.ts";
import { listBicepFiles } from "./infra.ts";

/** `npm run infra:check`: compiles and lints every Bicep file. Code 1 for any warning; 0 where there is no CLI, which is said. */
process.exitCode = check();

function check(): number {
  const cli = findBicepCli();
  if (!isCli(cli)) {
    console.log(`skipped: infra/ is not compiled here: ${cli.why}; the tests in test/infra work over its sources`);
    return 0;
  }
  console.log(`${[cli.command, ...cli.before].join(" ")} ${cli.version}`);
  const compiled = listBicepFiles().map((file) => compile(cli, file));
  for (const { file, problems } of compiled)
    console.log(
      [`${problems.length === 0 ? "compiled" : "failed"} ${relative(process.cwd(), file)}`, ...problems].join("\n  "),
    );
  return compiled.some(({ problems }) => problems.length > 0) ? 1 : 0;
}
