import type { Section } from "../layout.ts";
import type { Simulation } from "../simulate.ts";
import { listSome } from "../words.ts";

/** Each repository at the end: how many registry manifests, how many of them tagged, and the tags. */
export function reportContents({ registries }: Simulation): Section {
  return {
    title: "Contents at the end",
    head: ["registry", "repository", "digests", "tagged", "tags"],
    rows: Object.entries(registries).flatMap(([registry, repositories]) =>
      Object.entries(repositories).map(([repository, digests]) => {
        const tags = Object.values(digests).flat();
        const tagged = Object.values(digests).filter(({ length }) => length > 0).length;
        return [registry, repository, Object.keys(digests).length, tagged, listSome(tags) || "-"];
      }),
    ),
  };
}
