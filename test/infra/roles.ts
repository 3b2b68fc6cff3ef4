import type { Deployed } from "./bicep/deploy.ts";
import { listBody, unquote } from "../unit/docs/markdown.ts";
import type { Infra } from "./infra.ts";
import { ofType, toRelative } from "./infra.ts";
import { readPath, toPlain } from "./read.ts";

/** One row of the table in docs/permissions.md: who, what, on what, by which template. */
export interface Grant {
  readonly identity: string;
  readonly roleId: string;
  readonly scope: string;
  readonly file: string;
}

export const describeGrant = ({ identity, roleId, scope, file }: Grant): string =>
  `${identity} has ${roleId} on ${scope} by ${file}`;

const SCOPES: readonly (readonly [RegExp, string])[] = [
  [/\/storageAccounts\/[^/]+$/, "own storage account"],
  [/\/components\/[^/]+$/, "own Application Insights"],
  [/\/registries\/[^/]+$/, "registry"],
  [/\/managementGroups\/[^/]+$/, "management group"],
  [/^\/subscriptions\/[^/]+$/, "subscription"],
];

export function listGrants(infra: Infra): Grant[] {
  const assignments = ofType([...infra.azd, ...infra.access], "Microsoft.Authorization/roleAssignments");
  const grants = assignments.map((assignment) => toGrant(infra, assignment));
  return [...new Map(grants.map((grant) => [describeGrant(grant), grant])).values()];
}

function toGrant(infra: Infra, assignment: Deployed): Grant {
  const principal = toPlain(readPath(assignment.body, "properties.principalId"));
  const [scopeId = ""] = assignment.id.split("/providers/Microsoft.Authorization/");
  return {
    identity: /observer|purger|restorer/.exec(principal)?.[0] ?? principal,
    roleId: toPlain(readPath(assignment.body, "properties.roleDefinitionId")).split("/").at(-1) ?? "",
    scope: SCOPES.find(([pattern]) => pattern.test(scopeId))?.[1] ?? scopeId,
    file: toRelative(infra, assignment.file),
  };
}

/** The table of role assignments in docs/permissions.md. */
export const readGrantTable = (): Grant[] =>
  listBody("docs/permissions.md", "Role assignments").map(([identity = "", , roleId, scope = "", file]) => ({
    identity,
    roleId: unquote(roleId),
    scope,
    file: unquote(file),
  }));

export function findGrantProblems(infra: Infra, table = readGrantTable()): string[] {
  const granted = listGrants(infra).map(describeGrant);
  const told = table.map(describeGrant);
  return [
    ...granted.filter((grant) => !told.includes(grant)).map((grant) => `not in docs/permissions.md: ${grant}`),
    ...told.filter((grant) => !granted.includes(grant)).map((grant) => `granted by no template: ${grant}`),
  ];
}

/** Owner, Contributor, User Access Administrator, Role Based Access Control Administrator. */
const WIDE_ROLES = new Set([
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
  "b24988ac-6180-42a0-ab88-20f7382dd24c",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
  "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
]);

/** Roles over everything, roles of our own with a wildcard, and rights to delete that `azd up` would hand out. */
export function findWideRights(infra: Infra): string[] {
  const definitions = ofType([...infra.azd, ...infra.access], "Microsoft.Authorization/roleDefinitions");
  const byAzd = listGrants({ ...infra, access: [] });
  return [
    ...definitions
      .filter(({ body }) => JSON.stringify(readPath(body, "properties.permissions") ?? null).includes("*"))
      .map(({ name }) => `${name} has a wildcard`),
    ...listGrants(infra)
      .filter(({ roleId }) => WIDE_ROLES.has(roleId))
      .map(describeGrant),
    ...byAzd.filter(({ identity }) => identity !== "observer").map((grant) => `by azd up: ${describeGrant(grant)}`),
  ];
}
