import type { EstateRegistry } from "../estate.ts";

export type Permission = "pull" | "push" | "delete" | "metadata_read" | "metadata_write" | "catalog";
export type RoleAssignmentMode = EstateRegistry["roleAssignmentMode"];

/** One right that a request needs. */
export interface Need {
  readonly type: "repository" | "registry";
  readonly name: string;
  readonly action: string;
}

/** The `access` claim of an access token, spelled as the service spells it. */
export interface Grant {
  readonly Type: string;
  readonly Name: string;
  readonly Actions: readonly string[];
}

const REPOSITORY_ACTIONS = ["pull", "push", "delete", "metadata_read", "metadata_write"] as const;
export const ALL_PERMISSIONS: readonly Permission[] = [...REPOSITORY_ACTIONS, "catalog"];

const READ: readonly Permission[] = ["pull", "metadata_read"];

const ROLES: Readonly<Record<RoleAssignmentMode, Readonly<Record<string, readonly Permission[]>>>> = {
  LegacyRegistryPermissions: {
    AcrPull: [...READ, "catalog"],
    AcrPush: [...READ, "catalog", "push"],
    AcrDelete: ["delete"],
    Contributor: ALL_PERMISSIONS,
  },
  AbacRepositoryPermissions: {
    "Container Registry Repository Reader": READ,
    "Container Registry Repository Contributor": REPOSITORY_ACTIONS,
    "Container Registry Repository Catalog Lister": ["catalog"],
  },
};

/** What the roles allow. Roles of the other mode count for nothing; a role that neither mode knows throws. */
export function permissionsOf(roles: readonly string[], mode: RoleAssignmentMode): readonly Permission[] {
  const known = new Set(Object.values(ROLES).flatMap((table) => Object.keys(table)));
  const unknown = roles.filter((role) => !known.has(role));
  if (unknown.length > 0) throw new Error(`The emulated registry knows no role ${unknown.join(", ")}`);
  return [...new Set(roles.flatMap((role) => ROLES[mode][role] ?? []))];
}

export const needRepository = (name: string, ...actions: Permission[]): readonly Need[] =>
  actions.map((action) => ({ type: "repository", name, action }));

export const NEED_CATALOG: readonly Need[] = [{ type: "registry", name: "catalog", action: "*" }];

/**
 * What a token for these scopes grants: the part of what was asked for that the permissions allow, nothing for the rest. Scopes
 * read `repository:<name>:<action>,…` or `registry:catalog:*`; undefined where one is malformed. A repository `*` means all of
 * them, except under `AbacRepositoryPermissions`, where it is ignored.
 */
export function grantScopes(
  scopes: readonly string[],
  permissions: readonly Permission[],
  mode: RoleAssignmentMode,
): readonly Grant[] | undefined {
  const grants: Grant[] = [];
  for (const scope of scopes) {
    const [, type, name, actions] = /^(repository|registry):(.+):([\w,*]+)$/.exec(scope) ?? [];
    if (type === undefined || name === undefined || actions === undefined) return undefined;
    const asked = actions.split(",");
    if (type === "registry") grants.push(...grantCatalog(name, permissions));
    else if (name !== "*" || mode === "LegacyRegistryPermissions")
      grants.push(grantRepository(name, asked, permissions));
  }
  return grants.filter((grant) => grant.Actions.length > 0);
}

/** The needs that the grants leave open. */
export function findMissing(needs: readonly Need[], grants: readonly Grant[]): readonly Need[] {
  return needs.filter((need) => !grants.some((grant) => covers(grant, need)));
}

function covers(grant: Grant, need: Need): boolean {
  const isNamed = grant.Name === need.name || (grant.Type === "repository" && grant.Name === "*");
  return grant.Type === need.type && isNamed && grant.Actions.includes(need.action);
}

function grantCatalog(name: string, permissions: readonly Permission[]): Grant[] {
  return name === "catalog" && permissions.includes("catalog")
    ? [{ Type: "registry", Name: "catalog", Actions: ["*"] }]
    : [];
}

function grantRepository(name: string, asked: readonly string[], permissions: readonly Permission[]): Grant {
  const wanted = (action: string): boolean => asked.includes("*") || asked.includes(action);
  const granted = REPOSITORY_ACTIONS.filter((action) => permissions.includes(action) && wanted(action));
  return { Type: "repository", Name: name, Actions: granted };
}
