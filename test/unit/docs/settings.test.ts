import { describe, expect, it } from "@jest/globals";
import { readConfig } from "../../../lib/config.ts";
import { ConfigError } from "../../../lib/errors.ts";
import { blockOf, find, listBody, read, unquote } from "./markdown.ts";

const SCHEDULES = { SNAPSHOT_SCHEDULE: "0 0 1 * * *", MARK_SCHEDULE: "0 0 3 * * *", PURGE_SCHEDULE: "0 0 4 * * *" };
const MINIMUM = { ...SCHEDULES, AzureWebJobsStorage: "UseDevelopmentStorage=true" };
const configWith = (more: Readonly<Record<string, string>>) => readConfig({ ...MINIMUM, ...more });
const withStore = (fields: object) => configWith({ STORES: JSON.stringify({ stores: [{ store: "*", ...fields }] }) });

/** What a setting is refused without: the scope of management groups, and something to enforce. */
const BESIDE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  MANAGEMENT_GROUPS: { GRAPH_SCOPE: "managementGroups" },
  MODE: { STORES: JSON.stringify({ stores: [{ store: "*", mode: "report" }] }) },
};

/** Bounds such as `24h` to `3650d`. */
const DURATIONS = /^`(\d+)([mhd])` to `(\d+)([mhd])`$/;

describe("README: settings", () => {
  const rows = listBody("README.md", "Settings").map(([name, , fallback, bounds, example]) => ({
    name: unquote(name),
    fallback: fallback ?? "",
    bounds: bounds ?? "",
    example: unquote(example),
  }));
  const fields = listBody("README.md", "Settings", 1);
  const storeGrace = { bounds: fields.find(([name]) => unquote(name) === "grace")?.[3] ?? "" };
  const names = rows.map(({ name }) => name);

  it("lists the settings that the service reads, and no others", () => {
    expect([...names].sort()).toEqual(find(blockOf("lib/config.ts", "const Settings = ", "\n});"), /^ {2}(\w+):/gm));
  });

  it("lists the fields of STORES, and no others", () => {
    const schema = blockOf("lib/config.ts", "const Stores = ", "\n});");
    expect(fields.map(([name]) => unquote(name)).sort()).toEqual(find(schema, /^ {6}(\w+):/gm));
  });

  it("calls required what the service does not start without", () => {
    const problems = (): readonly string[] => {
      try {
        readConfig({});
        return [];
      } catch (error) {
        return error instanceof ConfigError ? error.problems.map((problem) => problem.split(":")[0] ?? "") : [];
      }
    };
    const required = rows.filter(({ fallback }) => fallback === "required").map(({ name }) => name);
    expect(problems()).toEqual([...required, "AzureWebJobsStorage"].sort());
  });

  it.each(rows.filter(({ fallback }) => fallback.startsWith("`")))("states the default of $name", (row) => {
    expect(configWith({ [row.name]: unquote(row.fallback) })).toEqual(configWith({}));
  });

  it.each(rows)("gives an example of $name that is accepted", ({ name, example }) => {
    expect(() => configWith({ ...BESIDE[name], [name]: example })).not.toThrow();
    expect(example).not.toBe("");
  });

  it.each(rows.filter(({ bounds }) => /^\d+ to \d+$/.test(bounds)))(
    "states the bounds of $name",
    ({ name, bounds }) => {
      const [min = 0, max = 0] = bounds.split(" to ").map(Number);
      for (const inside of [min, max]) expect(() => configWith({ [name]: String(inside) })).not.toThrow();
      for (const outside of [min - 1, max + 1]) expect(() => configWith({ [name]: String(outside) })).toThrow(name);
    },
  );

  const withinDurations = [...rows, { ...storeGrace, name: "grace" }].filter(({ bounds }) => DURATIONS.test(bounds));

  it.each(withinDurations)("states the bounds of $name", ({ name, bounds }) => {
    const accept = (text: string) => (name === "grace" ? withStore({ grace: text }) : configWith({ [name]: text }));
    const [, min = "", minUnit = "", max = "", maxUnit = ""] = DURATIONS.exec(bounds) ?? [];
    for (const inside of [`${min}${minUnit}`, `${max}${maxUnit}`]) expect(() => accept(inside)).not.toThrow();
    for (const outside of [`${Number(min) - 1}${minUnit}`, `${Number(max) + 1}${maxUnit}`])
      expect(() => accept(outside)).toThrow(`"${outside}" is not a`);
  });

  it("states the defaults of an entry of STORES", () => {
    const defaults = Object.fromEntries(fields.map(([name, , fallback]) => [unquote(name), unquote(fallback)]));
    const { uploadedSince, purgeSuperseded } = defaults;
    expect(withStore({ uploadedSince, purgeSuperseded: purgeSuperseded === "true" })).toEqual(withStore({}));
  });

  it("says truly that * may not be enforced and no store is listed twice", () => {
    expect(() => configWith({ MODE: "enforce", STORES: '{"stores":[{"store":"*"}]}' })).toThrow("may not be enforced");
    expect(() => configWith({ STORES: '{"stores":[{"store":"*"},{"store":"*"}]}' })).toThrow("listed twice");
  });

  it("shows a document and an example file that are accepted", () => {
    const document = /```json\n(\{\n {2}"stores"[^`]*)```/.exec(read("README.md"))?.[1] ?? "";
    expect(configWith({ MODE: "enforce", STORES: document }).stores.map(({ mode }) => mode)).toEqual([
      "report",
      "enforce",
    ]);
    const example: { Values: Record<string, string> } = JSON.parse(read("local.settings.example.json"));
    expect(readConfig(example.Values)).toMatchObject({ mode: "report", credential: { kind: "azureCli" } });
  });
});
