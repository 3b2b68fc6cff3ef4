import type { HttpHandler } from "@azure/functions";
import { app } from "@azure/functions";
import { createArm } from "../lib/azure/arm.ts";
import type { AzureMonitor } from "../lib/azure/azureMonitor.ts";
import { createCredential } from "../lib/azure/credentials.ts";
import { sha256Hex } from "../lib/azure/hash.ts";
import { createJournal } from "../lib/azure/journal.ts";
import { createLeases } from "../lib/azure/leases.ts";
import { createQueues } from "../lib/azure/queues.ts";
import { createRegistryReader } from "../lib/azure/registry.ts";
import { createRegistryPurger } from "../lib/azure/registryPurger.ts";
import { createRegistryWriter } from "../lib/azure/registryWriter.ts";
import { createResourceGraph } from "../lib/azure/resourceGraph.ts";
import { createTables } from "../lib/azure/rowTable.ts";
import { wait } from "../lib/azure/wait.ts";
import { createStorageClients } from "../lib/azure/storageClients.ts";
import type { Config } from "../lib/config.ts";
import { readConfig } from "../lib/config.ts";
import { SafetyStopError } from "../lib/errors.ts";
import type { Deps } from "../lib/jobs/deps.ts";
import { createStores } from "../lib/stores/createStores.ts";
import type { Telemetry } from "../lib/telemetry.ts";
import { SILENCE } from "../lib/telemetry.ts";
import { createAcceptSnapshot } from "./acceptSnapshot.ts";
import { createAdopt, createListAdoptions, createRemoveAdoption } from "./adoptions.ts";
import { createGetArtifact } from "./getArtifact.ts";
import { createGetFinding } from "./getFinding.ts";
import { createGetHealth } from "./getHealth.ts";
import { createGetPlan } from "./getPlan.ts";
import { createGetSnapshot } from "./getSnapshot.ts";
import { createGetHold, createLiftHold, createListHolds, createPlaceHold } from "./holds.ts";
import { createInventoryRegistry } from "./inventoryRegistry.ts";
import { createListArtifacts } from "./listArtifacts.ts";
import { createListFindings } from "./listFindings.ts";
import { createListSnapshots } from "./listSnapshots.ts";
import { createMarkDecommissioned } from "./markDecommissioned.ts";
import { createPoisoned } from "./poisoned.ts";
import { createOverridePlan } from "./overridePlan.ts";
import { createGetPause, createLiftPause, createPutPause } from "./pause.ts";
import { createPurgeManifests } from "./purgeManifests.ts";
import { createPurgeRegistry } from "./purgeRegistry.ts";
import { createGetRun, createListRuns, createStopRun } from "./readRuns.ts";
import { requireRole } from "./requireRole.ts";
import { createRestore } from "./restores.ts";
import { createRunStage } from "./runStage.ts";
import { createStartRun } from "./startRun.ts";
import { createTakeSnapshot } from "./takeSnapshot.ts";
import { tellInvocations } from "./tellInvocations.ts";

/** The composition root and the inventory of triggers. A setting that cannot be used throws here, and the host refuses to start. */
const config = readConfig(process.env);
const monitor = await openMonitor(config);
if (monitor) tellInvocations(app, monitor);
const deps = wire(config, monitor ?? SILENCE);
const signedIn = config.requireAppRoles ? requireRole : (handler: HttpHandler) => handler;
const connection = "AzureWebJobsStorage";

app.timer("takeSnapshot", { schedule: "%SNAPSHOT_SCHEDULE%", handler: createTakeSnapshot(deps) });
app.timer("markDecommissioned", { schedule: "%MARK_SCHEDULE%", handler: createMarkDecommissioned(deps) });
app.timer("purgeManifests", { schedule: "%PURGE_SCHEDULE%", handler: createPurgeManifests(deps) });

app.storageQueue("inventoryRegistry", {
  queueName: "inventory-registry",
  connection,
  handler: createInventoryRegistry(deps),
});
app.storageQueue("purgeRegistry", { queueName: "purge-registry", connection, handler: createPurgeRegistry(deps) });
app.storageQueue("runStage", { queueName: "run-stage", connection, handler: createRunStage(deps) });
app.storageQueue("inventoryRegistryPoisoned", {
  queueName: "inventory-registry-poison",
  connection,
  handler: createPoisoned(deps, "inventory-registry"),
});
app.storageQueue("purgeRegistryPoisoned", {
  queueName: "purge-registry-poison",
  connection,
  handler: createPoisoned(deps, "purge-registry"),
});
app.storageQueue("runStagePoisoned", {
  queueName: "run-stage-poison",
  connection,
  handler: createPoisoned(deps, "run-stage"),
});

