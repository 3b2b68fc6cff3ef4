import {
  type Estate,
  type EstateEvent,
  type EstateManifest,
  type EstateRegistry,
  isDigest,
  type ManagementGroup,
  toInstant,
} from "./estate.ts";

/** What may be pointed at so far, in the order in which the sandbox makes it. */
interface Known {
  /** Lower-case ids of resources that are or were there. */
  readonly resourceIds: Set<string>;
  /** By name of the registry. */
  readonly aliases: ReadonlyMap<string, Set<string>>;
}

/**
 * What the estate points at and does not hold at that moment: aliases, registries, resources. Each problem starts with its
 * path in the file; none means that the sandbox can play the estate to its end.
 */
export function listLooseEnds(estate: Estate): string[] {
  const known: Known = {
    resourceIds: new Set([...estate.resources.map(({ id }) => id), ...listRegistryIds(estate)].map(toKey)),
    aliases: new Map(estate.registries.map(({ name }) => [name, new Set()])),
  };
  return [
    ...estate.managementGroups.flatMap((group, index) => checkGroup(estate, group, `managementGroups.${index}`)),
    ...estate.registries.flatMap((registry, index) => checkRegistry(known, registry, `registries.${index}`)),
    ...inTimeOrder(estate).flatMap(([event, index]) => checkEvent(known, event, `events.${index}`)),
  ];
}

const toKey = (name: string): string => name.toLowerCase();

/** A registry stands in ARM by itself, with its replications. */
function listRegistryIds({ registries }: Estate): string[] {
  return registries.flatMap(({ resourceId, replications }) => [
    resourceId,
    ...replications.map(({ location }) => `${resourceId}/replications/${location}`),
  ]);
}

function checkGroup({ managementGroups }: Estate, group: ManagementGroup, path: string): string[] {
  const sameName = managementGroups.filter(({ name }) => toKey(name) === toKey(group.name));
  const problems = sameName[0] === group ? [] : [`${path}.name: ${group.name} is taken`];
  const ancestors = new Set<string>();
  // Ends at the root, at a name that nobody has, or where the ancestors go round in a ring.
  for (let parent = group.parent; parent !== undefined;) {
    const above = managementGroups.find(({ name }) => toKey(name) === toKey(parent ?? ""));
    if (!above) return [...problems, `${path}.parent: no management group ${parent}`];
    if (ancestors.has(toKey(above.name))) return [...problems, `${path}.parent: the management group is below itself`];
    ancestors.add(toKey(above.name));
    parent = above.parent;
  }
  return problems;
}

function inTimeOrder(estate: Estate): (readonly [EstateEvent, number])[] {
  const events = estate.events.map((event, index) => [event, index] as const);
  const instantOf = ([event]: readonly [EstateEvent, number]) => toInstant(event.at, estate.startsAt);
  return events.toSorted((a, b) => instantOf(a) - instantOf(b));
}

/** At the start everything is there at once, so the order in the file does not matter. */
function checkRegistry(known: Known, registry: EstateRegistry, path: string): string[] {
  const aliases = known.aliases.get(registry.name) ?? new Set();
  const entries = registry.repositories.flatMap((repository, repositoryIndex) =>
    repository.manifests.map((manifest, index) => {
      return { manifest, path: `${path}.repositories.${repositoryIndex}.manifests.${index}` };
    }),
  );
  return [
    ...entries.flatMap((entry) => checkAlias(aliases, entry.manifest, entry.path)),
    ...entries.flatMap((entry) => checkReferences(aliases, entry.manifest, entry.path)),
  ];
}

function checkAlias(aliases: Set<string>, { alias }: EstateManifest, path: string): string[] {
  if (alias === undefined) return [];
  if (aliases.has(alias)) return [`${path}.alias: ${alias} is taken`];
  aliases.add(alias);
  return [];
}

function checkReferences(aliases: ReadonlySet<string>, manifest: EstateManifest, path: string): string[] {
  return listReferences(manifest).flatMap(([ref, field]) => checkReference(aliases, ref, `${path}.${field}`));
}

function listReferences(manifest: EstateManifest): (readonly [ref: string, field: string])[] {
  if ("manifest" in manifest) return [];
  const children = (manifest.children ?? []).map(({ ref }, index) => [ref, `children.${index}.ref`] as const);
  return manifest.subject === undefined ? children : [...children, [manifest.subject, "subject"]];
}

function checkReference(aliases: ReadonlySet<string>, ref: string, path: string): string[] {
  return isDigest(ref) || aliases.has(ref) ? [] : [`${path}: nothing called ${ref} has been pushed before`];
}

function checkEvent(known: Known, event: EstateEvent, path: string): string[] {
  switch (event.type) {
    case "putResource":
      known.resourceIds.add(toKey(event.resource.id));
      return [];
    case "patchResource":
    case "deleteResource":
      return known.resourceIds.has(toKey(event.id)) ? [] : [`${path}.id: no resource ${event.id} so far`];
    case "push":
    case "tag":
    case "untag":
    case "lock":
    case "unlock":
    case "deleteManifest":
      return checkRegistryEvent(known.aliases.get(event.registry), event, path);
    case "fault":
      return checkTarget(known, event.fault.target, `${path}.fault.target`);
    case "request":
    case "clockJump":
      return [];
    default:
      return event satisfies never;
  }
}

type RegistryEvent = Extract<EstateEvent, { registry: string }>;

function checkRegistryEvent(aliases: Set<string> | undefined, event: RegistryEvent, path: string): string[] {
  if (!aliases) return [`${path}.registry: no registry ${event.registry}`];
  if (event.type === "push") {
    const problems = checkReferences(aliases, event.manifest, `${path}.manifest`);
    return [...problems, ...checkAlias(aliases, event.manifest, `${path}.manifest`)];
  }
  const ref = "ref" in event ? event.ref : undefined;
  return ref === undefined ? [] : checkReference(aliases, ref, `${path}.ref`);
}

function checkTarget(known: Known, target: string, path: string): string[] {
  const [server, registry] = target.split(":");
  return server === "registry" && !known.aliases.has(registry ?? "") ? [`${path}: no registry ${registry}`] : [];
}
