import type { Fault } from "../estate.ts";
import { errorReply, type Reply } from "./http.ts";
import { tooManyRequests } from "./registryError.ts";

type Effect = Fault["effect"];

/** Throws on what makes no sense for a registry. */
export function refuseForeignFault(fault: Fault, target: string): void {
  if (fault.target !== target) throw new Error(`A fault for ${fault.target} was given to ${target}`);
  if (fault.effect.kind === "dropRows" || fault.effect.kind === "stale")
    throw new Error(`The fault ${fault.effect.kind} is for Resource Graph, not for ${target}`);
}

/** The reply that stands in for the real one, where the effect is one. */
export function replaceReply(effect: Effect | undefined): Reply | undefined {
  if (effect?.kind === "status") return statusReply(effect);
  return effect?.kind === "throttle" ? errorReply(tooManyRequests(effect.retryAfterSeconds)) : undefined;
}

function statusReply({ status, headers = {}, body }: Extract<Effect, { kind: "status" }>): Reply {
  if (body === undefined) return { status, headers };
  if (typeof body === "string") return { status, headers, bytes: Buffer.from(body) };
  return {
    status,
    headers: { "Content-Type": "application/json", ...headers },
    bytes: Buffer.from(JSON.stringify(body)),
  };
}

/** The reply with the first half of its rows and no link: it looks complete. Throws where it lists nothing. */
export function truncateReply(reply: Reply): Reply {
  if (reply.status !== 200) return reply;
  const [name, rows] = Object.entries(reply.json ?? {}).find(([, value]) => Array.isArray(value)) ?? [];
  if (name === undefined || !Array.isArray(rows)) throw new Error("A truncate fault hit a request that lists nothing");
  const { Link: _, ...headers } = reply.headers ?? {};
  return { ...reply, headers, json: { ...reply.json, [name]: rows.slice(0, Math.floor(rows.length / 2)) } };
}
