import { describe, expect, it } from "@jest/globals";
import { type EstateManifest, toInstant } from "../../sandbox/estate.ts";
import { createDefaultEstate } from "./createDefaultEstate.ts";
import { LOCKED_AT_START } from "./oddities.ts";
import { EDGE_STORE } from "./places.ts";

const ESTATE = createDefaultEstate();
const eventsOf = <T extends (typeof ESTATE.events)[number]["type"]>(type: T) =>
  ESTATE.events.filter((event): event is Extract<typeof event, { type: T }> => event.type === type);

const isShort = (manifest: EstateManifest): manifest is Exclude<EstateManifest, { manifest: unknown }> =>
  !("manifest" in manifest);

describe("the timeline of the default estate", () => {
  const FIRST_NIGHT_OVER_MS = toInstant("+4h", ESTATE.startsAt);
  const LAST_NIGHT_MS = toInstant("+29d1h", ESTATE.startsAt);

  it("lies in order, between the first night and the last", () => {
    const instants = ESTATE.events.map(({ at }) => toInstant(at, ESTATE.startsAt));
    expect(instants).toEqual(instants.toSorted((a, b) => a - b));
    expect(instants[0]).toBeGreaterThan(FIRST_NIGHT_OVER_MS);
    expect(instants.at(-1)).toBeLessThan(LAST_NIGHT_MS);
  });

  it("deletes what references an artifact manifest before it, with one exception that AOSM refuses", () => {
    const gone = new Set<string>();
    const tooEarly: string[] = [];
    for (const { id } of eventsOf("deleteResource")) {
      const blockers = ESTATE.resources.filter(
        (resource) => !gone.has(resource.id) && JSON.stringify(resource.properties).includes(`"id":"${id}"`),
      );
      if (id.includes("/artifactManifests/") && blockers.length > 0) tooEarly.push(id);
      else gone.add(id);
    }
    expect(tooEarly.map((id) => id.split("/").at(-1))).toEqual(["smf-2-1-0"]);
  });

  it("withdraws releases under running network functions and beside them", () => {
    const deleted = eventsOf("deleteResource").map(({ id }) => id.split("/").at(-1));
    expect(deleted).toEqual(expect.arrayContaining(["amf-1-2-0", "smf-2-0-0", "pcf-1-1-0", "upf-4-0-0"]));
    expect(deleted).not.toContain("pcf-west");
    expect(LOCKED_AT_START).toMatch(/^amf-1-2-0\//);
  });

  it("moves the nightly tag in the store that opted in to purging superseded digests", () => {
    const builds = eventsOf("push").filter(({ manifest }) => manifest.tags.includes("nightly"));
    expect(new Set(builds.map(({ registry }) => registry))).toEqual(new Set([EDGE_STORE.registryName]));
    expect(builds.length).toBeGreaterThan(3);
  });

  it("shares images between an old nightly index and the next", () => {
    const refs = eventsOf("push").flatMap(({ manifest }) => {
      return isShort(manifest) && manifest.tags.includes("nightly")
        ? (manifest.children ?? []).map(({ ref }) => ref)
        : [];
    });
    expect(new Set(refs).size).toBeLessThan(refs.length);
  });

  it("has a tag put back, a lock, and three bad nights", () => {
    expect(eventsOf("tag").length).toBeGreaterThan(0);
    expect(eventsOf("lock")).toHaveLength(1);
    expect(eventsOf("fault").map(({ fault }) => fault.effect.kind)).toEqual(["dropRows", "truncate", "throttle"]);
  });
});
