import { z } from "zod";
import { type Estate, parseEstate } from "../sandbox/estate.ts";

const Properties = z.record(z.string(), z.unknown());

/** `control.json`: how an estate looks without its risk. */
const ControlSchema = z.strictObject({
  $comment: z.string().describe("What is different, and what follows from it"),
  settings: z.record(z.string(), z.unknown()).default({}),
  remove: z.array(z.string()).default([]).describe("Ids of resources that are not there"),
  add: z.array(z.looseObject({ id: z.string() })).default([]),
  replace: z
    .array(z.strictObject({ id: z.string(), properties: Properties.optional(), tags: Properties.optional() }))
    .default([])
    .describe("Properties, or tags, that stand in place of a resource's own, one by one"),
  registries: z
    .array(z.looseObject({ name: z.string() }))
    .default([])
    .describe("Fields that stand in place of a registry's own, one by one"),
  leaveOut: z
    .array(z.union([z.string(), z.int()]))
    .default([])
    .describe("Events that do not happen, by note or by place in the file, counted from 0"),
});

type Control = z.infer<typeof ControlSchema>;

/** The estate as its `control.json` changes it. Throws where a part of the control fits nothing: it would then prove nothing. */
export function applyControl(estate: Estate, value: unknown, source: string): Estate {
  const control = ControlSchema.parse(value);
  const changed = {
    ...estate,
    settings: { ...estate.settings, ...control.settings },
    resources: changeResources(estate, control),
    registries: changeAll(estate.registries, control.registries, "name"),
    events: leaveOut(estate, control),
  };
  return parseEstate(changed, source);
}

function changeResources({ resources }: Estate, { remove, add, replace }: Control): readonly unknown[] {
  const ids = new Set(remove.map(toKey));
  const left = resources.filter(({ id }) => !ids.has(toKey(id)));
  if (left.length !== resources.length - remove.length)
    throw new Error(`not there to be removed: ${remove.join(", ")}`);
  const merged = replace.map(({ id, ...parts }) => {
    const before = left.find((resource) => toKey(resource.id) === toKey(id));
    const properties = { ...before?.properties, ...parts.properties };
    return { id, properties, ...(parts.tags ? { tags: { ...before?.tags, ...parts.tags } } : {}) };
  });
  return [...changeAll(left, merged, "id"), ...add];
}

const toKey = (id: string): string => id.toLowerCase();

function changeAll<K extends "id" | "name">(
  all: readonly Readonly<Record<K, string>>[],
  changes: readonly Readonly<Record<K, string>>[],
  key: K,
): readonly object[] {
  const keys = new Set(all.map((item) => toKey(item[key])));
  const unknown = changes.map((change) => change[key]).filter((name) => !keys.has(toKey(name)));
  if (unknown.length > 0) throw new Error(`not there to be changed: ${unknown.join(", ")}`);
  return all.map((item) => ({ ...item, ...changes.find((change) => toKey(change[key]) === toKey(item[key])) }));
}

/** A note may stand for several events. */
function leaveOut({ events }: Estate, control: Control): Estate["events"] {
  const isMeant = (which: string | number, index: number): boolean =>
    typeof which === "number" ? which === index : which === events[index]?.note;
  for (const which of control.leaveOut)
    if (!events.some((_, index) => isMeant(which, index))) throw new Error(`there is no event "${which}"`);
  return events.filter((_, index) => !control.leaveOut.some((which) => isMeant(which, index)));
}
