/** `npm run package`: makes out/package.zip, all that a deployment uploads, from the sources and the lockfile. */
import { join, relative } from "node:path";
import { createPackage } from "./createPackage.ts";
import { describeSizes } from "./describeSizes.ts";

const project = join(import.meta.dirname, "../..");
const { file, folder, bytes, entries } = await createPackage(project, join(project, "out"));
console.log(describeSizes(entries));
console.log(
  `\n${relative(project, file)}: ${(bytes / 1_000_000).toFixed(2)} MB; the same unpacked: ${relative(project, folder)}`,
);