app.http("startRun", {
  methods: ["POST"],
  route: "runs",
  authLevel: "function",
  handler: signedIn(createStartRun(deps)),
});
app.http("listRuns", {
  methods: ["GET"],
  route: "runs",
  authLevel: "function",
  handler: signedIn(createListRuns(deps)),
});
app.http("getRun", {
  methods: ["GET"],
  route: "runs/{id}",
  authLevel: "function",
  handler: signedIn(createGetRun(deps)),
});
app.http("stopRun", {
  methods: ["DELETE"],
  route: "runs/{id}",
  authLevel: "function",
  handler: signedIn(createStopRun(deps)),
});
app.http("getPlan", {
  methods: ["GET"],
  route: "plans/{id}",
  authLevel: "function",
  handler: signedIn(createGetPlan(deps)),
});
app.http("overridePlan", {
  methods: ["POST"],
  route: "plans/{id}/override",
  authLevel: "function",
  handler: signedIn(createOverridePlan(deps)),
});
app.http("getPause", {
  methods: ["GET"],
  route: "pause",
  authLevel: "function",
  handler: signedIn(createGetPause(deps)),
});
app.http("putPause", {
  methods: ["PUT"],
  route: "pause",
  authLevel: "function",
  handler: signedIn(createPutPause(deps)),
});
app.http("liftPause", {
  methods: ["DELETE"],
  route: "pause",
  authLevel: "function",
  handler: signedIn(createLiftPause(deps)),
});
app.http("listArtifacts", {
  methods: ["GET"],
  route: "artifacts",
  authLevel: "function",
  handler: signedIn(createListArtifacts(deps)),
});
app.http("listFindings", {
  methods: ["GET"],
  route: "findings",
  authLevel: "function",
  handler: signedIn(createListFindings(deps)),
});
app.http("getArtifact", {
  methods: ["GET"],
  route: "artifacts/{registry}/{*path}",
  authLevel: "function",
  handler: signedIn(createGetArtifact(deps)),
});
app.http("getFinding", {
  methods: ["GET"],
  route: "findings/{id}",
  authLevel: "function",
  handler: signedIn(createGetFinding(deps)),
});
app.http("listSnapshots", {
  methods: ["GET"],
  route: "snapshots",
  authLevel: "function",
  handler: signedIn(createListSnapshots(deps)),
});
app.http("getSnapshot", {
  methods: ["GET"],
  route: "snapshots/{id}",
  authLevel: "function",
  handler: signedIn(createGetSnapshot(deps)),
});
app.http("acceptSnapshot", {
  methods: ["POST"],
  route: "snapshots/{id}/accept",
  authLevel: "function",
  handler: signedIn(createAcceptSnapshot(deps)),
});
app.http("adopt", {
  methods: ["POST"],
  route: "adoptions",
  authLevel: "function",
  handler: signedIn(createAdopt(deps)),
});
app.http("listAdoptions", {
  methods: ["GET"],
  route: "adoptions",
  authLevel: "function",
  handler: signedIn(createListAdoptions(deps)),
});
app.http("removeAdoption", {
  methods: ["DELETE"],
  route: "adoptions/{id}",
  authLevel: "function",
  handler: signedIn(createRemoveAdoption(deps)),
});
app.http("placeHold", {
  methods: ["PUT"],
  route: "holds",
  authLevel: "function",
  handler: signedIn(createPlaceHold(deps)),
});
app.http("listHolds", {
  methods: ["GET"],
  route: "holds",
  authLevel: "function",
  handler: signedIn(createListHolds(deps)),
});
app.http("getHold", {
  methods: ["GET"],
  route: "holds/{id}",
  authLevel: "function",
  handler: signedIn(createGetHold(deps)),
});
app.http("liftHold", {
  methods: ["DELETE"],
  route: "holds/{id}",
  authLevel: "function",
  handler: signedIn(createLiftHold(deps)),
});
app.http("restore", {
  methods: ["POST"],
  route: "restores",
  authLevel: "function",
  handler: signedIn(createRestore(deps)),
});
app.http("getHealth", { methods: ["GET"], route: "health", authLevel: "anonymous", handler: createGetHealth(deps) });

/** Undefined where none is configured: then its code is not even loaded, which takes memory. */
async function openMonitor({ credential, monitor }: Config): Promise<AzureMonitor | undefined> {
  if (!monitor) return undefined;
  const { AzureMonitor: Monitor } = await import("../lib/azure/azureMonitor.ts");
  const { connectionString, identity } = monitor;
  return new Monitor({
    connectionString,
    credential: identity && createCredential(credential.kind, identity.clientId),
  });
}

function wire(settings: Config, telemetry: Telemetry): Deps {
  const { cloud, credential, storage } = settings;
  const observer = createCredential(credential.kind, credential.observerClientId);
  const storageCredential = createCredential(
    credential.kind,
    storage.kind === "identity" ? storage.clientId : undefined,
  );
  const clients = createStorageClients(storage, storageCredential);
  const tables = createTables(clients);
  const arm = { credential: observer, endpoint: cloud.armEndpoint, audience: cloud.armAudience };
  return {
    config: settings,
    clock: { now: () => new Date() },
    wait,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    telemetry,
    hash: sha256Hex,
    graph: createResourceGraph(arm),
    arm: createArm(arm),
    queues: createQueues(clients),
    leases: createLeases(clients),
    journal: createJournal(clients),
    openRegistry: (target) => createRegistryReader({ target, credential: observer, audience: cloud.registryAudience }),
    openPurger: (target) => {
      if (settings.mode !== "enforce") throw new SafetyStopError("in report mode there is no purger");
      const purger = createCredential(credential.kind, credential.purgerClientId);
      return createRegistryPurger({ target, credential: purger, audience: cloud.registryAudience });
    },
    openWriter: (target) => {
      const { kind, restorerClientId } = credential;
      if (restorerClientId === undefined) throw new SafetyStopError("without RESTORER_CLIENT_ID nothing is restored");
      const restorer = createCredential(kind, restorerClientId);
      return createRegistryWriter({ target, credential: restorer, audience: cloud.registryAudience });
    },
    ...createStores(tables, sha256Hex, telemetry),
  };
}
