import { isForeignCode, isNative, isSourceMap, isTest, isTypeScript } from "./fileKinds.ts";
import { findPackageFolder, type LockedPackages } from "./lockedPackages.ts";

/** Why a path may not be, or why one that is not there should be, in the package. */
export type Fault =
  | "sourceMap"
  | "typeScript"
  | "native"
  | "test"
  | "foreignBuild"
  | "devDependency"
  | "unknownPackage"
  | "notOfTheService"
  | "missing";

export interface Violation {
  readonly path: string;
  readonly fault: Fault;
}

export interface Expected {
  readonly locked: LockedPackages;
  /** What package.json's `main` names. */
  readonly main: string;
}

/** Every path that breaks the rule of what a package holds, and every one that it lacks; sorted. Empty means fit to deploy. */
export function listViolations(paths: readonly string[], expected: Expected): readonly Violation[] {
  const present = new Set(paths);
  const required = [...expected.locked.required].map((folder) => `${folder}/package.json`);
  const missing = [...required, "host.json", "package.json", expected.main].filter((path) => !present.has(path));
  return [
    ...paths.flatMap((path) => findFault(path, expected.locked) ?? []),
    ...missing.map((path) => ({ path, fault: "missing" }) satisfies Violation),
  ].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function findFault(path: string, locked: LockedPackages): Violation | undefined {
  const folder = findPackageFolder(path);
  const inside = folder === undefined ? path : path.slice(folder.length + 1);
  const fault =
    findFaultOfKind(inside) ?? (folder === undefined ? findFaultOfApp(path) : findFaultOfPackage(folder, locked));
  return fault === undefined ? undefined : { path, fault };
}

function findFaultOfKind(path: string): Fault | undefined {
  if (isSourceMap(path)) return "sourceMap";
  if (isTypeScript(path)) return "typeScript";
  if (isNative(path)) return "native";
  if (isTest(path)) return "test";
  return isForeignCode(path) ? "foreignBuild" : undefined;
}

function findFaultOfApp(path: string): Fault | undefined {
  const isApp = path === "host.json" || path === "package.json" || /^dist\/(functions|lib)\/.*\.js$/.test(path);
  return isApp ? undefined : "notOfTheService";
}

function findFaultOfPackage(folder: string, { production, development }: LockedPackages): Fault | undefined {
  if (production.has(folder)) return undefined;
  return development.has(folder) ? "devDependency" : "unknownPackage";
}
