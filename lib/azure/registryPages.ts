import type { z } from "zod";
import { UpstreamError } from "../errors.ts";
import type { RegistryTarget } from "../ports.ts";
import { parseJson } from "./parseJson.ts";
import { toUpstreamError } from "./clientOptions.ts";

type RawResponse = {
  readonly status: number;
  readonly bodyAsText?: string | null;
  readonly headers: { get(name: string): string | undefined };
};

/** Takes the raw body of each page, because the SDK drops `mediaType` and reads a missing list as an empty one. */
export class PageCollector<T> {
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
    this.pages.push(parseOrThrow(this.schema, parseJson(response.bodyAsText), "list"));
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

export function parseOrThrow<T>(schema: z.ZodType<T>, body: unknown, operation: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new UpstreamError({
    service: "registry",
    operation,
    status: 200,
    detail: "the answer has another form than documented",
  });
}
