import { toIso } from "../core/duration.ts";
import { isScopeOfHolds, listExpiringHolds } from "../core/holdFindings.ts";
import type { Deps } from "./deps.ts";
import type { Marking } from "./marking.ts";

/** Tells of people's holds that are about to end. Judged now, whatever snapshot is processed: no snapshot shows them. */
export async function observeHolds(deps: Deps, marking: Marking): Promise<void> {
  const at = toIso(deps.clock.now().getTime());
  const observed = Map.groupBy(
    listExpiringHolds(await Array.fromAsync(deps.holds.list()), at),
    (finding) => finding.scope,
  );
  const scopes = new Set(observed.keys());
  for await (const scope of deps.findings.listScopes()) if (isScopeOfHolds(scope)) scopes.add(scope);
  for (const scope of [...scopes].sort()) await marking.reconcile(scope, observed.get(scope) ?? [], at);
}
