import { createStores } from "../../lib/stores/createStores.ts";
import { createArm } from "../../lib/azure/arm.ts";
import { createCredential } from "../../lib/azure/credentials.ts";
import { sha256Hex } from "../../lib/azure/hash.ts";
import { createRegistryReader } from "../../lib/azure/registry.ts";
import { createRegistryPurger } from "../../lib/azure/registryPurger.ts";
import { createRegistryWriter } from "../../lib/azure/registryWriter.ts";
import { createResourceGraph } from "../../lib/azure/resourceGraph.ts";
import type { Config } from "../../lib/config.ts";
import { SafetyStopError } from "../../lib/errors.ts";
import type { Deps } from "../../lib/jobs/deps.ts";
import type { Clock, Journal, Leases, Queues, Tables } from "../../lib/ports.ts";
import { gate, type Guard } from "./portGate.ts";
import { SILENCE } from "../../lib/telemetry.ts";

/** What a test brings along; the other ports are the real adapters, against the servers of the sandbox. */
export interface Surroundings {
  readonly config: Config;
  readonly clock: Clock;
  readonly wait: Deps["wait"];
  readonly tables: Tables;
  readonly queues: Queues;
  readonly leases: Leases;
  readonly journal: Journal;
}

/** Wired as functions/main.ts does it, with `guard` before every port. */
export function wire(around: Surroundings, guard: Guard): Deps {
  const { config } = around;
  const { cloud, credential } = config;
  const observer = createCredential(credential.kind, credential.observerClientId);
  const arm = { credential: observer, endpoint: cloud.armEndpoint, audience: cloud.armAudience };
  const audience = cloud.registryAudience;
  const about = (port: "graph" | "arm" | "queues" | "leases" | "journal") => ({ port, subject: "" });
  return {
    config,
    clock: around.clock,
    wait: around.wait,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    telemetry: SILENCE,
    hash: sha256Hex,
    graph: gate(createResourceGraph(arm), about("graph"), guard),
    arm: gate(createArm(arm), about("arm"), guard),
    queues: gate(around.queues, about("queues"), guard),
    leases: gateLeases(around.leases, guard),
    journal: gate(around.journal, about("journal"), guard),
    openRegistry: (target) => {
      const reader = createRegistryReader({ target, credential: observer, audience });
      return gate(reader, { port: "reader", subject: target.registryId }, guard);
    },
    openPurger: (target) => {
      if (config.mode !== "enforce") throw new SafetyStopError("in report mode there is no purger");
      const purger = createCredential(credential.kind, credential.purgerClientId);
      const opened = createRegistryPurger({ target, credential: purger, audience });
      return gate(opened, { port: "purger", subject: target.registryId }, guard);
    },
    openWriter: (target) => {
      if (credential.restorerClientId === undefined) throw new SafetyStopError("restoring is off");
      const restorer = createCredential(credential.kind, credential.restorerClientId);
      const opened = createRegistryWriter({ target, credential: restorer, audience });
      return gate(opened, { port: "writer", subject: target.registryId }, guard);
    },
    ...createStores(gateTables(around.tables, guard), sha256Hex, SILENCE),
  };
}

function gateTables(tables: Tables, guard: Guard): Tables {
  return {
    open: (name) => gate(tables.open(name), { port: "tables", subject: name }, guard),
    async drop(name) {
      await guard({ port: "tables", subject: name, method: "drop", args: [] }, () => tables.drop(name));
    },
  };
}

/** A lease is a port, too: its release may be the call that is never made. */
function gateLeases(leases: Leases, guard: Guard): Leases {
  const about = { port: "leases", subject: "" } as const;
  const acquiring: Leases = {
    async acquire(name) {
      const lease = await leases.acquire(name);
      return lease && gate(lease, { ...about, subject: name }, guard);
    },
  };
  return gate(acquiring, about, guard);
}
