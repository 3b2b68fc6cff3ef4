import { beforeAll, describe, expect, it } from "@jest/globals";
import { createGetArtifact } from "../../../functions/getArtifact.ts";
import { createGetFinding } from "../../../functions/getFinding.ts";
import { createGetPlan } from "../../../functions/getPlan.ts";
import { createGetSnapshot } from "../../../functions/getSnapshot.ts";
import { createListArtifacts } from "../../../functions/listArtifacts.ts";
import { createListFindings } from "../../../functions/listFindings.ts";
import { createGetRun } from "../../../functions/readRuns.ts";
import { readResource } from "../../../lib/core/readResource.ts";
import type { Resource } from "../../../lib/core/resources.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { markDecommissioned } from "../../../lib/jobs/markDecommissioned.ts";
import { purgeManifests } from "../../../lib/jobs/purgeManifests.ts";
import { startRun } from "../../../lib/jobs/startRun.ts";
import {
  aMark,
  aNode,
  anArtifactManifest,
  anNfdv,
  aRepository,
  aStore,
  consumerId,
  digest,
  nfdvId,
  PUBLISHER,
  REGISTRY,
  STORE,
} from "../../fakes/builders.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";
import { aHeader, aPart, aService, call } from "./aService.ts";

/** What stands in every secret: a word, a key, and a digest that is one by its looks. */
const MARKERS = /m4rker|5ec2e7ab/i;
const KEY = "5ec2e7ab".repeat(8);
const DAY_MS = 86_400_000;
const FIRST_NIGHT = Date.parse("2026-03-01T01:00:00Z");

const secretsOf = (night: number) => ({
  adminPassword: `M4rker-${night}!`,
  users: [{ name: "root", token: `m4rker ${night}` }],
  key: `${KEY.slice(0, -1)}${night}`,
  image: `registry.example/app@sha256:${KEY.slice(0, -1)}${night}`,
  nested: JSON.stringify({ pin: `m4rker-${night}` }),
  ...(night > 0 && { more: "m4rker", other: `sha256:${KEY}` }),
});

const raw = (id: string, properties: Readonly<Record<string, unknown>>): unknown => ({
  id,
  name: id.slice(id.lastIndexOf("/") + 1),
  location: "westeurope",
  properties: { provisioningState: "Succeeded", ...properties },
});

const VALUES = { publisherName: "contoso", configurationType: "Open", configurationGroupSchemaName: "cgs" };
const SCHEMA = { idType: "Open", id: `${PUBLISHER}/configurationGroupSchemas/cgs` };
const FUNCTION = {
  configurationType: "Open",
  networkFunctionDefinitionVersionResourceReference: { idType: "Open", id: nfdvId("0.9.0") },
};

/** Values that are whole, that break off in a text, that are none, and such of a function on a version that nobody knows. */
const listRaws = (night: number): readonly unknown[] => [
  raw(consumerId("configurationgroupvalues", "whole"), {
    ...VALUES,
    configurationGroupSchemaResourceReference: SCHEMA,
    configurationValue: JSON.stringify(secretsOf(night)),
  }),
  raw(consumerId("configurationgroupvalues", "torn"), {
    ...VALUES,
    configurationValue: JSON.stringify({ inner: `{"pin": "m4rker-${night}` }),
  }),
  raw(consumerId("configurationgroupvalues", "none"), { ...VALUES, configurationValue: `m4rker ${night}` }),
  raw(consumerId("configurationgroupvalues", "typed"), { ...VALUES, configurationValue: secretsOf(night) }),
  raw(consumerId("networkfunctions", "whole"), {
    ...FUNCTION,
    deploymentValues: JSON.stringify(secretsOf(night)),
    roleOverrideValues: [JSON.stringify(secretsOf(night))],
  }),
  raw(consumerId("networkfunctions", "torn"), { ...FUNCTION, deploymentValues: `{"pin": "m4rker-${night}` }),
  raw(consumerId("networkfunctions", "typed"), {
    ...FUNCTION,
    deploymentValues: secretsOf(night),
    roleOverrideValues: [secretsOf(night)],
  }),
];

function read(given: unknown): Resource {
  const result = readResource(given);
  if ("unreadable" in result) throw new Error(result.unreadable);
  return result.resource;
}

const STORE_IN_ARM = {
  ...(aStore() satisfies Resource),
  properties: { storeType: "AzureContainerRegistry", storageResourceId: REGISTRY },
};

