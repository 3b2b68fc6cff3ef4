import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SECRET_WATCH } from "./secretWatch.ts";

/** Before the suite: its workers inherit where they note what must not meet. */
// oxlint-disable-next-line import/no-default-export -- Jest looks for one
export default function setup(): void {
  process.env[SECRET_WATCH] = mkdtempSync(join(tmpdir(), "secret-watch-"));
}
