import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import type { Deployed, Deployment } from "./bicep/deploy.ts";
import { deployFile } from "./bicep/deploy.ts";
import { MANAGEMENT_GROUP, SUBSCRIPTION, toGroup } from "./bicep/scope.ts";
import type { ObjectValue } from "./bicep/values.ts";

export const INFRA = new URL("../../infra", import.meta.url).pathname;

/** What the templates of a folder come to, with each of their options on and off. */
export interface Infra {
  readonly folder: string;
  /** `azd up` with the defaults. */
  readonly plain: Deployment;
  /** `azd up`, with the defaults and with every option. */
  readonly azd: readonly Deployment[];
  /** What people deploy by hand. */
  readonly access: readonly Deployment[];
}

export const OWN_GROUP = "/subscriptions/00000000-0000-0000-0000-00000000aaaa/resourceGroups/rg-test";
const REGISTRY = "/subscriptions/b/resourceGroups/managed/providers/Microsoft.ContainerRegistry/registries/acme";
export const STORE =
  "/subscriptions/b/resourceGroups/p/providers/Microsoft.HybridNetwork/publishers/acme/artifactStores/store";
const PLAIN: ObjectValue = { environmentName: "test", location: "westeurope" };

export const EVERYTHING: ObjectValue = {
  ...PLAIN,
  mode: "enforce",
  stores: [{ store: STORE, grace: "30d" }],
  freezeWindows: [{ cron: "0 30 6 * * mon-fri", duration: "90m", reason: "deployments" }],
  graphScope: "managementGroups",
  managementGroups: ["core", "edge"],
  subscriptions: ["b"],
  settings: { GRACE: "21d", BREAKER_DELETIONS: "200" },
  restore: true,
  journalImmutabilityDays: 30,
  alertMails: ["on-call@example.org"],
  alertWebhook: "https://example.org/hook",
  authClientId: "7d0c5a4e-3f13-4d5b-a6b4-0c5a9f1f1f11",
  privateNetworking: true,
  privateRegistries: [REGISTRY],
};

const PEOPLE: ObjectValue = { observerPrincipalId: "observer", purgerPrincipalId: "purger" };

export function readInfra(folder = INFRA): Infra {
  const main = (params: ObjectValue): Deployment =>
    deployFile(join(folder, "main.bicep"), { scope: SUBSCRIPTION, params });
  const registry = (params: ObjectValue): Deployment =>
    deployFile(join(folder, "access/registry.bicep"), {
      scope: toGroup("managed"),
      params: { ...PEOPLE, registryName: "acme", restorerPrincipalId: "restorer", ...params },
    });
  const plain = main(PLAIN);
  return {
    folder,
    plain,
    azd: [plain, main(EVERYTHING), main({ ...PLAIN, observeSubscription: false })],
    access: [
      registry({}),
      registry({ isAbac: true, purgeablePrefixes: ["amf-", "smf-"] }),
      deployFile(join(folder, "access/managementGroup.bicep"), {
        scope: MANAGEMENT_GROUP,
        params: { observerPrincipalId: "observer" },
      }),
      deployFile(join(folder, "access/subscription.bicep"), {
        scope: SUBSCRIPTION,
        params: { ...PEOPLE, observeRegistries: true },
      }),
    ],
  };
}

export const resourcesOf = (deployments: readonly Deployment[]): readonly Deployed[] =>
  deployments.flatMap(({ resources }) => resources);

export const ofType = (deployments: readonly Deployment[], type: string): readonly Deployed[] =>
  resourcesOf(deployments).filter((resource) => resource.type === type);

/** Every Bicep file of a folder and below, sorted. */
export function listBicepFiles(folder = INFRA): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.bicep(param)?$/.test(path))
    .map((path) => join(folder, path))
    .sort();
}

export const toRelative = (infra: Infra, file: string): string => `infra/${relative(infra.folder, file)}`;
