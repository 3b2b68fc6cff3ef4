import type { ArmId } from "../../../lib/core/armId.ts";
import { nameOf, parentOf, toArmId, typeOf } from "../../../lib/core/armId.ts";
import type { GraphFamily } from "../../../lib/core/graphQueries.ts";
import { GRAPH_QUERIES } from "../../../lib/core/graphQueries.ts";
import { toInstantId } from "../../../lib/core/instantId.ts";
import type { Repository } from "../../../lib/core/registryManifest.ts";
import { UpstreamError } from "../../../lib/errors.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { markDecommissioned } from "../../../lib/jobs/markDecommissioned.ts";
import { sealWithMissingParts } from "../../../lib/jobs/sealSnapshot.ts";
import { startRun } from "../../../lib/jobs/startRun.ts";
import { takeSnapshot } from "../../../lib/jobs/takeSnapshot.ts";
import type { Arm, OutsideCount, ResourceGraph } from "../../../lib/ports.ts";
import type { Run } from "../../../lib/stores/runStore.ts";
import type { Part } from "../../../lib/stores/snapshotStore.ts";
import { GRAPH_PART } from "../../../lib/stores/snapshotStore.ts";
import { NOW } from "../../fakes/builders.ts";
import { aPart, aService } from "../functions/aService.ts";
import type { Row } from "./someRows.ts";

/** What the observer sees; a test changes it between nights. */
export interface View {
  now: string;
  rows: readonly Row[];
  /** In ARM, and not in Resource Graph. */
  hidden: readonly Row[];
  /** Subscriptions that Resource Graph shows. */
  visible: readonly string[];
  /** Subscriptions that ARM lists beside those. */
  alsoListed: readonly string[];
  unreadable: readonly string[];
  outside: readonly OutsideCount[];
  /** Resource Graph does not answer for it. */
  failing: GraphFamily | undefined;
  /** ARM's own clock; undefined where it does not tell. */
  armTime: string | undefined;
  /** By the id of their registry. */
  repositories: readonly Repository[];
}

export interface AskedTenant {
  readonly deps: Deps;
  readonly view: View;
  /** Ids that ARM was asked for by GET since this was last emptied. */
  readonly asked: ArmId[];
  /** Takes a snapshot at this instant and seals it; every registry part is complete. Its part of the graph comes back. */
  night(at: string): Promise<Part>;
  /** Turns the newest snapshot into findings and marks, at this instant. */
  mark(at: string): Promise<void>;
}

/** Real jobs and real stores over a tenant that is a plain list of rows. */
export function aTenant(settings: Readonly<Record<string, string>> = {}): AskedTenant {
  const view: View = {
    now: NOW,
    rows: [],
    hidden: [],
    visible: ["sub1", "sub2"],
    alsoListed: [],
    unreadable: [],
    outside: [],
    failing: undefined,
    armTime: undefined,
    repositories: [],
  };
  const asked: ArmId[] = [];
  const deps: Deps = {
    ...aService(settings),
    clock: { now: () => new Date(view.now) },
    graph: toGraph(view),
    arm: toArm(view, asked),
    queues: { send: async () => undefined },
  };
  return {
    deps,
    view,
    asked,
    night: (at) => takeNight(deps, view, at),
    mark: async (at) => {
      view.now = at;
      await markDecommissioned(deps, await begin(deps, "mark", at));
    },
  };
}

const failed = (service: "ARM" | "ResourceGraph"): UpstreamError =>
  new UpstreamError({ service, operation: "the question of this test", status: 503 });

function toGraph(view: View): ResourceGraph {
  return {
    async *listResources(family) {
      if (view.failing === family) throw failed("ResourceGraph");
      const rows = view.rows.filter(({ id }) => GRAPH_QUERIES[family].types.includes(typeOf(toArmId(id) ?? "")));
      yield { rows, batch: 0, more: false, totalRecords: rows.length, truncated: false, tenantLimitHit: false };
    },
    listSubscriptions: async () => view.visible,
    countOutside: async (scope) => (scope.of === "tenant" ? [] : view.outside),
  };
}

function toArm(view: View, asked: ArmId[]): Arm {
  const list = (): readonly (readonly [ArmId, Row])[] =>
    [...view.rows, ...view.hidden].map((row) => [toArmId(row.id) ?? "", row]);
  return {
    getResource: async (id) => {
      asked.push(id);
      const found = list().find(([known]) => known === id);
      return found ? { is: "found", resource: found[1] } : { is: "absent" };
    },
    async *listChildren(parent, collection) {
      for (const [id, row] of list())
        if (parentOf(id) === parent && id === `${parent}/${collection.toLowerCase()}/${nameOf(id)}`) yield row;
    },
    canReadAll: async (subscription) => !view.unreadable.includes(subscription),
    listSubscriptions: async () => [...new Set([...view.visible, ...view.alsoListed])].sort(),
    readServerTime: async () => {
      if (view.armTime === undefined) throw failed("ARM");
      return new Date(view.armTime);
    },
  };
}

async function takeNight(deps: Deps, view: View, at: string): Promise<Part> {
  view.now = at;
  await takeSnapshot(deps, await begin(deps, "snapshot", at));
  const id = toInstantId(new Date(at));
  const header = await deps.snapshots.find(id);
  for (const name of header?.expectedParts ?? [])
    if (name !== GRAPH_PART) await deps.snapshots.putPart(id, aPart({ name }));
  await deps.snapshots.putRepositories(id, view.repositories);
  if (header) await sealWithMissingParts(deps, header);
  const part = (await deps.snapshots.listParts(id)).find(({ name }) => name === GRAPH_PART);
  if (!part) throw new Error(`the snapshot ${id} has no part of the graph`);
  return part;
}

async function begin(deps: Deps, stage: "snapshot" | "mark", at: string): Promise<Run> {
  const started = await startRun(deps, { stage, trigger: "timer", at: new Date(at) });
  if ("running" in started) throw new Error(`the run ${started.running} is under way`);
  return started.run;
}

/** Code and subject of each reason, as `code subject`; a long subject by the last name in it. */
export const reasonsOf = ({ reasons }: Part): readonly string[] =>
  reasons.map(({ code, subject = "" }) => `${code} ${nameOf(subject)}`.trim());
