import type { InvocationContext } from "@azure/functions";
import type { Fields, Log } from "../lib/ports.ts";

/** A static message with its fields as JSON, through the invocation, so that the host ties it to the run. */
export function toLog(context: InvocationContext): Log {
  const text = (message: string, fields: Fields | undefined): string =>
    fields ? `${message} ${JSON.stringify(fields)}` : message;
  return {
    info: (message, fields) => context.info(text(message, fields)),
    warn: (message, fields) => context.warn(text(message, fields)),
    error: (message, fields) => context.error(text(message, fields)),
  };
}
