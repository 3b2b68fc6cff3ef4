import { z } from "zod";
import type { Attributes } from "../estate.ts";
import { parseJson } from "./manifestContent.ts";
import { badRequest } from "./registryError.ts";

export type AllAttributes = Readonly<Record<keyof Attributes, boolean>>;

/** What everything starts with: nothing locked. */
export const UNLOCKED: AllAttributes = {
  deleteEnabled: true,
  writeEnabled: true,
  readEnabled: true,
  listEnabled: true,
};

const Change = z.strictObject({
  deleteEnabled: z.boolean().optional(),
  writeEnabled: z.boolean().optional(),
  readEnabled: z.boolean().optional(),
  listEnabled: z.boolean().optional(),
});

/** `base` with the change that a PATCH body asks for. Throws `RegistryError` on anything but the four flags. */
export function readAttributes(body: Buffer, base: AllAttributes): AllAttributes {
  const change = Change.safeParse(parseJson(body));
  if (!change.success)
    throw badRequest("UNSUPPORTED", `The attributes are not valid: ${z.prettifyError(change.error)}`);
  return changeAttributes(base, change.data);
}

/** `change` over `base`; what it leaves open stays. */
export function changeAttributes(
  base: AllAttributes,
  change: { readonly [Key in keyof AllAttributes]?: boolean | undefined } = {},
): AllAttributes {
  return {
    deleteEnabled: change.deleteEnabled ?? base.deleteEnabled,
    writeEnabled: change.writeEnabled ?? base.writeEnabled,
    readEnabled: change.readEnabled ?? base.readEnabled,
    listEnabled: change.listEnabled ?? base.listEnabled,
  };
}
