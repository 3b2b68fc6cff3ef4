import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Server } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Call, Certificates, Clock } from "../contracts.ts";
import { toDateHeader } from "../dateHeader.ts";
import type { Fault } from "../estate.ts";

export type FaultEffect = Fault["effect"];

export interface JsonRequest {
  readonly method: string;
  readonly url: URL;
  header(name: string): string | undefined;
  /** The parsed body; undefined where there is none. */
  readonly body: unknown;
  /** What a fault asks of the answer's content; every other effect has been carried out already. */
  readonly effect: FaultEffect | undefined;
}

export interface JsonAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Which of the emulated services a request is for, and the short name of what it asks. */
export interface Target {
  readonly server: string;
  readonly kind: string;
}

export interface JsonServerOptions {
  readonly clock: Clock;
  /** Without certificates the server speaks plain http on 127.0.0.1. */
  readonly certificates?: Certificates;
  targetOf(method: string, url: URL): Target;
  takeFault(target: Target, method: string, pathAndQuery: string): FaultEffect | undefined;
  answer(request: JsonRequest): JsonAnswer;
}

export interface JsonServer {
  readonly url: string;
  readonly calls: readonly Call[];
  clearCalls(): void;
  stop(): Promise<void>;
}

/** The server drops the connection instead of answering. */
const RESET = "reset";

/** Starts a server on a free port that answers JSON, records its calls and carries faults out. */
export async function startJsonServer(options: JsonServerOptions): Promise<JsonServer> {
  const calls: Call[] = [];
  const listener: RequestListener = (request, response) => void serve(request, response, { options, calls });
  const { certificates } = options;
  const server: Server & { closeAllConnections(): void } = certificates
    ? createHttpsServer({ key: certificates.keyPem, cert: certificates.certPem }, listener)
    : createHttpServer(listener);
  const port = await listen(server);
  return {
    url: certificates ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    calls,
    clearCalls: () => void calls.splice(0),
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  return address.port;
}

interface Serving {
  readonly options: JsonServerOptions;
  readonly calls: Call[];
}

async function serve(request: IncomingMessage, response: ServerResponse, { options, calls }: Serving): Promise<void> {
  const method = request.method ?? "GET";
  const url = new URL(request.url ?? "/", "http://localhost");
  const target = options.targetOf(method, url);
  const answer = await answerOrFail(request, { options, target, method, url });
  const status = answer === RESET ? 0 : answer.status;
  calls.push({ ...target, method, path: url.pathname + url.search, status, at: options.clock.now() });
  if (answer === RESET) request.socket.destroy();
  else
    send(response, { ...answer, headers: { Date: toDateHeader(options.clock.now(), undefined), ...answer.headers } });
}

/** A defect of the sandbox must show as an answer, not as a request that hangs. */
async function answerOrFail(request: IncomingMessage, asked: Asked): Promise<JsonAnswer | typeof RESET> {
  try {
    return await answerRequest(request, asked);
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return toError(500, "InternalServerError", message);
  }
}

interface Asked {
  readonly options: JsonServerOptions;
  readonly target: Target;
  readonly method: string;
  readonly url: URL;
}

async function answerRequest(request: IncomingMessage, asked: Asked): Promise<JsonAnswer | typeof RESET> {
  const { options, target, method, url } = asked;
  const text = await readText(request);
  const effect = options.takeFault(target, method, url.pathname + url.search);
  if (effect?.kind === "reset") return RESET;
  if (effect?.kind === "delay") await delay(effect.ms);
  const instead = effect && answerInstead(effect);
  if (instead) return instead;
  const body = parseBody(text);
  if (!body.valid)
    return toError(400, "InvalidRequestContent", "The request content was invalid and could not be deserialized.");
  const header = (name: string): string | undefined => {
    const value = request.headers[name.toLowerCase()];
    return Array.isArray(value) ? value[0] : value;
  };
  const answer = options.answer({ method, url, header, body: body.value, effect });
  return { ...answer, headers: { Date: toDateHeader(options.clock.now(), effect), ...answer.headers } };
}

function answerInstead(effect: FaultEffect): JsonAnswer | undefined {
  if (effect.kind === "status")
    return { status: effect.status, headers: effect.headers ?? {}, body: effect.body ?? {} };
  if (effect.kind !== "throttle") return undefined;
  const answer = toError(429, "TooManyRequests", "The request is being throttled.");
  return { ...answer, headers: { "Retry-After": String(effect.retryAfterSeconds) } };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function parseBody(text: string): { valid: boolean; value: unknown } {
  if (text === "") return { valid: true, value: undefined };
  try {
    return { valid: true, value: JSON.parse(text) };
  } catch {
    return { valid: false, value: undefined };
  }
}

function send(response: ServerResponse, { status, headers, body }: JsonAnswer): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  const type: Record<string, string> = text === "" ? {} : { "Content-Type": "application/json; charset=utf-8" };
  const all = { ...type, "Content-Length": Buffer.byteLength(text), ...headers };
  for (const [name, value] of Object.entries(all)) response.setHeader(name, value);
  response.writeHead(status);
  response.end(text);
}

/** ARM's error body. */
export function toError(status: number, code: string, message: string): JsonAnswer {
  return { status, body: { error: { code, message } } };
}
