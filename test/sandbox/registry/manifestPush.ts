import { isDigest } from "../estate.ts";
import type { ContentStore } from "./contentStore.ts";
import type { RegistryRequest } from "./http.ts";
import { digestOf, listBlobs, parseContent, type ManifestContent } from "./manifestContent.ts";
import { isPushable } from "./mediaTypes.ts";
import { badRequest, RegistryError } from "./registryError.ts";
import type { RoutedRequest } from "./route.ts";

const MAX_BYTES = 4 * 1024 * 1024;
const TAG = /^\w[\w.-]{0,127}$/;

/** A registry manifest that a client may push. */
export interface ValidPush {
  readonly digest: string;
  readonly mediaType: string;
  /** Undefined for a push by digest. */
  readonly tag: string | undefined;
  readonly subject: string | undefined;
}

/** Throws `RegistryError` where the service would refuse the bytes: wrong digest, other type than said, a blob or child that is not there. */
export function validatePush(store: ContentStore, request: RoutedRequest): ValidPush {
  const mediaType = readMediaType(request);
  if (request.body.length > MAX_BYTES)
    throw new RegistryError({ status: 413, code: "SIZE_INVALID" }, "manifest too large");
  const content = parseContent(request.body);
  if (content === undefined) throw badRequest("MANIFEST_INVALID", "manifest invalid");
  if ((content.mediaType ?? mediaType) !== mediaType)
    throw badRequest("MANIFEST_INVALID", `the mediaType ${content.mediaType} is not the Content-Type ${mediaType}`);
  refuseMissingParts(store, request.name, content);
  const digest = digestOf(request.body);
  return { digest, mediaType, tag: readTag(request.reference, digest), subject: content.subject?.digest };
}

function readMediaType({ headers }: RegistryRequest): string {
  const mediaType = (headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
  if (!isPushable(mediaType)) throw badRequest("MANIFEST_INVALID", `unsupported media type ${mediaType}`);
  return mediaType;
}

function readTag(reference: string, digest: string): string | undefined {
  if (!isDigest(reference)) {
    if (!TAG.test(reference)) throw badRequest("TAG_INVALID", `invalid tag ${reference}`);
    return reference;
  }
  if (reference !== digest)
    throw badRequest("DIGEST_INVALID", `provided digest did not match uploaded content ${digest}`);
  return undefined;
}

/** A subject may be missing; a layer that lives elsewhere, by its `urls`, too. */
function refuseMissingParts(store: ContentStore, name: string, content: ManifestContent): void {
  for (const { digest, urls } of listBlobs(content)) {
    if (urls === undefined && store.blobs.find(name, digest) === undefined)
      throw badRequest("MANIFEST_BLOB_UNKNOWN", `blob unknown to registry: ${digest}`);
  }
  for (const { digest } of content.manifests) {
    if (store.findRepository(name)?.manifests.has(digest) !== true)
      throw badRequest("MANIFEST_BLOB_UNKNOWN", `manifest unknown to registry: ${digest}`);
  }
}
