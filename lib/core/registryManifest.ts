import type { IncompleteText } from "./completeness.ts";

/** What a digest names in a repository: image, index, chart, signature. Never called just "manifest". */
export interface RegistryManifest {
  readonly digest: string;
  /** Undefined where the registry did not say: not understood. */
  readonly mediaType: string | undefined;
  /** Bytes: the registry's own figure, config and layers included. */
  readonly size: number;
  /** Push time, ISO 8601 as the registry wrote it; undefined where it is missing or cannot be read. */
  readonly createdAt: string | undefined;
  readonly tags: readonly RegistryTag[];
  /** Of an untagged one: the tags that it was last seen with; empty where no look on record saw it tagged. */
  readonly lastTags: readonly string[];
  /** `deleteEnabled` or `writeEnabled` is not true: it must stay, and so must its children. */
  readonly locked: boolean;
  /** Undefined where they were not read, which counts as not understood. */
  readonly edges: Edges | undefined;
}

export interface RegistryTag {
  readonly name: string;
  /** When the tag was last moved here; known only where the tags were listed too. */
  readonly movedAt: string | undefined;
}

/** OCI edges, read from the bytes: they never change in a digest's life. */
export interface Edges {
  /** The type, and every field that decides, was understood. */
  readonly understood: boolean;
  readonly children: readonly string[];
  readonly subject: string | undefined;
  readonly layers: readonly Layer[];
}

export interface Layer {
  readonly digest: string;
  readonly size: number;
}

export interface Repository {
  /** ARM id of the registry. */
  readonly registryId: string;
  readonly name: string;
  readonly locked: boolean;
  readonly manifests: readonly RegistryManifest[];
  /** Why the listing is not proven complete; empty where it is. */
  readonly incomplete: readonly IncompleteText[];
}

/** `sha256-<hex>` with an optional suffix: cosign's `.sig`, `.att`, `.sbom`, and the OCI fallback tag of the referrers list. */
const EDGE_TAG = /^sha256-([0-9a-f]{64})(\.[a-z0-9]+)?$/;

/** The digest that a tag attaches its registry manifest to; undefined for an ordinary tag. */
export function attachedTo(tag: string): string | undefined {
  const hex = EDGE_TAG.exec(tag)?.[1];
  return hex && `sha256:${hex}`;
}

export const isUntagged = (manifest: RegistryManifest): boolean => manifest.tags.length === 0;
