import type { HostHandle } from "../host/functionsHost.ts";
import type { ParentEvent } from "../host/nights.ts";
import { type Estate, type EstateEvent, toInstant } from "../sandbox/estate.ts";
import type { Sandbox } from "../sandbox/startSandbox.ts";
import type { EventReport } from "./nightReport.ts";
import { playEvent } from "./playEvent.ts";
import { shortenId } from "./words.ts";

export interface Stage {
  readonly estate: Estate;
  readonly sandbox: Sandbox;
  readonly host: Pick<HostHandle, "url" | "adminKey">;
}

/** The estate's events from `from` up to, not including, `to` (epoch milliseconds); `onPlayed` is told each after it happened. */
export function listEvents(
  stage: Stage,
  { from, to }: { readonly from: number; readonly to: number },
  onPlayed: (event: EventReport) => void,
): ParentEvent[] {
  const { estate, sandbox, host } = stage;
  return estate.events
    .map((event) => ({ event, at: toInstant(event.at, estate.startsAt) }))
    .filter(({ at }) => at >= from && at < to)
    .map(({ event, at }) => ({
      at,
      async run(): Promise<void> {
        const answer = await playEvent(sandbox, host, event);
        onPlayed({ ...describeEvent(event, at), ...(answer === undefined ? {} : { answer }) });
      },
    }));
}

function describeEvent(event: EstateEvent, at: number): EventReport {
  const about = toSubject(event);
  return {
    at: toIso(at),
    type: event.type,
    ...(about === undefined ? {} : { about }),
    ...(event.note === undefined ? {} : { note: event.note }),
  };
}

function toSubject(event: EstateEvent): string | undefined {
  if (event.type === "fault") return event.fault.target;
  if (event.type === "putResource") return shortenId(event.resource.id);
  if ("id" in event) return shortenId(event.id);
  return "registry" in event ? `${event.registry}/${event.repository}` : undefined;
}

/** To the second. */
export const toIso = (epochMs: number): string => new Date(epochMs).toISOString().replace(".000Z", "Z");
