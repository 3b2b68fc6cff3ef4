import { ContainerRegistryClient, ContainerRegistryContentClient } from "@azure/container-registry";
import type { TokenCredential } from "@azure/core-auth";
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { z } from "zod";
import { UpstreamError } from "../errors.ts";
import type { DeleteAnswer, ListedManifest, RegistryPurger, RegistryReader, RegistryTarget } from "../ports.ts";
import { statusOf, TIMEOUT_POLICIES, toUpstreamError } from "./clientOptions.ts";
import { createRegistryTokenPolicy } from "./registryTokens.ts";

export interface RegistryOptions {
  readonly target: RegistryTarget;
  readonly credential: TokenCredential;
  readonly audience: string;
}

const PAGE_ROWS = 500;
const PAGE_REPOSITORIES = 100;

/** Types that the SDK's default Accept header leaves out; without them a registry answers 404 for such a digest. */
const EXTRA_TYPES = [
  "application/vnd.oci.artifact.manifest.v1+json",
  "application/vnd.cncf.oras.artifact.manifest.v1+json",
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
  mediaType: z.string().optional(),
  tags: z.array(z.string()).nullish(),
  changeableAttributes: Flags.optional(),
});

/** A null list is an empty one; a missing list is a malformed answer, never "empty". */
const ManifestPage = z.object({ manifests: z.array(Entry).nullable() });
const CataloguePage = z.object({ repositories: z.array(z.string()).nullable() });
const TagPage = z.object({ tags: z.array(z.object({ name: z.string(), lastUpdateTime: z.string() })).nullable() });

export function createRegistryReader({ target, credential, audience }: RegistryOptions): RegistryReader {
  const endpoint = `https://${target.loginServer}`;
  const token = createRegistryTokenPolicy({ target, credential, audience, actions: "pull,metadata_read" });
  const options = {
    audience,
    additionalPolicies: [...TIMEOUT_POLICIES, { policy: token, position: "perRetry" as const }],
  };
  // Metadata comes from the registry itself: what another host would list is not believed.
  const client = new ContainerRegistryClient(endpoint, credential, { ...options, redirectOptions: { maxRetries: 0 } });
  const content = (repository: string): ContainerRegistryContentClient =>
    new ContainerRegistryContentClient(endpoint, repository, credential, {
      ...options,
      additionalPolicies: [...options.additionalPolicies, { policy: acceptPolicy, position: "perCall" }],
    });
  return {
    async *listRepositories(after) {
      const collect = new PageCollector(target, CataloguePage);
      const resume =
        after === undefined
          ? {}
          : { continuationToken: `/acr/v1/_catalog?last=${encodeURIComponent(after)}&n=${PAGE_REPOSITORIES}` };
      const pages = client
        .listRepositoryNames({ onResponse: collect.onResponse })
        .byPage({ maxPageSize: PAGE_REPOSITORIES, ...resume });
      for await (const page of collect.read("list repositories", pages)) yield page.repositories ?? [];
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
      const collect = new PageCollector(target, ManifestPage);
      const pages = client
        .getRepository(repository)
        .listManifestProperties({ onResponse: collect.onResponse })
        .byPage({ maxPageSize: PAGE_ROWS });
      for await (const page of collect.read(`list ${repository}`, pages)) yield (page.manifests ?? []).map(toListed);
    },
    async readTagTimes(repository) {
      const collect = new PageCollector(target, TagPage);
      // Any reference will do: the SDK lists all tags of the repository, whatever artifact it is asked for.
      const pages = client
        .getArtifact(repository, `sha256:${"0".repeat(64)}`)
        .listTagProperties({ onResponse: collect.onResponse })
        .byPage({ maxPageSize: PAGE_ROWS });
      const times = new Map<string, string>();
      for await (const page of collect.read(`list tags of ${repository}`, pages)) {
        for (const { name, lastUpdateTime } of page.tags ?? []) times.set(name, lastUpdateTime);
      }
      return times;
    },
    async findManifest(repository, digest) {
      const Single = z.object({ manifest: Entry });
      let body: unknown;
      const found = await findOrUndefined(`read ${repository}@${digest}`, () =>
        client
          .getArtifact(repository, digest)
          .getManifestProperties({ onResponse: (response) => (body = parse(response.bodyAsText)) }),
      );
      return found && toListed(parseOrThrow(Single, body, `read ${repository}@${digest}`).manifest);
    },
    async readBytes(repository, digest) {
      try {
        const { mediaType, content: bytes } = await content(repository).getManifest(digest);
        return { mediaType, bytes };
      } catch (error) {
        throw toUpstreamError("registry", `read bytes of ${repository}@${digest}`, error);
      }
    },
  };
}

