import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach } from "@jest/globals";

/** A plain server for each test; resolves to its address. */
export function useOneServer(): (reply: RequestListener) => Promise<string> {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });
  return async (reply) => {
    server = createServer(reply);
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, "127.0.0.1", resolve);
    await promise;
    const address = server.address();
    return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/`;
  };
}
