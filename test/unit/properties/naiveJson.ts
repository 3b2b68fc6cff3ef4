import type { Json, Raw } from "./raw.ts";

/** Tools of the naive search: it shares no code with the product, so that both are not wrong in the same way. */

/** What stands at `path`; undefined where nothing does. */
export function at(value: Json | undefined, path: string): Json | undefined {
  let here: Json | undefined = value;
  for (const key of path.split(".")) {
    if (typeof here !== "object" || here === null) return undefined;
    here = Object.entries(here).find(([name]) => name === key)?.[1];
  }
  return here ?? undefined;
}

/** Lower-case, without the blanks around segments. */
export const clean = (text: Json | undefined): string =>
  typeof text === "string"
    ? text
        .split("/")
        .map((segment) => segment.trim())
        .join("/")
        .toLowerCase()
    : "";

export const idOf = (raw: Raw): string => clean(raw["id"]);

const HYBRID = "^/subscriptions/[^/]+/resourcegroups/[^/]+/providers/microsoft\\.hybridnetwork";

export const isStoreId = (id: string): boolean =>
  new RegExp(`${HYBRID}/publishers/[^/]+/artifactstores/[^/]+$`).test(id);
export const isArtifactManifestId = (id: string): boolean =>
  new RegExp(`${HYBRID}/publishers/[^/]+/artifactstores/[^/]+/artifactmanifests/[^/]+$`).test(id);
export const isFunctionVersionId = (id: string): boolean =>
  new RegExp(
    `${HYBRID}/publishers/[^/]+/networkfunctiondefinitiongroups/[^/]+/networkfunctiondefinitionversions/[^/]+$`,
  ).test(id);
export const isDesignVersionId = (id: string): boolean =>
  new RegExp(`${HYBRID}/publishers/[^/]+/networkservicedesigngroups/[^/]+/networkservicedesignversions/[^/]+$`).test(
    id,
  );
export const isSchemaId = (id: string): boolean =>
  new RegExp(`${HYBRID}/publishers/[^/]+/configurationgroupschemas/[^/]+$`).test(id);
export const isVersionId = (id: string): boolean => isFunctionVersionId(id) || isDesignVersionId(id);
export const isConsumerOf = (collection: string, id: string): boolean =>
  new RegExp(`${HYBRID}/${collection}/[^/]+$`).test(id);

export const publisherOf = (id: string): string => id.split("/").slice(0, 9).join("/");
export const segment = (id: string, position: number): string => id.split("/")[position] ?? "";

/** A field that should be a text: a name, nothing that can be told, or something that is no text. */
export type Told = { readonly is: "name"; readonly name: string } | { readonly is: "open" } | { readonly is: "wrong" };

export function tell(value: Json | undefined): Told {
  if (value === undefined || value === null) return { is: "open" };
  if (typeof value !== "string") return { is: "wrong" };
  const isExpression = value.includes("{") || value.includes("}") || value.trim().startsWith("[");
  return value.trim() === "" || isExpression ? { is: "open" } : { is: "name", name: value.trim().toLowerCase() };
}

export const isWrong = (value: Json | undefined): boolean => tell(value).is === "wrong";

/** The name, or undefined where any may be meant. */
export function nameIn(value: Json | undefined): string | undefined {
  const told = tell(value);
  return told.is === "name" ? told.name : undefined;
}
