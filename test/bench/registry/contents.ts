import type { EstateManifest } from "../../sandbox/estate.ts";
import { digestOf } from "../../sandbox/registry/manifestContent.ts";
import { HELM_CONFIG, OCI_CONFIG, OCI_IMAGE, OCI_INDEX } from "../../sandbox/registry/mediaTypes.ts";
import type { Content } from "./shapes.ts";

const LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
const CHART = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

/** What every image stands on. */
const BASE_LAYERS = [31, 9, 46].map((megabytes) => toBlob(LAYER, `base of ${megabytes} MB`, megabytes * 1_000_000));
const PLATFORMS = [
  { os: "linux", architecture: "amd64" },
  { os: "linux", architecture: "arm64" },
  { os: "unknown", architecture: "unknown" },
  { os: "unknown", architecture: "unknown" },
];

interface Item {
  readonly text: string;
  readonly entry: EstateManifest;
}

export interface RepositoryOrder {
  readonly repository: string;
  readonly content: Content;
  /** One for the index, if there is one, then one for each that stands alone. */
  readonly tags: readonly string[];
  readonly pushedAt: string;
}

/**
 * The registry manifests of one repository as real JSON, children before their index. Its blobs have digests and sizes and no
 * bytes, so that a million of them are cheap to hold.
 */
export function listManifests({ repository, content, tags, pushedAt }: RepositoryOrder): EstateManifest[] {
  const put = (manifest: Record<string, unknown>, own: readonly string[]): Item => {
    const mediaType = String(manifest["mediaType"]);
    return { text: JSON.stringify(manifest), entry: { manifest, mediaType, tags: [...own], pushedAt } };
  };
  const children = PLATFORMS.slice(0, content.children).map((_, child) => put(anImage(`${repository} ${child}`), []));
  const index = children.length === 0 ? [] : [put(anIndex(children), tags.slice(0, 1))];
  const singles = tags
    .slice(index.length)
    .map((tag) => put(index.length === 0 ? aChart(`${repository}:${tag}`) : anImage(`${repository}:${tag}`), [tag]));
  return [...children, ...index, ...singles].map(({ entry }) => entry);
}

function toBlob(mediaType: string, key: string, size: number): Record<string, unknown> {
  return { mediaType, digest: digestOf(key), size };
}

function anImage(key: string): Record<string, unknown> {
  const config = toBlob(OCI_CONFIG, `config ${key}`, 2_300);
  const layers = [...BASE_LAYERS, toBlob(LAYER, `layer ${key}`, 12_000_000)];
  return { schemaVersion: 2, mediaType: OCI_IMAGE, config, layers };
}

function aChart(key: string): Record<string, unknown> {
  const config = toBlob(HELM_CONFIG, `config ${key}`, 310);
  return { schemaVersion: 2, mediaType: OCI_IMAGE, config, layers: [toBlob(CHART, `layer ${key}`, 61_000)] };
}

function anIndex(children: readonly Item[]): Record<string, unknown> {
  const manifests = children.map(({ text }, child) => ({
    mediaType: OCI_IMAGE,
    digest: digestOf(text),
    size: Buffer.byteLength(text),
    platform: PLATFORMS[child],
  }));
  return { schemaVersion: 2, mediaType: OCI_INDEX, manifests };
}
