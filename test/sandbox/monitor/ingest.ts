import { z } from "zod";
import { noteOutput } from "../../support/secretWatch/secretWatch.ts";
import { toError, type JsonAnswer, type JsonRequest } from "../arm/jsonServer.ts";
import { EnvelopeSchema } from "./envelopes.ts";
import { toTelemetryItem } from "./rows.ts";
import type { TelemetryLog } from "./telemetryLog.ts";

const Batch = z.array(z.unknown()).min(1);

interface Component {
  readonly telemetry: TelemetryLog;
  readonly instrumentationKey: string;
  readonly receivedAt: number;
}

/** Why an item was not taken. */
interface ItemError {
  readonly index: number;
  readonly statusCode: number;
  readonly message: string;
}

/**
 * Takes a batch item by item, and answers 200 for all, 206 for some and 400 for none of them. Newline-delimited or compressed
 * batches are refused: the exporter sends a JSON array. A `truncate` fault leaves the second half of a batch out.
 */
export function ingest(request: JsonRequest, component: Component): JsonAnswer {
  const batch = Batch.safeParse(request.body);
  if (!batch.success) return toError(400, "InvalidRequestContent", "The body is not a JSON array of telemetry items.");
  const items = batch.data;
  noteOutput(JSON.stringify(items));
  const isCut = request.effect?.kind === "truncate";
  const end = isCut ? Math.floor(items.length / 2) : items.length;
  const errors = items.flatMap((item, index) => {
    const error = index < end ? takeItem(item, index, component) : toItemError(index, 500, "Internal Server Error");
    return error ? [error] : [];
  });
  const itemsAccepted = items.length - errors.length;
  const status = errors.length === 0 ? 200 : itemsAccepted > 0 || isCut ? 206 : 400;
  return { status, body: { itemsReceived: items.length, itemsAccepted, errors } };
}

function takeItem(item: unknown, index: number, component: Component): ItemError | undefined {
  const envelope = EnvelopeSchema.safeParse(item);
  if (!envelope.success) return toItemError(index, 400, z.prettifyError(envelope.error));
  if (envelope.data.iKey !== component.instrumentationKey)
    return toItemError(index, 400, "Invalid instrumentation key");
  component.telemetry.add(toTelemetryItem(envelope.data, component.receivedAt), component.receivedAt);
  return undefined;
}

const toItemError = (index: number, statusCode: number, message: string): ItemError => ({ index, statusCode, message });
