import { ContainerRegistryClient, ContainerRegistryContentClient } from "@azure/container-registry";
import type { TokenCredential } from "@azure/core-auth";
import type { FullOperationResponse } from "@azure/core-client";
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { z } from "zod";
import { UpstreamError } from "../errors.ts";
import type { ListedManifest, RegistryReader, RegistryTarget } from "../ports.ts";
import { createPolicies, toUpstreamError } from "./clientOptions.ts";
import { parseJson } from "./parseJson.ts";
import { isRegistryAbsence } from "./registryAbsence.ts";
import { PageCollector, parseOrThrow, readPages } from "./registryPages.ts";
import { createRegistryTokenPolicy } from "./registryTokens.ts";

export interface RegistryOptions {
  readonly target: RegistryTarget;
  readonly credential: TokenCredential;
  readonly audience: string;
}

const PAGE_ROWS = 500;
const PAGE_REPOSITORIES = 100;
/** Each delete looks at one such page: about 50 KB. */
const PAGE_NEWEST = 100;

/** What the SDK's default Accept header leaves out; without it a registry answers 404 for such a digest. */
const EXTRA_TYPES = [
  "application/vnd.oci.artifact.manifest.v1+json",
  "application/vnd.cncf.oras.artifact.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v1+prettyjws",
  "*/*",
];

const acceptPolicy: PipelinePolicy = {
  name: "acceptAllManifestTypes",
  sendRequest: (request, next) => {
    const accept = request.headers.get("accept");
    if (accept?.includes("vnd.oci.image.manifest")) request.headers.set("accept", [accept, ...EXTRA_TYPES].join(", "));
    return next(request);
  },
};

const Flags = z.object({ deleteEnabled: z.boolean().optional(), writeEnabled: z.boolean().optional() });

/** One entry of `_manifests`; `tags` is absent for an untagged one (facts: recorded traffic). */
const Entry = z.object({
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  imageSize: z.number().optional(),
  createdTime: z.string().optional(),
  lastUpdateTime: z.string().optional(),
  mediaType: z.string().optional(),
  tags: z.array(z.string()).nullish(),
  changeableAttributes: Flags.optional(),
});

/** A null list is an empty one; a missing list is a malformed answer, never "empty". */
const ManifestPage = z.object({ manifests: z.array(Entry).nullable() });
const CataloguePage = z.object({ repositories: z.array(z.string()).nullable() });
const TagPage = z.object({ tags: z.array(z.object({ name: z.string(), lastUpdateTime: z.string() })).nullable() });
const SingleTag = z.object({ tag: z.object({ digest: Entry.shape.digest }) });

