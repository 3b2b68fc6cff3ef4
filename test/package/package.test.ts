import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { LIMIT_BYTES } from "../../infra/package/createPackage.ts";
import { listFiles } from "../../infra/package/listFiles.ts";
import { createZip } from "../../infra/package/zip.ts";
import { simulate } from "../simulate/simulate.ts";
import { ArtifactNames } from "../support/artifactNames.ts";
import { ExpectedSchema, observe } from "../support/observed.ts";
import { readScenario, readScenarioFile } from "../support/scenarios.ts";
import { listArguments, readRecord } from "./closedProcess.ts";
import { PROJECT, unpackApp, type UnpackedApp } from "./unpackedApp.ts";

let unpacked: UnpackedApp;
beforeAll(async () => {
  unpacked = await unpackApp();
}, 180_000);
afterAll(() => unpacked?.remove());

describe("the package", () => {
  it("holds what was staged for it, and nothing else", async () => {
    const { made, app } = unpacked;
    const packed = made.entries.map(({ path }) => path);
    expect(await listFiles(app)).toEqual(packed);
    expect(await listFiles(made.folder)).toEqual(packed);
  });

  it("has the same bytes whenever it is made of the same files", async () => {
    const { made, app } = unpacked;
    const again = await createZip(
      app,
      made.entries.map(({ path }) => path),
    );
    expect(again.equals(await readFile(made.file))).toBe(true);
  });

  it("has no build for another platform in it, but what Node loads beside them", () => {
    const files = unpacked.made.entries
      .map(({ path }) => path)
      .filter((path) => path.startsWith("node_modules/@azure/"));
    const builds = new Set(files.flatMap((path) => /^[^/]+\/[^/]+\/[^/]+\/dist\/([^/]+)\//.exec(path)?.[1] ?? []));
    expect([...builds]).toEqual(expect.arrayContaining(["esm", "commonjs"]));
    expect([...builds].filter((name) => ["browser", "react-native", "workerd"].includes(name))).toEqual([]);
  });

  it("is small enough to need no justification", () => {
    expect(unpacked.made.bytes).toBeLessThan(LIMIT_BYTES);
  });
});

/**
 * A cold start may take a second. Time is no measure for a test; what it is spent on is: a module takes about 0.35 ms, so these are
 * a little over half of it. `npm run bench -- cold-start` shows the time.
 */
const MODULES_LIMIT = 1600;
const BYTES_LIMIT = 8_500_000;

describe("a process of the unpacked package", () => {
  /** As deployed: with telemetry, which is loaded only where it has somewhere to go. */
  const SETTINGS = {
    SNAPSHOT_SCHEDULE: "0 0 1 * * *",
    MARK_SCHEDULE: "0 0 3 * * *",
    PURGE_SCHEDULE: "0 0 4 * * *",
    AzureWebJobsStorage: "UseDevelopmentStorage=true",
    APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${randomUUID()};IngestionEndpoint=https://localhost:1/`,
  };

  async function load(main: string, record: string): Promise<void> {
    const args = [...listArguments([unpacked.app], record), "--input-type=module"];
    const code = `await import(${JSON.stringify(pathToFileURL(main).href)}); process.exit();`;
    await promisify(execFile)(process.execPath, [...args, "--eval", code], { cwd: unpacked.app, env: SETTINGS });
  }

  it("loads no more modules at its start than a cold start can afford", async () => {
    const record = join(unpacked.home, "cold.txt");
    await load(join(unpacked.app, "dist", "functions", "main.js"), record);
    const modules = await readRecord(record);
    const sizes = await Promise.all(modules.map(async (path) => (await stat(path)).size));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    expect(modules.filter((path) => !path.startsWith(`${unpacked.app}/`))).toEqual([]);
    expect(modules.length).toBeLessThan(MODULES_LIMIT);
    expect(bytes).toBeLessThan(BYTES_LIMIT);
    // Far fewer would mean that they were not all seen.
    expect(modules.length).toBeGreaterThan(MODULES_LIMIT / 2);
  });

  it.each(["lib/config.ts", "node_modules/zod/index.js"])(
    "cannot load %s of the project: that is closed to it",
    async (file) => {
      await expect(load(join(PROJECT, file), join(unpacked.home, "project.txt"))).rejects.toThrow("ERR_ACCESS_DENIED");
    },
  );
});

describe("a scenario played from the unpacked package", () => {
  const scenario = "decommission-grace-purge";
  const start = (folders: readonly string[], record: string) => ({
    compiledMain: unpacked.compiledMain,
    nodeArgs: listArguments(folders, record),
  });

  it("purges a withdrawn release after its grace window, tells of it, and loads nothing from elsewhere", async () => {
    const { home, app } = unpacked;
    const record = join(home, "scenario.txt");
    const estate = await readScenario(scenario);
    const expected = ExpectedSchema.parse(await readScenarioFile(scenario, "expected.json"));
    const told = new Set<unknown>();
    const simulation = await simulate(estate, {
      nights: expected.nights,
      appDirectory: app,
      ...start([app, `${home}/host`], record),
      onTelemetry: (telemetry) => {
        for (const { name } of telemetry.rows("customEvents")) told.add(name);
      },
    });
    expect(observe(simulation, new ArtifactNames(estate), expected)).toEqual(expected);
    expect(simulation.truth.violations).toEqual([]);
    expect(simulation.failures).toEqual([]);
    expect(told).toContain("manifestDeleted");
    const modules = await readRecord(record);
    expect(modules).toContain(join(app, "dist", "functions", "main.js"));
    expect(modules.filter((path) => !path.startsWith(`${home}/`))).toEqual([]);
  });

  it("does not start from the project: that is closed to the process", async () => {
    const { home, app } = unpacked;
    const options = { appDirectory: PROJECT, ...start([app, `${home}/host`], join(home, "control.txt")) };
    await expect(simulate(await readScenario(scenario), { nights: 1, ...options })).rejects.toThrow(
      /The app did not start: .*restricted/,
    );
  });
});
