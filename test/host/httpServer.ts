import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Activity } from "./activity.ts";
import type { HttpData, TypedData } from "./coreApi.ts";
import type { AuthLevel, HttpFunction } from "./inventory.ts";
import type { Invoke } from "./invoker.ts";
import type { LogLine } from "./messages.ts";
import { findRoute, type Route } from "./routes.ts";

export interface Keys {
  readonly functionKey: string;
  /** Opens `function` routes too. */
  readonly adminKey: string;
}

export interface HttpDependencies {
  readonly activity: Activity;
  readonly invoke: Invoke;
  readonly keys: Keys;
  readonly onLog: (line: LogLine) => void;
}

/** Serves the routes on 127.0.0.1: 404 for no route or no such method, 401 without the key that the route needs, 500 if the function throws. */
export async function startHttpServer(
  dependencies: HttpDependencies,
  routes: readonly Route[],
  port: number,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    void answer(dependencies, routes, { request, response });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return { url: `http://127.0.0.1:${portOf(server)}`, stop: () => close(server) };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function answer(dependencies: HttpDependencies, routes: readonly Route[], exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  try {
    const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "localhost"}`);
    const route = findRoute(routes, request.method ?? "GET", url.pathname);
    if (route === undefined) response.writeHead(404).end();
    else if (!isAllowed(route.function.authLevel, readKey(request, url), dependencies.keys))
      response.writeHead(401).end();
    else await callFunction(dependencies, route.function, { ...exchange, url, params: route.params });
  } catch (error) {
    if (error instanceof URIError) response.writeHead(400).end();
    else fail(response);
  }
}

interface Call extends Exchange {
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
}

async function callFunction(dependencies: HttpDependencies, fn: HttpFunction, call: Call): Promise<void> {
  const { activity, invoke } = dependencies;
  const http = await toHttpData(call);
  const result = await activity.run(fn.name, () => invoke(fn.name, { binding: fn.binding, data: { http } }));
  const { http: answered } = result ?? {};
  if ((answered?.cookies?.length ?? 0) > 0) {
    const message = "The local host does not support cookies in a response";
    const line = { function: fn.name, invocationId: undefined, category: "host", level: "error", message } as const;
    dependencies.onLog({ ...line, time: new Date().toISOString() });
    throw new Error(message);
  }
  call.response.writeHead(Number(answered?.statusCode ?? 204), answered?.headers);
  call.response.end(toBytes(answered?.body));
}

async function toHttpData({ request, url, params }: Call): Promise<HttpData> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    method: request.method ?? "GET",
    url: url.href,
    headers: Object.fromEntries(headers),
    query: Object.fromEntries(url.searchParams),
    params,
    ...(bytes.length > 0 ? { body: { bytes } } : {}),
  };
}

function toBytes(body: TypedData | null | undefined): Uint8Array | undefined {
  return body?.bytes ?? (body?.string === undefined ? undefined : Buffer.from(body.string));
}

function readKey(request: IncomingMessage, url: URL): string | undefined {
  const header = request.headers["x-functions-key"];
  return typeof header === "string" ? header : (url.searchParams.get("code") ?? undefined);
}

function isAllowed(level: AuthLevel, key: string | undefined, { functionKey, adminKey }: Keys): boolean {
  if (level === "anonymous") return true;
  if (key === undefined) return false;
  return isSame(key, adminKey) || (level === "function" && isSame(key, functionKey));
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Like Azure: the error itself is in the log, never in the answer. */
function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(500).end();
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("The HTTP server has no port");
  return address.port;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
