import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { GroundTruth } from "../simulate/groundTruth.ts";
import { ArtifactNames } from "../support/artifactNames.ts";
import { RunningApp } from "../support/runningApp.ts";
import { StoredRecords } from "../support/storedRecords.ts";
import { withdrawnRelease } from "../support/trimmedEstates.ts";
import { until } from "../support/until.ts";

const NEVER_MS = 600_000;
const PURGE_RUN = "20260307T040000Z-purge";
const REGISTRY_ID =
  "/subscriptions/2d7b5c90-6a1e-4f38-9c04-d85e13f7a601/resourcegroups/store-hostedresources/providers/microsoft.containerregistry/registries/acmecoreacr";

const Entry = z.object({ what: z.enum(["intent", "outcome"]), digest: z.string(), outcome: z.string().optional() });
const Run = z.object({
  state: z.string(),
  results: z.object({ purge: z.object({ planned: z.number(), deleted: z.number() }) }),
  registries: z.array(z.object({ state: z.string(), notes: z.array(z.string()) })),
});

describe("a purge whose host is killed twice in the middle", () => {
  let app: RunningApp;
  let names: ArtifactNames;
  let records: StoredRecords;
  let truth: GroundTruth;

  beforeAll(async () => {
    const estate = await withdrawnRelease();
    names = new ArtifactNames(estate);
    app = await RunningApp.start(estate);
    records = new StoredRecords(app.sandbox.azurite);
    truth = new GroundTruth(app.sandbox, estate);
    await app.playUntil("+3d3h59m");
    truth.capture();
    await killBetweenIntentAndDelete();
    await killBetweenDeleteAndOutcome();
    await app.playUntil("+3d5h");
  });
  afterAll(() => app.stop());

  const digestOf = (alias: string): string => app.registry.resolve(alias);

  async function listEntries(): Promise<z.infer<typeof Entry>[]> {
    return z.array(Entry).parse(await records.listJournalEntries());
  }

  /** The message that the run sent for its registry. */
  async function readMessage(): Promise<{ runId: string; planId: string; registryId: string }> {
    const { planId } = z.object({ planId: z.string() }).parse((await app.call("GET", `/api/runs/${PURGE_RUN}`)).body);
    return { runId: PURGE_RUN, planId, registryId: REGISTRY_ID };
  }

  /** The index's delete is on its way and never arrives; what it takes along has its intent, too. */
  async function killBetweenIntentAndDelete(): Promise<void> {
    const path = digestOf("amf-sbi 1.0.0");
    const effect = { kind: "delay", ms: NEVER_MS } as const;
    app.registry.addFault({ target: "registry:acmecoreacr", method: "DELETE", path, skip: 0, times: 1, effect });
    const signature = digestOf("amf-sbi 1.0.0 signature");
    await killWhen(async () => (await listEntries()).some(({ digest }) => digest === signature));
    // At least once means that the same work may also be asked for again meanwhile.
    await records.send("purge-registry", await readMessage());
  }

  /** The registry has deleted the index, with its signature; whatever the worker asks of the registry after that hangs. */
  async function killBetweenDeleteAndOutcome(): Promise<void> {
    const index = digestOf("amf-sbi 1.0.0");
    const effect = { kind: "delay", ms: NEVER_MS } as const;
    await killWhen(() => {
      if (!app.registry.deletions.some(({ digest }) => digest === index)) return false;
      app.registry.addFault({ target: "registry:acmecoreacr", for: "1m", skip: 0, effect });
      return true;
    });
  }

  async function killWhen(condition: () => boolean | Promise<boolean>): Promise<void> {
    // The night goes on while this looks for the moment; the death of the host ends it.
    const night = app.playUntil("+3d4h30m").catch(() => undefined);
    await until(condition);
    await app.killAndRestart();
    await night;
  }

  it("deletes every planned digest, and each once", () => {
    expect(app.registry.deletions.map(({ digest }) => names.nameOf(digest)).sort()).toEqual([
      "amf 1.0.0 chart",
      "amf-sbi 1.0.0",
      "amf-sbi 1.0.0 amd64",
      "amf-sbi 1.0.0 arm64",
      "amf-sbi 1.0.0 attestation",
      "amf-sbi 1.0.0 signature",
    ]);
  });

  it("deletes nothing that is needed", () => {
    truth.judge();
    expect([...truth.violations, ...truth.listBrokenIndexes()]).toEqual([]);
  });

  it("has an intent in the journal for each, and a new one where the first came to nothing", async () => {
    const entries = await listEntries();
    for (const { digest } of app.registry.deletions)
      expect(entries.find((entry) => entry.digest === digest)?.what).toBe("intent");
    const index = entries.filter(({ digest }) => digest === digestOf("amf-sbi 1.0.0"));
    expect(index.filter(({ what }) => what === "intent")).toHaveLength(2);
  });

  it("says of each that it is gone, never that it was kept", async () => {
    const entries = await listEntries();
    const last = app.registry.deletions.map(({ digest }) => entries.findLast((entry) => entry.digest === digest));
    const run = Run.parse((await app.call("GET", `/api/runs/${PURGE_RUN}`)).body);
    expect(run.registries.flatMap(({ notes }) => notes).filter((note) => note.includes("kept"))).toEqual([]);
    expect(last.map((entry) => entry?.outcome)).toEqual(
      app.registry.deletions.map(() => expect.stringMatching(/^(deleted|goneAfterIntent)$/)),
    );
  });

  it("keeps the bytes of each", async () => {
    const journal = await records.readJournal();
    for (const { digest } of app.registry.deletions)
      expect(journal.get(`bytes/${digest.replace(":", "/")}`)).toContain('"schemaVersion":2');
  });

  it("ends its run", async () => {
    const run = Run.parse((await app.call("GET", `/api/runs/${PURGE_RUN}`)).body);
    expect(run).toMatchObject({ state: "done", registries: [{ state: "done" }] });
    expect(run.results.purge.planned).toBe(6);
    expect(app.failures).toEqual([]);
  });

  it("changes nothing when its messages come again, nor do an inventory's", async () => {
    const read = async () => ({ rows: await records.readRows(), journal: await records.readJournal() });
    const before = await read();
    const purge = await readMessage();
    const inventory = { runId: "20260307T010000Z-snapshot", snapshotId: "20260307T010000Z", registryId: REGISTRY_ID };
    for (const [queue, message] of [
      ["purge-registry", purge],
      ["inventory-registry", inventory],
    ] as const)
      await Promise.all([records.send(queue, message), records.send(queue, message)]);
    await app.playUntil("+3d6h");
    expect(await read()).toEqual(before);
    expect(app.registry.deletions).toHaveLength(6);
    expect(app.failures).toEqual([]);
  });

  it("leaves no token and no key in logs, answers and storage", async () => {
    const { identity } = app.sandbox;
    const issued = await fetch(`${identity.endpoint}?api-version=2019-08-01&resource=https://management.azure.com`, {
      headers: { "X-IDENTITY-HEADER": identity.header },
    });
    const { access_token: token } = z.object({ access_token: z.string() }).parse(await issued.json());
    const tokenLike = /eyJ[\w-]{16,}\.[\w-]+/;
    expect(token).toMatch(tokenLike);
    const stored = [...(await records.readRows()), ...(await records.readJournal())];
    const texts = [...app.logs, ...app.answers, ...stored.map((entry) => JSON.stringify(entry))];
    expect(texts.length).toBeGreaterThan(100);
    const secrets = [identity.header, app.host.functionKey, app.host.adminKey];
    expect(texts.filter((text) => tokenLike.test(text) || secrets.some((secret) => text.includes(secret)))).toEqual([]);
  });
});
