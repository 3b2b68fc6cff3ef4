import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { findBicepCli, isCli } from "./bicepCli.ts";
import { withBrokenCopy } from "./brokenCopy.ts";
import { compile } from "./compile.ts";
import { INFRA, listBicepFiles } from "./infra.ts";

const cli = findBicepCli();
if (!isCli(cli)) console.warn(`skipped: the compiled template: ${cli.why}`);

/** Over the template that the real compiler makes. Everything else in this folder is over the sources, and needs no compiler. */
(isCli(cli) ? describe : describe.skip)("the compiled template", () => {
  const compileMain = (folder = INFRA): { text: string; problems: readonly string[] } => {
    if (!isCli(cli)) throw new Error(cli.why);
    const { output, problems } = compile(cli, join(folder, "main.bicep"));
    return { text: problems.length > 0 ? "" : readFileSync(output, "utf8"), problems };
  };

  test.each(listBicepFiles().map((file) => ({ file, name: relative(INFRA, file) })))(
    "$name has no warning",
    ({ file }) => {
      expect(isCli(cli) && compile(cli, file).problems).toEqual([]);
    },
  );

  test("carries the queries of infra/alerts, deploys no registry, and asks for no key", () => {
    const { text } = compileMain();
    const queries = readdirSync(join(INFRA, "alerts")).filter((file) => file.endsWith(".kql"));
    for (const file of queries)
      expect(text).toContain(JSON.stringify(readFileSync(join(INFRA, "alerts", file), "utf8")).slice(1, -1));
    expect(text).not.toMatch(/"type": "Microsoft\.ContainerRegistry\/registries"|listKeys|newGuid|utcNow/);
  });

  test("a warning is found", () => {
    const change = {
      file: "app/auth.bicep",
      from: "param clientId string\n",
      to: "param clientId string\n\nparam unused string = ''\n",
    };
    expect(withBrokenCopy(change, (folder) => compileMain(folder).problems)).not.toEqual([]);
  });
});

test("where no CLI can be had, it is said in one line", () => {
  const found = findBicepCli({ PATH: "/nonexistent" });
  expect(isCli(found) ? "" : found.why).toMatch(/^neither bicep[^\n]*on PATH[^\n]*$/);
});
