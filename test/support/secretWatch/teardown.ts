import { rmSync } from "node:fs";
import { compare, SECRET_WATCH } from "./secretWatch.ts";

/** After the suite: no token or key that the sandbox handed out may stand in anything that the app wrote. */
// oxlint-disable-next-line import/no-default-export -- Jest looks for one
export default async function teardown(): Promise<void> {
  const folder = process.env[SECRET_WATCH];
  if (folder === undefined) return;
  const { secrets, outputBytes, leaks } = await compare(folder);
  rmSync(folder, { recursive: true });
  if (leaks.length > 0)
    throw new Error(`The app wrote secrets, ${leaks.length} times:\n${leaks.slice(0, 10).join("\n")}`);
  console.log(
    `\nNone of ${secrets} tokens and keys stands in ${Math.ceil(outputBytes / 1024)} KiB that the app wrote.`,
  );
}
