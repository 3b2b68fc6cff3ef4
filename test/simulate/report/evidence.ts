import { z } from "zod";
import { describeLink, type FindingKind, FINDING_KINDS } from "../../../lib/core/findings.ts";
import { keyOf } from "../../../lib/stores/schemas.ts";
import type { Simulation } from "../simulate.ts";
import { shortenDigests, shortenIdsWithin } from "../words.ts";

const ANSWER = /^GET \/api\/findings\S*: 200 (.*)$/s;

const Link = z.object({
  text: z.string(),
  subject: z.string().optional(),
  at: z.string().optional(),
});
const Body = z.object({
  findings: z.array(z.object({ kind: keyOf(FINDING_KINDS), subject: z.string(), evidence: z.array(Link) })),
});

/** A finding as the service answered it to somebody who asked. */
export interface Example {
  readonly subject: string;
  /** One line per link of its evidence, outermost first. */
  readonly lines: readonly string[];
}

/** The first finding of each kind in what the service answered to the estate's own `GET /api/findings`. */
export function listExamples({ nights }: Simulation): ReadonlyMap<FindingKind, Example> {
  const examples = new Map<FindingKind, Example>();
  for (const { answer } of nights.flatMap(({ events }) => events)) {
    const body = ANSWER.exec(answer ?? "")?.[1];
    if (body === undefined) continue;
    for (const { kind, subject, evidence } of Body.parse(JSON.parse(body)).findings)
      if (!examples.has(kind)) examples.set(kind, { subject: shorten(subject), lines: evidence.map(describe) });
  }
  return examples;
}

/** With the day: which snapshot it was, the service itself tells. */
function describe({ text, subject, at }: z.infer<typeof Link>): string {
  return shorten(
    describeLink({
      text,
      ...(subject === undefined ? {} : { subject }),
      ...(at === undefined ? {} : { at: at.slice(0, 10) }),
    }),
  );
}

const shorten = (text: string): string => shortenDigests(shortenIdsWithin(text));