export function createRegistryReader({ target, credential, audience }: RegistryOptions): RegistryReader {
  const endpoint = `https://${target.loginServer}`;
  const token = createRegistryTokenPolicy({ target, credential, audience, actions: "pull,metadata_read" });
  const options = {
    audience,
    // The token first: waiting for one is not the answer's fault.
    additionalPolicies: [{ policy: token, position: "perRetry" as const }, ...createPolicies("registry")],
  };
  // Metadata comes from the registry itself: what another host would list is not believed.
  const client = new ContainerRegistryClient(endpoint, credential, { ...options, redirectOptions: { maxRetries: 0 } });
  const content = (repository: string): ContainerRegistryContentClient =>
    new ContainerRegistryContentClient(endpoint, repository, credential, {
      ...options,
      additionalPolicies: [...options.additionalPolicies, { policy: acceptPolicy, position: "perCall" }],
    });
  return {
    announce: (repositories) => token.announce(repositories),
    async *listRepositories(after) {
      const collector = new PageCollector(target, CataloguePage);
      const pages = readPages({
        operation: "list repositories",
        path: "/acr/v1/_catalog",
        pageSize: PAGE_REPOSITORIES,
        after,
        collector,
        open: (settings) => client.listRepositoryNames({ onResponse: collector.onResponse }).byPage(settings),
        lastKeyOf: ({ repositories }) => repositories?.at(-1),
      });
      for await (const page of pages) yield page.repositories ?? [];
    },
    async findRepository(repository) {
      const properties = await findOrUndefined(`read repository ${repository}`, () =>
        client.getRepository(repository).getProperties(),
      );
      return (
        properties && {
          manifestCount: properties.manifestCount,
          deleteEnabled: properties.canDelete === true,
          writeEnabled: properties.canWrite === true,
        }
      );
    },
    async *listManifests(repository) {
      const collector = new PageCollector(target, ManifestPage);
      const listed = client.getRepository(repository);
      const pages = readPages({
        operation: `list ${repository}`,
        path: `/acr/v1/${encodeURIComponent(repository)}/_manifests`,
        pageSize: PAGE_ROWS,
        collector,
        open: (settings) => listed.listManifestProperties({ onResponse: collector.onResponse }).byPage(settings),
        lastKeyOf: ({ manifests }) => manifests?.at(-1)?.digest,
      });
      for await (const page of pages) yield (page.manifests ?? []).map(toListed);
    },
    async readNewest(repository) {
      const operation = `list the newest of ${repository}`;
      let answer: FullOperationResponse | undefined;
      const pages = client
        .getRepository(repository)
        .listManifestProperties({ order: "LastUpdatedOnDescending", onResponse: (response) => (answer = response) })
        .byPage({ maxPageSize: PAGE_NEWEST });
      const first = await findOrUndefined(operation, () => pages.next());
      if (first === undefined) return { manifests: [], isWhole: true };
      const { manifests } = parseOrThrow(ManifestPage, parseJson(answer?.bodyAsText), operation);
      const entries = manifests ?? [];
      const isWhole = answer?.headers.get("link") === undefined && entries.length < PAGE_NEWEST;
      if (!isWhole && !isNewestFirst(entries)) throw outOfOrder(operation);
      return { manifests: entries.map(toListed), isWhole };
    },
    async readTagTimes(repository) {
      const collector = new PageCollector(target, TagPage);
      // Any reference will do: the SDK lists all tags of the repository, whatever artifact it is asked for.
      const artifact = client.getArtifact(repository, `sha256:${"0".repeat(64)}`);
      const pages = readPages({
        operation: `list tags of ${repository}`,
        path: `/acr/v1/${encodeURIComponent(repository)}/_tags`,
        pageSize: PAGE_ROWS,
        collector,
        open: (settings) => artifact.listTagProperties({ onResponse: collector.onResponse }).byPage(settings),
        lastKeyOf: ({ tags }) => tags?.at(-1)?.name,
      });
      const times = new Map<string, string>();
      for await (const page of pages)
        for (const { name, lastUpdateTime } of page.tags ?? []) times.set(name, lastUpdateTime);
      return times;
    },
    async findManifest(repository, digest) {
      const Single = z.object({ manifest: Entry });
      let body: unknown;
      const found = await findOrUndefined(`read ${repository}@${digest}`, () =>
        client
          .getArtifact(repository, digest)
          .getManifestProperties({ onResponse: (response) => (body = parseJson(response.bodyAsText)) }),
      );
      return found && toListed(parseOrThrow(Single, body, `read ${repository}@${digest}`).manifest);
    },
    async findTag(repository, tag) {
      const operation = `read ${repository}:${tag}`;
      let body: unknown;
      const found = await findOrUndefined(operation, () =>
        client
          .getArtifact(repository, tag)
          .getTagProperties(tag, { onResponse: (response) => (body = parseJson(response.bodyAsText)) }),
      );
      return found && parseOrThrow(SingleTag, body, operation).tag.digest;
    },
    async readBytes(repository, digest) {
      try {
        const { mediaType, content: bytes } = await content(repository).getManifest(digest);
        return { mediaType, bytes };
      } catch (error) {
        throw toBytesError(`read bytes of ${repository}@${digest}`, error);
      }
    },
  };
}

/** The SDK's own refusal of what came, which is longer than it takes or no JSON: a failure on the way has a code, or is a `RestError`. */
const isRefusedBySdk = (error: unknown): boolean =>
  error instanceof SyntaxError || (error instanceof Error && error.constructor === Error && !("code" in error));

const toBytesError = (operation: string, cause: unknown): UpstreamError =>
  isRefusedBySdk(cause)
    ? new UpstreamError({ service: "registry", operation, status: 200, detail: "they cannot be taken", cause })
    : toUpstreamError("registry", operation, cause);

async function findOrUndefined<T>(operation: string, action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (isRegistryAbsence(error)) return undefined;
    throw toUpstreamError("registry", operation, error);
  }
}

/** What was pushed meanwhile would otherwise be behind the page. */
function isNewestFirst(entries: readonly z.infer<typeof Entry>[]): boolean {
  const times = entries.map(({ lastUpdateTime }) => Date.parse(lastUpdateTime ?? ""));
  return times.every((time, index) => time <= (times[index - 1] ?? Infinity));
}

const outOfOrder = (operation: string): UpstreamError =>
  new UpstreamError({ service: "registry", operation, status: 200, detail: "the newest do not come first" });

function toListed(entry: z.infer<typeof Entry>): ListedManifest {
  return {
    digest: entry.digest,
    mediaType: entry.mediaType,
    size: entry.imageSize ?? 0,
    createdAt: entry.createdTime,
    tags: entry.tags ?? [],
    // Absent attributes are not "enabled": only an explicit true is.
    deleteEnabled: entry.changeableAttributes?.deleteEnabled === true,
    writeEnabled: entry.changeableAttributes?.writeEnabled === true,
  };
}
