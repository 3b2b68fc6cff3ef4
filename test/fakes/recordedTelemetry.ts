import type { EndedRun, EventName, MetricName, SpanName, Telemetry } from "../../lib/telemetry.ts";

export interface Told {
  readonly name: EventName;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Keeps what it is told, and how often it was asked to send it. */
export class RecordedTelemetry implements Telemetry {
  readonly events: Told[] = [];
  readonly measured: { readonly name: MetricName; readonly value: number; readonly by: object }[] = [];
  readonly spans: { readonly name: SpanName; readonly attributes: object }[] = [];
  readonly runs: EndedRun[] = [];
  flushes = 0;

  event(name: EventName, fields: Readonly<Record<string, unknown>>): Promise<void> {
    this.events.push({ name, fields });
    return Promise.resolve();
  }

  measure(name: MetricName, value: number, by: object): void {
    this.measured.push({ name, value, by });
  }

  span<Result>(name: SpanName, attributes: object, work: () => Promise<Result>): Promise<Result> {
    this.spans.push({ name, attributes });
    return work();
  }

  endRun(run: EndedRun): void {
    this.runs.push(run);
  }

  flush(): Promise<void> {
    this.flushes += 1;
    return Promise.resolve();
  }

  /** Names of events and the subjects of findings in the order told. */
  listNews(): readonly string[] {
    return this.events.map(({ name, fields }) => `${name} ${String(fields["subject"])}`);
  }
}
