/**
 * Preloaded into the app's process: counts its HTTP requests by host, method and status, with the time until the answer
 * began. On SIGUSR2 it writes the totals so far to the file that `REQUEST_COUNTS_FILE` names, and never otherwise: a disk that
 * is busy would hold up what is measured.
 */
import { subscribe } from "node:diagnostics_channel";
import { renameSync, writeFileSync } from "node:fs";
import { ClientRequest, IncomingMessage } from "node:http";

const counts: Record<string, { count: number; seconds: number }> = {};
const startedAt = new WeakMap<ClientRequest, number>();

function note(request: ClientRequest, status: number): void {
  // A transaction of Table Storage is a POST to `$batch`.
  const what = request.path.endsWith("/$batch") ? "$batch" : request.method;
  const kind = `${String(request.getHeader("host"))} ${what} ${status}`;
  const entry = (counts[kind] ??= { count: 0, seconds: 0 });
  entry.count += 1;
  entry.seconds += (performance.now() - (startedAt.get(request) ?? performance.now())) / 1_000;
}

const memberOf = (message: unknown, name: string): unknown =>
  typeof message === "object" && message !== null ? Reflect.get(message, name) : undefined;

subscribe("http.client.request.start", (message) => {
  const request = memberOf(message, "request");
  if (request instanceof ClientRequest) startedAt.set(request, performance.now());
});
subscribe("http.client.response.finish", (message) => {
  const [request, response] = [memberOf(message, "request"), memberOf(message, "response")];
  if (request instanceof ClientRequest && response instanceof IncomingMessage) note(request, response.statusCode ?? 0);
});
subscribe("http.client.request.error", (message) => {
  const request = memberOf(message, "request");
  if (request instanceof ClientRequest) note(request, 0);
});

const file = process.env["REQUEST_COUNTS_FILE"];
if (file === undefined) throw new Error("REQUEST_COUNTS_FILE is not set");
process.on("SIGUSR2", () => {
  writeFileSync(`${file}.new`, JSON.stringify(counts));
  renameSync(`${file}.new`, file);
});
