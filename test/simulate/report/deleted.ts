import type { Section } from "../layout.ts";
import type { NightReport } from "../nightReport.ts";
import type { Simulation } from "../simulate.ts";
import { formatBytes, formatDay, listSome } from "../words.ts";

/** Each registry: what it held, what was deleted, what it holds. */
export function reportRegistries({ nights, holdings }: Simulation): Section {
  const deletions = nights.flatMap((night) => night.deletions);
  return {
    title: "Registries",
    note: "Freed: layers that nothing left in the registry holds. Pushes add manifests and bytes.",
    head: ["registry", "manifests", "deleted", "bytes", "freed"],
    rows: Object.entries(holdings.before).map(([registry, before]) => {
      const after = holdings.after[registry] ?? before;
      return [
        registry,
        `${before.manifests} → ${after.manifests}`,
        deletions.filter((deletion) => deletion.registry === registry).length,
        `${formatBytes(before.bytes)} → ${formatBytes(after.bytes)}`,
        formatBytes(nights.reduce((total, { freedBytes }) => total + (freedBytes[registry] ?? 0), 0)),
      ];
    }),
  };
}

/** What was deleted, by artifact manifest. */
export function reportDeleted({ nights }: Simulation): Section {
  const groups = new Map<
    string,
    { manifest: string; class: string; number: number; cascaded: number; days: string[] }
  >();
  for (const night of nights) {
    for (const deletion of night.deletions) {
      const { manifest, class: kind } = findPlanned(night, deletion);
      const key = `${manifest} ${kind}`;
      const group = groups.get(key) ?? { manifest, class: kind, number: 0, cascaded: 0, days: [] };
      groups.set(key, group);
      group.number += 1;
      if (deletion.cascadedFrom !== undefined) group.cascaded += 1;
      if (!group.days.includes(formatDay(night.date))) group.days.push(formatDay(night.date));
    }
  }
  return {
    title: "Deleted, by artifact manifest",
    note: "Cascaded: signatures and the like, which a registry deletes together with what they refer to.",
    head: ["artifact manifest", "class", "deleted", "cascaded", "on"],
    rows: [...groups.values()].map(({ manifest, class: kind, number, cascaded, days }) => [
      manifest,
      kind,
      number,
      cascaded,
      listSome(days),
    ]),
  };
}

function findPlanned(
  { plan }: NightReport,
  { registry, repository, digest }: NightReport["deletions"][number],
): { manifest: string; class: string } {
  const item = plan?.delete.find(({ artifact }) => artifact === `${registry}/${repository}@${digest}`);
  return { manifest: item?.artifactManifest ?? repository.split("/")[0] ?? "", class: item?.class ?? "not planned" };
}
