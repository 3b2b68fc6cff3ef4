import { beforeEach, describe, expect, it } from "@jest/globals";
import { sha256Hex } from "../../../lib/azure/hash.ts";
import type { Finding, ObservedFinding } from "../../../lib/core/findings.ts";
import type { PageRequest } from "../../../lib/stores/findingStore.ts";
import { FindingStore } from "../../../lib/stores/findingStore.ts";
import { anObservedFinding, NOW } from "../../fakes/builders.ts";
import { collect } from "../../fakes/collect.ts";
import { MemoryTables } from "../../fakes/memoryTables.ts";
import { SILENCE } from "../../../lib/telemetry.ts";

const about = (subject: string, scope: string): ObservedFinding => anObservedFinding({ subject, scope });

let findings: FindingStore;
beforeEach(() => {
  findings = new FindingStore(new MemoryTables(), sha256Hex, SILENCE);
});

describe("a page of findings", () => {
  const ODD = ({ subject }: Finding): boolean => Number(subject) % 2 === 1;
  beforeEach(async () => {
    for (let index = 0; index < 25; index += 1) await findings.observe(about(`${index}`, `scope ${index % 4}`), NOW);
  });

  async function listPages(request: Omit<PageRequest, "after">): Promise<readonly (readonly Finding[])[]> {
    const pages: (readonly Finding[])[] = [];
    let after: string | undefined;
    do {
      const page = await findings.listPage({ ...request, after });
      pages.push(page.findings);
      after = page.next;
    } while (after !== undefined);
    return pages;
  }

  it.each([
    { limit: 1, sizes: Array.from({ length: 12 }, () => 1) },
    { limit: 5, sizes: [5, 5, 2] },
    { limit: 6, sizes: [6, 6] },
    { limit: 100, sizes: [12] },
  ])("follows page by page, all that matches once, at most $limit at a time", async ({ limit, sizes }) => {
    const pages = await listPages({ matches: ODD, limit });
    expect(pages.map(({ length }) => length)).toEqual(sizes);
    expect(pages.flat()).toEqual((await collect(findings.list())).filter(ODD));
  });

  it("is one empty page where nothing matches", async () => {
    expect(await findings.listPage({ matches: () => false, limit: 3 })).toEqual({ findings: [] });
  });

  it("goes on where it was, whatever is found meanwhile", async () => {
    const first = await findings.listPage({ matches: ODD, limit: 6 });
    for (let index = 100; index < 120; index += 1) await findings.observe(about(`${index}`, "scope new"), NOW);
    const rest = await findings.listPage({ matches: ODD, after: first.next, limit: 100 });
    const seen = new Set([...first.findings, ...rest.findings].map(({ subject }) => subject));
    for (let index = 1; index < 25; index += 2) expect(seen).toContain(`${index}`);
    expect(seen.size).toBe(first.findings.length + rest.findings.length);
  });

  it.each([
    { name: "an id", request: { after: "f".repeat(24), limit: 2 }, message: /not a continuation token/ },
    { name: "nothing", request: { after: "", limit: 2 }, message: /not a continuation token/ },
    {
      name: "a token with more behind",
      request: { after: `${btoa("f".repeat(24))}==`, limit: 2 },
      message: /not a cont/,
    },
    { name: "a token of something else", request: { after: btoa("scopes"), limit: 2 }, message: /not a continuation/ },
    { name: "no findings at all", request: { limit: 0 }, message: /at least one/ },
    { name: "a number that is none", request: { limit: Number.NaN }, message: /at least one/ },
  ])("is refused for $name", async ({ request, message }) => {
    const asked = findings.listPage({ matches: ODD, ...request });
    const error: unknown = await asked.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
  });
});
