import { z } from "zod";
import type { Properties } from "./readText.ts";
import type { Artifact, ResourceDetails } from "./resources.ts";

const Entry = z.object({ artifactName: z.string().trim().min(1), artifactVersion: z.string().trim() });

/** States in which the artifacts list of an artifact manifest is final. */
const UPLOADED: ReadonlySet<string> = new Set(["uploaded", "succeeded"]);

/**
 * The artifacts list of an artifact manifest. Only one that is not uploaded yet, and says so, may be without a list; in any other
 * the list was lost on the way.
 */
export function readArtifacts(properties: Properties): ResourceDetails {
  const { artifacts: value, artifactManifestState: state } = properties;
  if (value === undefined || value === null)
    return { of: "artifactManifest", artifacts: [], unreadable: mayLackList(state) ? [] : ["artifacts is missing"] };
  const artifacts: Artifact[] = [];
  const unreadable: string[] = [];
  for (const entry of Array.isArray(value) ? value : [value]) {
    const parsed = Entry.safeParse(entry);
    if (parsed.success) artifacts.push({ name: parsed.data.artifactName, version: parsed.data.artifactVersion });
    else unreadable.push(JSON.stringify(entry));
  }
  return { of: "artifactManifest", artifacts, unreadable };
}

const mayLackList = (state: unknown): boolean =>
  typeof state === "string" && state.trim() !== "" && !UPLOADED.has(state.trim().toLowerCase());
