import { readFile, readdir } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { type EstateEvent, parseEstate, toInstant, toMilliseconds } from "./estate.ts";
import { listLooseEnds } from "./looseEnds.ts";
import { toEstateJsonSchema } from "./writeEstateSchema.ts";

const SCENARIOS = new URL("../scenarios/", import.meta.url);
const SCENARIO_NAMES = (await readdir(SCENARIOS, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const README = await readFile(new URL("README.md", import.meta.url), "utf8");
const README_EXAMPLES = [...README.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => text ?? "");

const readJson = async (url: URL): Promise<unknown> => JSON.parse(await readFile(url, "utf8"));

const STORE_ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.HybridNetwork/publishers/p/artifactStores/a";
const REGISTRY = { name: "examplacr", resourceId: STORE_ID };
const anEstate = (parts: Record<string, unknown>) => ({
  title: "An estate",
  startsAt: "2026-03-02T00:00:00Z",
  resources: [],
  ...parts,
});

describe("estate.schema.json", () => {
  it("is what the schemas of estate.ts generate", async () => {
    const written = await readJson(new URL("estate.schema.json", import.meta.url));
    expect(written).toEqual(JSON.parse(JSON.stringify(toEstateJsonSchema())));
  });

  it("accepts ids in any case, as ARM does", () => {
    const [resource] = parseEstate(anEstate({ resources: [{ id: STORE_ID.toUpperCase() }] }), "test").resources;
    expect(resource?.id).toBe(STORE_ID.toUpperCase());
    expect(JSON.stringify(toEstateJsonSchema())).not.toContain("/subscriptions");
  });
});

describe("the scenarios", () => {
  it("are there", () => {
    expect(SCENARIO_NAMES).toEqual(expect.arrayContaining(["decommission-grace-purge", "listing-ends-early"]));
  });

  it.each(SCENARIO_NAMES)("%s is valid, and points at nothing that it does not hold", async (name) => {
    const file = await readJson(new URL(`${name}/estate.json`, SCENARIOS));
    expect(listLooseEnds(parseEstate(file, name))).toEqual([]);
  });
});

describe("README.md", () => {
  it("has examples of whole estates", () => {
    expect(README_EXAMPLES.filter((text) => text.includes('"startsAt"')).length).toBeGreaterThan(0);
  });

  it.each(README_EXAMPLES)("shows a valid example: %#", (text) => {
    const example: unknown = JSON.parse(text);
    const estate = toEstate(example);
    expect(() => parseEstate(estate, "README.md")).not.toThrow();
  });

  /** An example is an estate, or the events of one, or one of its registries. */
  function toEstate(example: unknown): unknown {
    if (Array.isArray(example)) return anEstate({ events: example });
    if (typeof example !== "object" || example === null || "startsAt" in example) return example;
    if ("id" in example) return anEstate({ resources: [example] });
    return anEstate({ registries: [example] });
  }
});

describe("parseEstate", () => {
  const problemsOf = (parts: Record<string, unknown>): string => {
    try {
      parseEstate(anEstate(parts), "estate.json");
    } catch (error) {
      return String(error);
    }
    return "";
  };
  const withManifest = (manifest: unknown) => ({
    registries: [{ ...REGISTRY, repositories: [{ name: "amf-1-0-0/amf", manifests: [manifest] }] }],
  });
  const MANIFEST_PATH = "registries.0.repositories.0.manifests.0";

  it("fills in defaults", () => {
    const estate = parseEstate(anEstate(withManifest({ tags: ["1.0.0"] })), "test");
    expect(estate.nights).toBe(30);
    expect(estate.registries[0]?.repositories[0]?.manifests[0]).toMatchObject({
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      pushedAt: "-90d",
    });
  });

  it("names every problem at once", () => {
    const text = problemsOf({ nights: 0, resources: [{ id: "amf" }] });
    expect(text).toContain("nights:");
    expect(text).toContain("resources.0.id:");
    expect(text).toContain("estate.json");
  });

  const CASES = [
    {
      name: "an unknown field of a registry manifest",
      parts: withManifest({ tag: "1.0.0" }),
      problem: `${MANIFEST_PATH}: Unrecognized key: "tag"`,
    },
    {
      name: "a time that is none",
      parts: withManifest({ pushedAt: "last week" }),
      problem: `${MANIFEST_PATH}.pushedAt: Expected an instant`,
    },
    {
      name: "a mistake in the long form",
      parts: withManifest({ manifest: {}, mediaType: 7 }),
      problem: `${MANIFEST_PATH}.mediaType:`,
    },
    { name: "an empty offset", parts: { events: [{ at: "+", type: "clockJump", by: "1d" }] }, problem: "events.0.at:" },
    {
      name: "an empty duration",
      parts: { events: [{ at: "+1d", type: "clockJump", by: "" }] },
      problem: "events.0.by:",
    },
    { name: "an unknown event", parts: { events: [{ at: "+1d", type: "explode" }] }, problem: "events.0.type:" },
    { name: "an unknown field", parts: { nightz: 3 }, problem: '(root): Unrecognized key: "nightz"' },
  ];
  it.each(CASES)("gives the path of $name", ({ parts, problem }) => {
    expect(problemsOf(parts)).toContain(`  ${problem}`);
  });
});

describe("listLooseEnds", () => {
  const place = { registry: "examplacr", repository: "r" };
  const looseEndsOf = (manifests: unknown[], events: unknown[] = []): string[] => {
    const registries = [{ ...REGISTRY, repositories: [{ name: "r", manifests }] }];
    return listLooseEnds(parseEstate(anEstate({ registries, events }), "test"));
  };

  it("finds nothing where all aliases are there, in any order", () => {
    const index = { alias: "index", children: [{ ref: "child" }] };
    expect(looseEndsOf([{ subject: "index" }, index, { alias: "child" }])).toEqual([]);
  });

  it("finds a child that is not there, and an alias used twice", () => {
    expect(looseEndsOf([{ alias: "a", children: [{ ref: "b" }] }, { alias: "c" }, { alias: "c" }])).toEqual([
      "registries.0.repositories.0.manifests.2.alias: c is taken",
      "registries.0.repositories.0.manifests.0.children.0.ref: nothing called b has been pushed before",
    ]);
  });

  it("follows time, not file order", () => {
    const tag = { at: "+2d", type: "tag", ...place, tag: "t", ref: "late" };
    const push = { at: "+1d", type: "push", ...place, manifest: { alias: "late" } };
    expect(looseEndsOf([], [tag, push])).toEqual([]);
    expect(looseEndsOf([], [{ ...tag, at: "+1h" }, push])).toEqual([
      "events.0.ref: nothing called late has been pushed before",
    ]);
  });

  const LOOSE_EVENTS: { name: string; event: Record<string, unknown>; problem: string }[] = [
    { name: "a resource", event: { type: "deleteResource", id: `${STORE_ID}2` }, problem: "events.0.id: no resource" },
    {
      name: "a registry",
      event: { type: "untag", ...place, registry: "otheracr", tag: "t" },
      problem: "events.0.registry:",
    },
    {
      name: "a fault's target",
      event: { type: "fault", fault: { target: "registry:otheracr", effect: { kind: "reset" } } },
      problem: "events.0.fault.target: no registry otheracr",
    },
  ];
  it.each(LOOSE_EVENTS)("finds $name that is not there, in an event", ({ event, problem }) => {
    expect(looseEndsOf([], [{ at: "+1d", ...event }])).toEqual([expect.stringContaining(problem)]);
  });
});

describe("listLooseEnds in ARM", () => {
  const looseEndsOf = (parts: Record<string, unknown>): string[] => listLooseEnds(parseEstate(anEstate(parts), "test"));
  const registries = [{ ...REGISTRY, replications: [{ location: "northeurope" }] }];

  it.each([
    { name: "a registry", id: STORE_ID.toUpperCase(), problems: [] },
    { name: "a replication", id: `${STORE_ID}/replications/NorthEurope`, problems: [] },
    {
      name: "another replication",
      id: `${STORE_ID}/replications/westus`,
      problems: [expect.stringContaining("westus")],
    },
  ])("knows which are there where an event changes $name", ({ id, problems }) => {
    const events = [{ at: "+1d", type: "patchResource", id, properties: {} }];
    expect(looseEndsOf({ registries, events })).toEqual(problems);
  });

  const groupsOf = (...pairs: [name: string, parent?: string][]) => ({
    managementGroups: pairs.map(([name, parent]) => (parent === undefined ? { name } : { name, parent })),
  });
  it.each([
    { name: "a tree", parts: groupsOf(["leaf", "Branch"], ["branch", "trunk"], ["trunk"]), problems: [] },
    { name: "a parent that is not there", parts: groupsOf(["a", "b"]), problems: ["0.parent: no management group b"] },
    { name: "a name used twice", parts: groupsOf(["a"], ["A"]), problems: ["1.name: A is taken"] },
    {
      name: "a ring",
      parts: groupsOf(["a", "b"], ["b", "a"]),
      problems: ["0.parent: the management group is below itself", "1.parent: the management group is below itself"],
    },
  ])("checks management groups: $name", ({ parts, problems }) => {
    expect(looseEndsOf(parts)).toEqual(problems.map((problem) => `managementGroups.${problem}`));
  });
});

describe("instants and durations", () => {
  const STARTS_AT = "2026-03-02T00:00:00Z";
  it.each([
    ["+1d2h", "2026-03-03T02:00:00Z"],
    ["-2w", "2026-02-16T00:00:00Z"],
    ["+90m", "2026-03-02T01:30:00Z"],
    ["2026-03-05T06:00:00+01:00", "2026-03-05T05:00:00Z"],
  ] satisfies [EstateEvent["at"], string][])("reads %s", (when, expected) => {
    expect(toInstant(when, STARTS_AT)).toBe(Date.parse(expected));
  });

  it("adds up the units of a duration", () => {
    expect(toMilliseconds("1w1d1h1m")).toBe(((8 * 24 + 1) * 60 + 1) * 60_000);
  });
});
