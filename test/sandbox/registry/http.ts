import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { badRequest, RegistryError } from "./registryError.ts";

/** A request with its body read and its path decoded: clients send repository names and digests both raw and encoded. */
export interface RegistryRequest {
  readonly method: string;
  readonly path: string;
  /** Decoded path and query, for the call log and for faults. */
  readonly target: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** `json` and `bytes` exclude each other; with neither, the body is empty. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: object;
  readonly bytes?: Buffer;
}

/** Larger uploads are refused: everything is kept in memory. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

/** Throws `RegistryError` where the path is not valid percent-encoding or the body is too large. */
export async function readRequest(message: IncomingMessage): Promise<RegistryRequest> {
  const body = await readBody(message);
  const url = new URL(message.url ?? "/", "https://localhost");
  return {
    method: message.method ?? "GET",
    path: decodePath(url.pathname),
    target: decodeTarget(message.url ?? "/"),
    query: url.searchParams,
    headers: message.headers,
    body,
  };
}

/** Decoded path and query, or the text as it stands where it is not valid percent-encoding. */
export function decodeTarget(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}

export function errorReply(error: RegistryError): Reply {
  return { status: error.status, headers: error.headers, json: error.toBody() };
}

/** Writes the reply; the answer to HEAD has the headers of the body that it leaves out. */
export function sendReply(reply: Reply, response: ServerResponse): void {
  const body =
    reply.json === undefined ? (reply.bytes ?? Buffer.alloc(0)) : Buffer.from(`${JSON.stringify(reply.json)}\n`);
  if (reply.json !== undefined) response.setHeader("Content-Type", "application/json; charset=utf-8");
  if (reply.status !== 204) response.setHeader("Content-Length", body.length);
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  response.writeHead(reply.status);
  response.end(response.req.method === "HEAD" ? undefined : body);
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES)
      throw new RegistryError({ status: 413, code: "SIZE_INVALID" }, "The emulated registry keeps uploads in memory");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw badRequest("NAME_INVALID", `The path ${path} is not valid percent-encoding`);
  }
}
