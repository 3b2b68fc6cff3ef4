/** The host's own process: `node main.ts '<MainOptions as JSON>'`, with an IPC channel. Its environment is the app's settings. */
import { createHost, type Host } from "./host.ts";
import { isCallMessage, type CallMessage, type HostMessage, type MainOptions } from "./messages.ts";

function send(message: HostMessage, onSent: () => void = () => undefined): void {
  process.send?.(message, onSent);
}

async function call(host: Host, { method, argument }: CallMessage): Promise<unknown> {
  switch (method) {
    case "idle":
      return host.idle();
    case "settled":
      return host.settled();
    case "fireTimer":
      return host.fireTimer(argument ?? "");
    case "memory": {
      const { rss, heapUsed } = process.memoryUsage();
      return { rss, heapUsed };
    }
    default:
      throw new Error(`Unknown call ${String(method satisfies never)}`);
  }
}

async function answer(host: Host, message: CallMessage): Promise<void> {
  const { id } = message;
  try {
    send({ type: "result", id, value: await call(host, message) });
  } catch (error) {
    send({ type: "callFailed", id, message: textOf(error) });
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function main(options: MainOptions): Promise<void> {
  const host = await createHost({
    ...options,
    settings: process.env,
    onLog: (line) => send({ type: "log", line }),
    onFailure: (failure) => send({ type: "failure", failure }),
  });
  process.on("message", (message) => {
    if (isCallMessage(message)) void answer(host, message);
  });
  process.once("SIGTERM", () => void host.stop().finally(() => process.exit()));
  send({ type: "ready", url: host.url, functions: host.functions });
}

try {
  const options: MainOptions = JSON.parse(process.argv[2] ?? "{}");
  await main(options);
} catch (error) {
  send({ type: "setupFailed", message: textOf(error) }, () => process.exit(1));
}
