import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { text } from "node:stream/consumers";
import type { Certificates } from "../sandbox/contracts.ts";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface ScriptedReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it stands. */
  readonly body?: string;
}

/** A host that is none of Azure's, or a service that answers what no emulator does. */
export interface ScriptedServer {
  /** `https://localhost:<port>`. */
  readonly url: string;
  readonly received: Received[];
  /** The answer to each request; default: 200 with an empty body. */
  reply: (request: Received) => ScriptedReply;
  stop(): Promise<void>;
}

export async function startScriptedServer({ keyPem, certPem }: Certificates): Promise<ScriptedServer> {
  const server = createServer({ key: keyPem, cert: certPem });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  const scripted: ScriptedServer = {
    url: `https://localhost:${address.port}`,
    received: [],
    reply: () => ({ status: 200 }),
    stop: async () => {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
  server.on("request", (message, response) => void serve(scripted, message, response));
  return scripted;
}

async function serve(scripted: ScriptedServer, message: IncomingMessage, response: ServerResponse): Promise<void> {
  await text(message);
  const request = { method: message.method ?? "", path: message.url ?? "", headers: message.headers };
  scripted.received.push(request);
  const { status, headers, body } = scripted.reply(request);
  response.writeHead(status, headers);
  response.end(body);
}
