import type { Certificates, Clock, SandboxArm } from "../contracts.ts";
import type { ArmResource, Fault, ManagementGroup } from "../estate.ts";
import { FaultList } from "../faults.ts";
import { createResourceGraph, type ResourceGraph, type ResourceGraphOptions } from "../resourceGraph/resourceGraph.ts";
import { refuseApiVersion } from "./apiVersions.ts";
import type { ArmDeps } from "./armRequest.ts";
import { answerArm } from "./armRoutes.ts";
import { createArmStore } from "./armStore.ts";
import { authenticate } from "./authorization.ts";
import { createDeletions } from "./deletions.ts";
import { startJsonServer, type JsonAnswer, type JsonRequest, type Target } from "./jsonServer.ts";
import { keepServerProperties, toRegistryResources, type ArmRegistry } from "./registryResources.ts";
import { isList, parseResourceId, toKey } from "./resourceId.ts";

export interface ArmOptions {
  readonly clock: Clock;
  readonly certificates: Certificates;
  readonly tenantId: string;
  /** There from the start, in Resource Graph too. */
  readonly resources?: readonly ArmResource[];
  readonly registries: readonly ArmRegistry[];
  /** Below the tenant's root group, for the scope of queries; default none. */
  readonly managementGroups?: readonly ManagementGroup[];
  readonly resourceGraph?: ResourceGraphOptions;
  /** How long a deletion over HTTP takes; default 10 s. */
  readonly deletionMs?: number;
  /** Items on a page of a list; default 100. */
  readonly pageSize?: number;
}

export interface ArmServer extends SandboxArm {
  /** Stops counting queries of Resource Graph. */
  liftQuota(): void;
}

const ARM_FAULTS = new Set<Fault["effect"]["kind"]>(["status", "throttle", "reset", "delay", "clockSkew", "truncate"]);
const GRAPH_FAULTS = new Set<Fault["effect"]["kind"]>([
  "status",
  "throttle",
  "reset",
  "delay",
  "clockSkew",
  "dropRows",
  "stale",
]);
const GRAPH_PATH = /^\/providers\/Microsoft\.ResourceGraph\/resources$/i;

/** Azure Resource Manager with the AOSM resource provider; Resource Graph, a delayed view of it, is at its own path of the same server. */
export async function createArm(options: ArmOptions): Promise<ArmServer> {
  const { clock, tenantId } = options;
  const registries = new Map(
    options.registries.map((registry) => [toKey(registry.estate.resourceId), registry.server]),
  );
  const initial = [...options.registries.flatMap(toRegistryResources), ...(options.resources ?? [])];
  const store = createArmStore(clock, initial);
  const deletions = createDeletions({ clock, store, registries, deletionMs: options.deletionMs ?? 10_000 });
  const graph = createResourceGraph({
    clock,
    tenantId,
    managementGroups: options.managementGroups ?? [],
    changes: store.changes,
    ...options.resourceGraph,
  });
  const faults = { arm: new FaultList(clock), resourceGraph: new FaultList(clock) };
  let url = "";
  const deps: ArmDeps = { clock, store, deletions, tenantId, pageSize: options.pageSize ?? 100, baseUrl: () => url };
  const server = await startJsonServer({
    clock,
    certificates: options.certificates,
    targetOf,
    takeFault: ({ server }, method, path) => (server === "arm" ? faults.arm : faults.resourceGraph).take(method, path),
    answer: (request) => {
      deletions.settle();
      return answer(request, deps, graph);
    },
  });
  url = server.url;
  return {
    ...server,
    addFault(fault) {
      const isGraph = fault.target === "resourceGraph";
      const { kind } = fault.effect;
      if (!(isGraph ? GRAPH_FAULTS : ARM_FAULTS).has(kind)) throw new Error(`${fault.target} has no fault '${kind}'`);
      deletions.settle();
      if (kind === "stale") graph.freeze(fault.effect);
      (isGraph ? faults.resourceGraph : faults.arm).add(fault);
    },
    liftQuota: () => graph.liftQuota(),
    ...createDirect(deps, registries),
  };
}

function targetOf(method: string, url: URL): Target {
  if (GRAPH_PATH.test(url.pathname)) return { server: "resourceGraph", kind: "query" };
  if (/\/operationResults\/[^/]+$/i.test(url.pathname)) return { server: "arm", kind: "readOperation" };
  if (/\/Microsoft\.Authorization\/permissions$/i.test(url.pathname)) return { server: "arm", kind: "listPermissions" };
  if (/^\/subscriptions\/?$/i.test(url.pathname)) return { server: "arm", kind: "listSubscriptions" };
  const id = parseResourceId(url.pathname);
  const verbs: Record<string, string> = { GET: "read", PUT: "put", PATCH: "patch", DELETE: "delete" };
  const verb = verbs[method] ?? "other";
  return { server: "arm", kind: !id || isList(id) ? "listResources" : `${verb}Resource` };
}

function answer(request: JsonRequest, deps: ArmDeps, graph: ResourceGraph): JsonAnswer {
  const authenticated = authenticate(request, deps);
  if ("refusal" in authenticated) return authenticated.refusal;
  const refusal = refuseApiVersion(request.url);
  if (refusal) return refusal;
  if (GRAPH_PATH.test(request.url.pathname)) return graph.answer(request, authenticated.claims);
  return answerArm(request, authenticated.claims, deps);
}

/** What the sandbox itself does to ARM, with no authorisation, no fault and no waiting. */
function createDirect(
  { store, deletions }: ArmDeps,
  registries: ReadonlyMap<string, ArmRegistry["server"]>,
): Pick<SandboxArm, "put" | "patch" | "remove" | "get" | "all"> {
  return {
    put(resource) {
      deletions.settle();
      const registry = registries.get(toKey(resource.id));
      store.put(registry ? keepServerProperties(resource, store.get(resource.id), registry) : resource);
    },
    patch(id, { properties, tags }) {
      deletions.settle();
      const before = store.get(id);
      if (!before) throw new Error(`There is no resource ${id} to change`);
      const after = { ...before, properties: { ...before.properties, ...properties } };
      store.put(tags ? { ...after, tags } : after);
    },
    remove(id, options) {
      deletions.settle();
      const resource = store.get(id);
      return resource ? deletions.remove(resource, options)?.message : undefined;
    },
    get(id) {
      deletions.settle();
      return store.get(id);
    },
    all() {
      deletions.settle();
      return store.all();
    },
  };
}
