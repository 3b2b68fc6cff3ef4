import { describe, expect, it } from "@jest/globals";
import { findStoreSettings } from "../../lib/config.ts";
import { DAY_MS } from "../../lib/core/duration.ts";
import { STORE } from "../fakes/builders.ts";
import { problemsOf, read, REQUIRED } from "../fakes/settings.ts";

const storesOf = (...stores: readonly object[]): string => JSON.stringify({ stores });

describe("the artifact stores", () => {
  it("have defaults, and their ids are normalised", () => {
    const upper = STORE.toUpperCase();
    expect(read({ GRACE: "30d", STORES: storesOf({ store: ` ${upper} ` }) }).stores).toEqual([
      {
        store: STORE,
        mode: "report",
        graceMs: 30 * DAY_MS,
        uploadedSince: Date.parse("2025-03-30"),
        purgeSuperseded: false,
        legacyProtection: "store",
        keepLastVersions: 0,
      },
    ]);
  });

  it("have settings of their own", () => {
    const store = {
      store: STORE,
      mode: "enforce",
      grace: "7d",
      uploadedSince: "2026-01-01",
      purgeSuperseded: true,
      keepLastVersions: 3,
    };
    expect(read({ MODE: "enforce", STORES: storesOf(store) }).stores).toEqual([
      {
        store: STORE,
        mode: "enforce",
        graceMs: 7 * DAY_MS,
        uploadedSince: Date.parse("2026-01-01"),
        purgeSuperseded: true,
        legacyProtection: "store",
        keepLastVersions: 3,
      },
    ]);
  });

  it.each([
    { service: "report", own: undefined, mode: "report" },
    { service: "report", own: "enforce", mode: "report" },
    { service: "enforce", own: "report", mode: "report" },
    { service: "enforce", own: "enforce", mode: "enforce" },
    { service: "enforce", own: undefined, mode: "enforce" },
  ])("are in the stricter of two modes: service $service, store $own", ({ service, own, mode }) => {
    expect(read({ MODE: service, STORES: storesOf({ store: STORE, mode: own }) }).stores).toMatchObject([{ mode }]);
  });

  it.each([
    { name: "not JSON", stores: "{", problem: "is not JSON" },
    { name: "no document", stores: "[]", problem: "the document" },
    { name: "a field that nobody knows", stores: storesOf({ store: STORE, graceDays: 3 }), problem: "graceDays" },
    { name: "no id", stores: storesOf({}), problem: "stores.0.store" },
    {
      name: "the id of a publisher",
      stores: storesOf({ store: STORE.replace("/artifactstores/store", "") }),
      problem: "stores.0.store",
    },
    { name: "a pattern", stores: storesOf({ store: `${STORE}*/x` }), problem: "stores.0.store" },
    {
      name: "too short a grace window",
      stores: storesOf({ store: STORE }, { store: "*", grace: "1h" }),
      problem: "stores.1.grace",
    },
    {
      name: "a date that is none",
      stores: storesOf({ store: STORE, uploadedSince: "30.03.2025" }),
      problem: "uploadedSince",
    },
    {
      name: "a text for a choice",
      stores: storesOf({ store: STORE, purgeSuperseded: "yes" }),
      problem: "purgeSuperseded",
    },
    ...[-1, 1.5, 1001, "3", null].map((keepLastVersions) => ({
      name: `keepLastVersions of ${JSON.stringify(keepLastVersions)}`,
      stores: storesOf({ store: STORE, keepLastVersions }),
      problem: "stores.0.keepLastVersions",
    })),
    {
      name: "a number that is none any more",
      stores: storesOf({ store: STORE, keepLastVersions: 0 }).replace(":0}", ":1e999}"),
      problem: "stores.0.keepLastVersions",
    },
    {
      name: "a field that is given twice",
      stores: storesOf({ store: STORE, grace: "90d" }).replace('"grace"', '"grace": "24h", "grace"'),
      problem: "gives a field of one object twice",
    },
    {
      name: "two lists",
      stores: storesOf({ store: STORE }).replace(/}$/, ',"stores":[]}'),
      problem: "gives a field of one object twice",
    },
    { name: "a mode that nobody knows", stores: storesOf({ store: STORE, mode: "on" }), problem: "stores.0.mode" },
    {
      name: "one store twice",
      stores: storesOf({ store: STORE }, { store: STORE.toUpperCase() }),
      problem: "is listed twice",
    },
  ])("are refused with $name", ({ stores, problem }) => {
    const problems = problemsOf({ ...REQUIRED, STORES: stores });
    expect(problems).toEqual([expect.stringMatching(/^STORES: /)]);
    expect(problems[0]).toContain(problem);
  });

  it.each([
    { name: "enforced by the service", env: { MODE: "enforce", STORES: storesOf({ store: "*" }) }, refused: true },
    {
      name: "enforced by itself",
      env: { MODE: "enforce", STORES: storesOf({ store: "*", mode: "enforce" }) },
      refused: true,
    },
    {
      name: "in report mode",
      env: { MODE: "enforce", STORES: storesOf({ store: "*", mode: "report" }) },
      refused: false,
    },
    {
      name: "under a service in report mode",
      env: { STORES: storesOf({ store: "*", mode: "enforce" }) },
      refused: false,
    },
  ])("may be all (*), but never enforced: $name", ({ env, refused }) => {
    expect(problemsOf({ ...REQUIRED, ...env })).toHaveLength(refused ? 1 : 0);
  });

  it.each([
    { name: "none at all", env: { MODE: "enforce" }, refused: true },
    { name: "an empty list", env: { MODE: "enforce", STORES: storesOf() }, refused: true },
    {
      name: "one in report mode",
      env: { MODE: "enforce", STORES: storesOf({ store: STORE, mode: "report" }) },
      refused: false,
    },
    { name: "none at all in report mode", env: { MODE: "report" }, refused: false },
  ])("must be named for a service that enforces: $name", ({ env, refused }) => {
    const problems = problemsOf({ ...REQUIRED, ...env });
    expect(problems).toEqual(
      refused ? [expect.stringContaining("STORES: MODE=enforce needs the artifact stores")] : [],
    );
  });

  it("are enrolled by their own entry, else by that for all, else not", () => {
    const all = read({ STORES: storesOf({ store: "*", grace: "30d" }, { store: STORE, grace: "7d" }) });
    expect(findStoreSettings(all, STORE)?.graceMs).toBe(7 * DAY_MS);
    expect(findStoreSettings(all, `${STORE}2`)?.graceMs).toBe(30 * DAY_MS);
    expect(findStoreSettings(read({ STORES: storesOf({ store: STORE }) }), `${STORE}2`)).toBeUndefined();
  });
});
