import type { Finding } from "../../../lib/core/findings.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { collect } from "../../fakes/collect.ts";

/** The open findings, sorted by id. */
export async function findingsOf({ findings }: Pick<Deps, "findings">): Promise<readonly Finding[]> {
  return (await collect(findings.list())).filter(({ resolvedAt }) => resolvedAt === undefined);
}