/** Two nights with other secrets in each, marked, and a plan. */
async function playNights(deps: Deps, setNow: (ms: number) => void): Promise<string> {
  for (const night of [0, 1]) {
    const at = new Date(FIRST_NIGHT + night * DAY_MS);
    setNow(at.getTime());
    await seeNight(deps, night, at);
    await markDecommissioned(deps, await aRun(deps, "mark", at));
  }
  await deps.marks.put(aMark(), undefined);
  const run = await aRun(deps, "purge", new Date(FIRST_NIGHT + DAY_MS + 3_600_000));
  await purgeManifests(deps, run);
  return run.id;
}

async function seeNight(deps: Deps, night: number, at: Date): Promise<void> {
  const id = `2026030${night + 1}T010000Z`;
  await deps.snapshots.create(aHeader({ id, at: at.toISOString(), readAt: at.toISOString(), processedAt: undefined }));
  for (const name of ["graph", REGISTRY]) await deps.snapshots.putPart(id, aPart({ name }));
  const consumers = listRaws(night).map(read);
  await deps.snapshots.putResources(id, [aStore(), anArtifactManifest(), anNfdv(), ...consumers]);
  await deps.snapshots.putRepositories(id, [aRepository({ manifests: [aNode(digest(1))] })]);
}

async function aRun(deps: Deps, stage: "mark" | "purge", at: Date) {
  const started = await startRun(deps, { stage, trigger: "timer", at });
  if ("running" in started) throw new Error(`${started.running} is running`);
  return started.run;
}

describe("a text of a configuration or deployment value", () => {
  const tables = new MemoryTables();
  let deps: Deps;
  let runId: string;

  beforeAll(async () => {
    let now = FIRST_NIGHT;
    const base = aService({}, tables);
    deps = {
      ...base,
      clock: { now: () => new Date(now) },
      arm: {
        ...base.arm,
        getResource: async (id) =>
          id === STORE ? { is: "found", resource: STORE_IN_ARM } : { is: "unknown", why: "?" },
        readServerTime: async () => new Date(now),
      },
    };
    runId = await playNights(deps, (ms) => (now = ms));
  });

  it("is in what Azure says, in every form that values have", () => {
    for (const given of listRaws(0)) expect(JSON.stringify(given)).toMatch(MARKERS);
  });

  it("stands in no row but for digests in those of snapshots; history tells how much there is of it", () => {
    const names = tables.listNames();
    expect(names).toEqual(expect.arrayContaining(["findings", "history", "marks", "plans", "runs"]));
    for (const name of names) {
      // A digest with its algorithm is what pins an image, and has to be compared.
      const allowed = /^snapshot\d/.test(name) ? /sha256:[0-9a-f]{64}/gi : /^$/;
      for (const text of tables.textsOf(name)) expect(text.replace(allowed, "")).not.toMatch(MARKERS);
    }
    const history = tables.textsOf("history").join("\n");
    expect(history).toMatch(/mentions \d+ texts that may name versions/);
    expect(history).toMatch(/names \d digests?/);
    expect(tables.textsOf("marks")).toHaveLength(1);
  });

  it("stands in no answer", async () => {
    const plan = (await deps.runs.find(runId))?.planId ?? "";
    const findings = await Array.fromAsync(deps.findings.list());
    const answers = [
      await call(createListFindings(deps), { path: "/api/findings?state=all&top=1000" }),
      await call(createListFindings(deps), { path: "/api/findings?format=csv" }),
      await call(createListArtifacts(deps), {}),
      await call(createGetArtifact(deps), { params: { registry: "contosoacr", path: `cnf/nginx@${digest(1)}` } }),
      await call(createGetSnapshot(deps), { params: { id: "20260302T010000Z" } }),
      await call(createGetRun(deps), { params: { id: runId } }),
      await call(createGetPlan(deps), { params: { id: plan } }),
    ];
    for (const { id } of findings) answers.push(await call(createGetFinding(deps), { params: { id } }));
    for (const { status, text } of answers) {
      expect(status).toBe(200);
      expect(text).not.toMatch(MARKERS);
    }
    const unreadable = findings.filter(({ kind }) => kind === "unreadableReference").map(({ subject }) => subject);
    for (const name of ["torn", "none", "typed"])
      expect(unreadable).toContain(consumerId("configurationgroupvalues", name));
  });
});
