import type { CallFigures, RegistryNightFigures } from "./figures.ts";

/** What the sandbox's call log names, in the words of the service; what is missing here is shown as it is. */
const NAMES: Readonly<Record<string, string>> = {
  catalog: "catalogue pages",
  listManifests: "listing pages",
  getRepository: "repository properties",
  listTags: "tag pages",
  getManifestProperties: "registry manifest properties",
  getManifest: "bytes of registry manifests",
  getBlob: "blobs",
  token: "access tokens",
  exchange: "refresh tokens",
  challenge: "refused without a token",
  deleteManifest: "DELETE",
};

/** A 404 is an answer that is asked for; everything else of this kind is a call for nothing. */
export const hasFailed = ({ status }: CallFigures): boolean => status === 0 || (status >= 400 && status !== 404);

export const nameCall = ({ kind, status }: CallFigures): string => {
  const name = NAMES[kind] ?? kind;
  if (status === 404) return `${name}, confirmed gone`;
  return status === 200 || status === 202 ? name : `${name}, failed (${status})`;
};

export const sumCalls = (calls: readonly CallFigures[]): number => calls.reduce((sum, { count }) => sum + count, 0);

export const countFailed = (calls: readonly CallFigures[]): number => sumCalls(calls.filter(hasFailed));

export const callsOf = (night: RegistryNightFigures | undefined, stage: string): readonly CallFigures[] | undefined =>
  night?.stages.find(({ name }) => name === stage)?.calls;