/** Deletes with the purger identity. A DELETE is never retried by the SDK: each attempt needs a fresh decision. */
export function createRegistryPurger({ target, credential, audience }: RegistryOptions): RegistryPurger {
  const token = createRegistryTokenPolicy({ target, credential, audience, actions: "delete" });
  const client = new ContainerRegistryClient(`https://${target.loginServer}`, credential, {
    audience,
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    additionalPolicies: [...TIMEOUT_POLICIES, { policy: token, position: "perRetry" }],
  });
  return {
    async deleteManifest(repository, digest) {
      let status: number | undefined;
      try {
        await client.getArtifact(repository, digest).delete({ onResponse: (response) => (status = response.status) });
        // The SDK resolves for both; only the status tells who deleted it.
        return status === 404 ? { is: "alreadyGone" } : { is: "deleted" };
      } catch (error) {
        return toDeleteAnswer(toUpstreamError("registry", `delete ${repository}@${digest}`, error));
      }
    },
  };
}

function toDeleteAnswer(error: UpstreamError): DeleteAnswer {
  switch (error.status) {
    case 404:
      return { is: "alreadyGone" };
    case 405:
      return { is: "locked" };
    case 429:
    case 503:
      return { is: "throttled", retryAfterMs: error.retryAfterMs };
    case 401:
    case 403:
      return { is: "forbidden", why: error.message };
    default: {
      const refused = error.status !== undefined && error.status >= 400 && error.status < 500;
      return { is: refused ? "failed" : "unknown", why: error.message };
    }
  }
}

type RawResponse = {
  readonly status: number;
  readonly bodyAsText?: string | null;
  readonly headers: { get(name: string): string | undefined };
};

/** Takes the raw body of each page, because the SDK drops `mediaType` and reads a missing list as an empty one. */
class PageCollector<T> {
  private readonly target: RegistryTarget;
  private readonly schema: z.ZodType<T>;
  private pages: T[] = [];

  constructor(target: RegistryTarget, schema: z.ZodType<T>) {
    this.target = target;
    this.schema = schema;
  }

  readonly onResponse = (response: RawResponse): void => {
    // Error answers come here too; the SDK throws them with their status.
    if (response.status !== 200) return;
    this.pages.push(parseOrThrow(this.schema, parse(response.bodyAsText), "list"));
    const link = response.headers.get("link");
    if (link === undefined) return;
    const next = /^\s*<([^>]+)>/.exec(link)?.[1];
    const host = next === undefined ? undefined : new URL(next, `https://${this.target.loginServer}`).host;
    if (host !== this.target.loginServer)
      throw new UpstreamError({
        service: "registry",
        operation: "list",
        detail: "the next page is on another host, or its link cannot be read",
      });
  };

  async *read(operation: string, sdkPages: AsyncIterator<unknown>): AsyncGenerator<T> {
    for (;;) {
      try {
        if ((await sdkPages.next()).done) break;
      } catch (error) {
        throw toUpstreamError("registry", operation, error);
      }
      yield* this.pages.splice(0);
    }
    yield* this.pages.splice(0);
  }
}

async function findOrUndefined<T>(operation: string, action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (statusOf(error) === 404 && isRegistryAbsence(error)) return undefined;
    throw toUpstreamError("registry", operation, error);
  }
}

const Absence = z.object({
  details: z.object({
    errors: z.array(z.object({ code: z.enum(["MANIFEST_UNKNOWN", "NAME_UNKNOWN", "TAG_UNKNOWN"]) })).min(1),
  }),
});

/** The registry's own word; a 404 of something in between says nothing about what the registry holds. */
const isRegistryAbsence = (error: unknown): boolean => Absence.safeParse(error).success;

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

function parse(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined; // refused by the schema
  }
}

function parseOrThrow<T>(schema: z.ZodType<T>, body: unknown, operation: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new UpstreamError({
    service: "registry",
    operation,
    status: 200,
    detail: "the answer has another form than documented",
  });
}
