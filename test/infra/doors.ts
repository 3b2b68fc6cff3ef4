import { readFileSync } from "node:fs";
import { find, read } from "../unit/docs/markdown.ts";
import type { Deployed } from "./bicep/deploy.ts";
import type { Value } from "./bicep/values.ts";
import type { Infra } from "./infra.ts";
import { listBicepFiles, ofType, OWN_GROUP, resourcesOf } from "./infra.ts";
import { readPath, toPlain } from "./read.ts";

/** By type, what must stand where. */
const MUST: Readonly<Record<string, Readonly<Record<string, Value>>>> = {
  "Microsoft.Storage/storageAccounts": {
    "properties.allowBlobPublicAccess": false,
    "properties.allowSharedKeyAccess": false,
    "properties.isLocalUserEnabled": false,
    "properties.minimumTlsVersion": "TLS1_2",
    "properties.supportsHttpsTrafficOnly": true,
  },
  "Microsoft.Storage/storageAccounts/blobServices/containers": { "properties.publicAccess": "None" },
  "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies": {
    "properties.allowProtectedAppendWrites": true,
  },
  "Microsoft.Insights/components": { "properties.DisableLocalAuth": true },
  "Microsoft.OperationalInsights/workspaces": { "properties.features.disableLocalAuth": true },
  "Microsoft.Web/sites": {
    "properties.httpsOnly": true,
    "properties.siteConfig.minTlsVersion": "1.2",
    "properties.siteConfig.scmMinTlsVersion": "1.2",
  },
  "Microsoft.Web/sites/basicPublishingCredentialsPolicies": { "properties.allow": false },
  "Microsoft.Insights/scheduledQueryRules": { "properties.enabled": true },
};

export function findOpenDoors(infra: Infra): string[] {
  const deployed = resourcesOf(infra.azd);
  const absent = Object.keys(MUST).filter((type) => !deployed.some((resource) => resource.type === type));
  return [...absent.map((type) => `there is no ${type}`), ...deployed.flatMap(findOpen)];
}

const findOpen = ({ type, body, name }: Deployed): string[] =>
  Object.entries(MUST[type] ?? {})
    .filter(([path, wanted]) => readPath(body, path) !== wanted)
    .map(([path, wanted]) => `${type} ${name}: ${path} is not ${toPlain(wanted)}`);

/** `azd down` deletes each resource group in which the deployment has put anything, with all that is in it. */
export function findForeign(infra: Infra): string[] {
  return resourcesOf(infra.azd)
    .filter(({ id, type }) => !isOwn(id) && !(type.endsWith("/roleAssignments") && !/\/resourceGroups\//i.test(id)))
    .map(({ id }) => `outside of the resource group of the service: ${id}`);
}

const isOwn = (id: string): boolean => id === OWN_GROUP || id.startsWith(`${OWN_GROUP}/`);

export const findRegistries = (infra: Infra): string[] =>
  resourcesOf([...infra.azd, ...infra.access])
    .filter(({ type }) => /^Microsoft\.(ContainerRegistry|HybridNetwork)\//i.test(type))
    .map(({ id }) => `deploys ${id}`);

const SECRET = /ConnectionString|InstrumentationKey|\bkeys?\b|primaryKey|secret|password|https:\/\/example\.org\/hook/i;

export const findSecretOutputs = (infra: Infra): string[] =>
  [...infra.azd, ...infra.access]
    .flatMap(({ outputs, innerOutputs }) => [outputs, ...innerOutputs].flatMap((all) => Object.entries(all)))
    .filter(([name, value]) => SECRET.test(`${name} ${toPlain(value)}`))
    .map(([name]) => `output ${name} may be a secret`);

/** By what is written: an expression that asks for a key, or that comes to something else each time, or that is fetched. */
const NEVER: readonly (readonly [RegExp, string])[] = [
  [/\blist(Keys|AccountSas|ServiceSas|Secrets)\b|AccountKey=|SharedAccessSignature/i, "asks for a key"],
  [/\b(newGuid|utcNow|deployer)\s*\(/, "comes to something else each time"],
  [/'(br|ts|br\/public|ts\/[^':]+)[:/]/, "is fetched from a registry of modules"],
  [/\bextension\s+\w+/, "needs an extension, which is fetched"],
];

export const findForbidden = (folder: string): string[] =>
  listBicepFiles(folder).flatMap((file) => {
    const source = readFileSync(file, "utf8");
    return NEVER.filter(([pattern]) => pattern.test(source)).map(([, why]) => `${file}: ${why}`);
  });

/** The queues that functions listen on, which nobody else creates. */
export function findQueueProblems(infra: Infra): string[] {
  const heard = find(read("functions/main.ts"), /queueName: "([^"]+)"/g);
  const created = ofType([infra.plain], "Microsoft.Storage/storageAccounts/queueServices/queues").map(
    ({ name }) => name,
  );
  return heard.join() === created.sort().join()
    ? []
    : [`functions listen on ${heard.join()}, created are ${created.join()}`];
}
