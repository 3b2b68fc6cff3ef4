import type { Estate } from "../../sandbox/estate.ts";
import type { Holdings } from "../contents.ts";
import { count, formatBytes } from "../words.ts";

/** What the estate holds before the first night, in a line. */
export function describeEstate({ resources }: Estate, holdings: Readonly<Record<string, Holdings>>): string {
  const countOf = (type: RegExp): number => resources.filter(({ id }) => type.test(id)).length;
  const sum = (field: keyof Holdings): number =>
    Object.values(holdings).reduce((total, holding) => total + holding[field], 0);
  return [
    count(countOf(/\/publishers\/[^/]+$/i), "publisher"),
    count(countOf(/\/artifactStores\/[^/]+$/i), "artifact store"),
    count(Object.keys(holdings).length, "registry", "registries"),
    count(sum("repositories"), "repository", "repositories"),
    count(sum("manifests"), "registry manifest"),
    count(sum("tags"), "tag"),
    formatBytes(sum("bytes")),
  ].join(", ");
}
