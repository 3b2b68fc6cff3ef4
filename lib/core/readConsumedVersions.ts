import type { ArmId } from "./armId.ts";
import { toArmId, typeOf } from "./armId.ts";
import { isOpen } from "./readSchemas.ts";
import { demand, listUnreadable, nameOrAny, readText, toEvidence } from "./readText.ts";
import type { Reading, Scope } from "./readText.ts";
import type { ReferencePath } from "./referencePaths.ts";
import type { ReferenceSource, VersionReference } from "./resources.ts";

/** Where an SNS or NF says which version it runs on. */
export interface VersionPaths {
  readonly idType: ReferencePath;
  readonly id: ReferencePath;
  readonly publisher: ReferencePath;
  readonly group: ReferencePath;
  readonly version: ReferencePath;
}

/**
 * The desired version by id and by name fields, which may differ. A Secret reference shows no id: then the names alone count,
 * however few there are. A reference that is Open, or shows an id that is none of `type`, must have one.
 */
export function readConsumedVersions(scope: Scope, paths: VersionPaths, type: string): readonly VersionReference[] {
  const idType = readText(scope, paths.idType);
  const shown = readText(scope, paths.id);
  const id = isOpen(idType) ? demand(shown) : shown;
  const names = [paths.publisher, paths.group, paths.version].map((row) => readText(scope, row));
  const versionId = id.is === "text" ? toIdOf(type, id.text) : undefined;
  const otherId = id.is === "text" && versionId === undefined ? [toEvidence(id.at, id.text)] : [];
  const wrong = [...listUnreadable([idType, id, ...names]), ...otherId];
  return [
    ...(versionId === undefined ? [] : [{ by: "id", source: "desired", id: versionId } as const]),
    ...toNames(names, versionId),
    ...wrong.map((text) => ({ by: "unreadable", publisherId: undefined, text }) as const),
  ];
}

function toNames(readings: readonly Reading[], id: ArmId | undefined): readonly VersionReference[] {
  const [publisher, group, version] = readings.map(nameOrAny);
  if (id !== undefined && version === undefined) return [];
  return [toReference("desired", { publisher, group, version }, id)];
}

/**
 * The last state is what a rollback returns to: it is needed as much as the desired one. It is given by its version name only;
 * publisher and group are the desired one's. A blank name could be any.
 */
export function readLastState(
  scope: Scope,
  paths: VersionPaths & { readonly lastVersion: ReferencePath },
): readonly VersionReference[] {
  const last = readText(scope, paths.lastVersion);
  if (last.is === "missing") return [];
  if (last.is === "unreadable") return [{ by: "unreadable", publisherId: undefined, text: last.text }];
  const id = readText(scope, paths.id);
  const names = {
    publisher: nameOrAny(readText(scope, paths.publisher)),
    group: nameOrAny(readText(scope, paths.group)),
    version: nameOrAny(last),
  };
  return [toReference("lastState", names, id.is === "text" ? toArmId(id.text) : undefined)];
}

interface Names {
  readonly publisher: string | undefined;
  readonly group: string | undefined;
  readonly version: string | undefined;
}

/** Publisher and group come from the id where their names are missing. */
function toReference(source: ReferenceSource, names: Names, id: ArmId | undefined): VersionReference {
  const parts = id?.split("/") ?? [];
  return {
    by: "names",
    source,
    publisher: names.publisher ?? parts[8],
    group: names.group ?? parts[10],
    version: names.version,
  };
}

function toIdOf(type: string, text: string): ArmId | undefined {
  const id = toArmId(text);
  return id && typeOf(id) === type ? id : undefined;
}
