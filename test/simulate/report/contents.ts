import type { Contents } from "../contents.ts";
import type { Section } from "../layout.ts";
import type { Simulation } from "../simulate.ts";
import { listSome } from "../words.ts";

const MAX_TAG = 24;

/** Each artifact manifest's repositories at the end (they share the first part of their path): digests, tagged ones, tags. */
export function reportContents({ registries }: Simulation): Section {
  return {
    title: "Contents at the end",
    head: ["registry", "path", "repositories", "digests", "tagged", "tags"],
    rows: Object.entries(registries).flatMap(([registry, repositories]) =>
      groupByPrefix(repositories).map(([prefix, members]) => {
        const digests = members.flatMap((member) => Object.values(member));
        const tagged = digests.filter(({ length }) => length > 0).length;
        return [registry, prefix, members.length, digests.length, tagged, describeTags(digests.flat())];
      }),
    ),
  };
}

function groupByPrefix(repositories: Contents): readonly (readonly [string, readonly Contents[string][]])[] {
  const groups = new Map<string, Contents[string][]>();
  for (const [repository, digests] of Object.entries(repositories)) {
    const prefix = repository.includes("/") ? `${repository.slice(0, repository.indexOf("/"))}/` : repository;
    groups.set(prefix, [...(groups.get(prefix) ?? []), digests]);
  }
  return [...groups];
}

function describeTags(tags: readonly string[]): string {
  const shown = [...new Set(tags)].sort().map((tag) => (tag.length > MAX_TAG ? `${tag.slice(0, MAX_TAG - 1)}…` : tag));
  return listSome(shown) || "-";
}
