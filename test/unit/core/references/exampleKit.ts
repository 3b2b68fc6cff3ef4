import { expect } from "@jest/globals";
import type { REFERENCE_PATHS } from "../../../../lib/core/referencePaths.ts";
import { REGISTRY } from "../../../fakes/builders.ts";
import type { valid } from "./resources.ts";

export type Kind = keyof typeof REFERENCE_PATHS;

/** What is there beside the path, as AOSM answers it. */
export type Form = keyof typeof valid;

export interface Example {
  readonly kind: Kind;
  readonly path: string;
  readonly form: Form;
  /** Stands at the path; `undefined`: nothing stands there. */
  readonly value: unknown;
  /** A part of what is read. */
  readonly read: unknown;
}

export const unreadable = { form: "unreadable" };
export const byUnreadable = { by: "unreadable", publisherId: undefined };
export const named = (name: string | undefined, version: string | undefined, chart = false) =>
  name === undefined ? undefined : { name, version, chart };

/** The same wrong values everywhere: what is no text never reads as nothing. */
export const WRONG = [7, true, [], {}, ["text"]] as const;

export const wrong = (where: Pick<Example, "kind" | "path" | "form">, read: unknown): Example[] =>
  WRONG.map((value) => ({ ...where, value, read }));

export const inReferences = (...items: readonly object[]) => ({
  references: expect.arrayContaining(items.map(partly)),
});
export const inVersions = (...items: readonly object[]) => ({ versions: expect.arrayContaining(items.map(partly)) });
export const inSchemas = (...items: readonly object[]) => ({ schemas: expect.arrayContaining(items.map(partly)) });
export const partly = (item: object): unknown => expect.objectContaining(item);

/** Ids as they come: each of these means `id`. */
export const casings = (id: string): readonly string[] => [id, id.toUpperCase(), ` ${id}  `, id.replaceAll("/", " / ")];

/** None of these is an id of the type that is asked for. */
export const noIds = (id: string): readonly string[] => [
  "",
  id.replace(/\/resourcegroups\/[^/]+/, ""),
  id.slice(0, id.lastIndexOf("/")),
  id.replace(/^\//, ""),
  id.replace("microsoft.hybridnetwork", "fantasy.network"),
  "[parameters('id')]",
  "{nfviId}",
  REGISTRY,
];
