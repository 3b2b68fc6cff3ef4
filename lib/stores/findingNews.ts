import type { Finding } from "../core/findings.ts";
import { registryOfFinding } from "../core/registryOfFinding.ts";
import type { EventFields, Telemetry } from "../telemetry.ts";

/** Tells of findings that open and end. */
export class FindingNews {
  private readonly telemetry: Pick<Telemetry, "event" | "flush">;

  constructor(telemetry: Pick<Telemetry, "event" | "flush">) {
    this.telemetry = telemetry;
  }

  /**
   * Before they are stored: whoever is stopped in between tells of them again, while a finding that is stored and was not told of
   * would alert nobody. What an alert rests on is sent at once; nobody waits for that, for a repair may come next.
   */
  async open(findings: readonly Finding[]): Promise<void> {
    for (const finding of findings) await this.telemetry.event("findingOpened", toFields(finding));
    if (findings.some(({ severity }) => severity !== "info")) void this.telemetry.flush();
  }

  /** After it is stored: until then a later look may still keep it open. */
  async resolve(findings: readonly Finding[]): Promise<void> {
    for (const finding of findings) await this.telemetry.event("findingResolved", toFields(finding));
  }
}

const toFields = (finding: Finding): EventFields<"findingOpened"> => ({
  findingId: finding.id,
  kind: finding.kind,
  severity: finding.severity,
  subject: finding.subject,
  scope: finding.scope,
  registryId: registryOfFinding(finding),
  publisherId: finding.publisherId,
});
