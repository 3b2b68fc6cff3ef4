/** `--import recordModules.ts?to=FILE`: writes the path of each file that the process loads as a module, one a line. */
import { appendFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

const file = new URL(import.meta.url).searchParams.get("to") ?? "";

registerHooks({
  load(url, context, next) {
    if (url.startsWith("file:")) appendFileSync(file, `${fileURLToPath(url)}\n`);
    return next(url, context);
  },
});
