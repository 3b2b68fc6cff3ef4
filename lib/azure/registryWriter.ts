import { createHash } from "node:crypto";
import { ContainerRegistryContentClient } from "@azure/container-registry";
import type { AdditionalPolicyConfig } from "@azure/core-client";
import { ServiceClient } from "@azure/core-client";
import { createPipelineRequest } from "@azure/core-rest-pipeline";
import { UpstreamError } from "../errors.ts";
import type { ManifestContent, RegistryWriter } from "../ports.ts";
import { readRetryAfter, REQUEST_TIMEOUT_MS, createPolicies, toUpstreamError } from "./clientOptions.ts";
import type { RegistryOptions } from "./registry.ts";
import { createRegistryTokenPolicy } from "./registryTokens.ts";

/** Pushes with the restorer identity. A put is never retried or redirected: by a tag it could undo what somebody else did meanwhile. */
export function createRegistryWriter({ target, credential, audience }: RegistryOptions): RegistryWriter {
  const endpoint = `https://${target.loginServer}`;
  const token = createRegistryTokenPolicy({ target, credential, audience, actions: "pull,push" });
  const additionalPolicies: AdditionalPolicyConfig[] = [
    { policy: token, position: "perRetry" as const },
    ...createPolicies("registry"),
  ];
  const once = { retryOptions: { maxRetries: 0 }, redirectOptions: { maxRetries: 0 } };
  // The bytes of a blob may be in a storage account, which is asked without our token.
  const client = new ServiceClient({ additionalPolicies, redirectOptions: { allowCrossOriginRedirects: true } });
  return {
    hasBlob: (repository, digest) =>
      askForBlob(client, `${endpoint}/v2/${encodeURIComponent(repository)}/blobs/${encodeURIComponent(digest)}`),
    async prepare(repository) {
      await token.prepare(repository).catch((error: unknown) => {
        throw toUpstreamError("registry", `get a token to put in ${repository}`, error);
      });
    },
    async putManifest(repository, reference, content) {
      const operation = `put ${repository} ${reference}`;
      const own = digestOf(content.bytes);
      const isDigest = reference.includes(":");
      if (isDigest && reference !== own) throw differs(operation, own);
      const options = { audience, additionalPolicies, ...once };
      const repositoryClient = new ContainerRegistryContentClient(endpoint, repository, credential, options);
      const stored = await put(repositoryClient, isDigest ? undefined : reference, { operation, content });
      if (stored !== own) throw differs(operation, stored);
    },
  };
}

/** The SDK has no call for this. */
async function askForBlob(client: ServiceClient, url: string): Promise<boolean> {
  const operation = `HEAD ${new URL(url).pathname}`;
  const request = createPipelineRequest({ url, method: "HEAD", timeout: REQUEST_TIMEOUT_MS });
  const response = await client.sendRequest(request).catch((error: unknown) => {
    throw toUpstreamError("registry", operation, error);
  });
  if (response.status === 200) return true;
  if (response.status === 404) return false;
  const { status } = response;
  throw new UpstreamError({ service: "registry", operation, status, retryAfterMs: readRetryAfter(response) });
}

interface Put {
  readonly operation: string;
  readonly content: ManifestContent;
}

/** The digest under which the registry says that it stored the bytes. */
async function put(
  client: ContainerRegistryContentClient,
  tag: string | undefined,
  { operation, content: { mediaType, bytes } }: Put,
): Promise<string> {
  try {
    const stored = await client.setManifest(Buffer.from(bytes), { mediaType, ...(tag !== undefined && { tag }) });
    return stored.digest;
  } catch (error) {
    throw toUpstreamError("registry", operation, error);
  }
}

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

const differs = (operation: string, digest: string): UpstreamError =>
  new UpstreamError({ service: "registry", operation, detail: `the digest is ${digest}` });
