import { describe, expect, it } from "@jest/globals";
import { aNight, aPlan, aSimulation, aSnapshot, DIGEST } from "../aSimulation.fixture.ts";
import { checkSafety, checkShowcase } from "./checks.ts";
import { reportContents } from "./contents.ts";
import { reportDeleted, reportRegistries } from "./deleted.ts";
import { reportFindings } from "./findings.ts";
import { reportKept, reportSpared } from "./kept.ts";
import { describeLedger } from "./ledger.ts";
import { reportNotBelieved } from "./notBelieved.ts";
import { reportWaiting } from "./waiting.ts";

const artifact = (repository: string): string => `acr/${repository}@${DIGEST}`;
const quiet = aNight().marks;

describe("findings", () => {
  const nights = [
    aNight({
      findings: { opened: ["legacyReference a", "legacyReference b", "purgeStopped c"], resolved: [], open: {} },
    }),
    aNight({ findings: { opened: [], resolved: ["legacyReference a"], open: { legacyReference: 1 } } }),
  ];
  const legacy = "Version that references the artifact store instead of an artifact manifest";
  const stopped = ["critical", 1, 0, 0, "Purge stopped: c"];
  const finding = {
    kind: "legacyReference",
    subject: "/subscriptions/s/resourceGroups/g/providers/Microsoft.HybridNetwork/publishers/p/artifactStores/b",
    evidence: [
      { text: "used by", subject: "networkfunctions/n", snapshotId: "20260302T010000Z", at: "2026-03-02T01:00:00Z" },
      { text: "references the artifact store", subject: `x@${DIGEST}` },
    ],
  };
  const told = (answer: string) => {
    const events = [{ at: "2026-03-02T06:00:00Z", type: "request", answer }];
    return reportFindings(aSimulation({ nights: [...nights, aNight({ events })] })).rows;
  };

  it("are counted by kind, the severest first, with the first of each", () => {
    expect(reportFindings(aSimulation({ nights })).rows).toEqual([stopped, ["info", 2, 1, 1, `${legacy}: a`]]);
  });

  it("stand with the evidence that the service answered", () => {
    expect(told(`GET /api/findings?state=open: 200 ${JSON.stringify({ findings: [finding] })}`)).toEqual([
      stopped,
      ["info", 2, 1, 0, `${legacy}: artifactStores/b`],
      ["", "", "", "", "- used by networkfunctions/n (2026-03-02)"],
      ["", "", "", "", "- references the artifact store x@0123456789ab"],
    ]);
  });

  it.each([
    { name: "a refusal", answer: 'GET /api/findings?top=0: 400 {"code":"badRequest"}' },
    { name: "an answer about something else", answer: 'GET /api/runs: 200 {"runs":[]}' },
  ])("stand without evidence after $name", ({ answer }) => {
    expect(told(answer)).toEqual([stopped, ["info", 2, 1, 0, `${legacy}: a`]]);
  });
});

describe("what is spared and kept", () => {
  it("groups marks taken back by night and reason, in words, with an example", () => {
    const spared = ["a/x", "a/y"].map((name) => ({ artifact: artifact(name), reasons: ["tagged 1.0.0"] }));
    const nights = [aNight({ marks: { ...quiet, spared } })];
    expect(reportSpared(aSimulation({ nights })).rows).toEqual([
      ["Mon 02 Mar", 2, "it is tagged", "a/x@0123456789ab (1.0.0)"],
    ]);
  });

  it("counts each kept artifact once, with all its reasons", () => {
    const keep = [
      { artifact: artifact("a/x"), reasons: ["artifactManifestPresent s/artifactManifests/a"] },
      { artifact: artifact("b/x"), class: "superseded", reasons: ["locked d4", "child c"] },
      { artifact: artifact("b/y"), class: "superseded", reasons: ["child c", "locked d4"] },
    ];
    expect(reportKept(aSimulation({ nights: [aNight({ plan: aPlan({ keep }) })] })).rows).toEqual([
      ["superseded", 2, "an index that stays contains it; it or its repository is locked", "b/x@0123456789ab (d4)"],
      ["-", 1, "its artifact manifest exists", "a/x@0123456789ab (artifactManifests/a)"],
    ]);
  });

  it("leaves out a basis that is the artifact itself", () => {
    const keep = [{ artifact: artifact("a/x"), class: "decommissioned", reasons: [`locked ${DIGEST}`] }];
    const rows = reportKept(aSimulation({ nights: [aNight({ plan: aPlan({ keep }) })] })).rows;
    expect(rows[0]?.at(-1)).toBe("a/x@0123456789ab");
  });
});

describe("what is deleted", () => {
  const deletion = { registry: "acr", repository: "a-1/x", digest: DIGEST };
  const planned = { artifact: artifact("a-1/x"), artifactManifest: "a-1", class: "decommissioned", why: "" };

  it("is told by artifact manifest and class", () => {
    const nights = [
      aNight({
        plan: aPlan({ delete: [planned] }),
        deletions: [deletion, { ...deletion, repository: "b-1/x", cascadedFrom: DIGEST }],
      }),
    ];
    expect(reportDeleted(aSimulation({ nights })).rows).toEqual([
      ["a-1", "decommissioned", 1, 0, "Mon 02 Mar"],
      ["b-1", "not planned", 1, 1, "Mon 02 Mar"],
    ]);
  });

  it("is told by registry, with what was freed", () => {
    const before = { repositories: 1, manifests: 5, tags: 1, bytes: 4096 };
    const holdings = { before: { acr: before }, after: { acr: { ...before, manifests: 4, bytes: 3072 } } };
    const nights = [aNight({ deletions: [deletion], freedBytes: { acr: 1024 } })];
    expect(reportRegistries(aSimulation({ nights, holdings })).rows).toEqual([
      ["acr", "5 → 4", 1, "4.0 KiB → 3.0 KiB", "1.0 KiB"],
    ]);
  });
});

it("tells what waits, the soonest first", () => {
  const wait = [
    { artifact: artifact("b-1/x"), artifactManifest: "b-1", why: "inGrace", until: "2026-04-02T01:00:00Z" },
    { artifact: artifact("b-1/y"), artifactManifest: "b-1", why: "inGrace", until: "2026-04-02T01:00:00Z" },
    { artifact: artifact("a-1/x"), why: "inGrace", until: "2026-04-01T01:00:00Z" },
    { artifact: artifact("a-1/x"), why: "sightedOnce" },
  ];
  expect(reportWaiting(aSimulation({ nights: [aNight({ plan: aPlan({ wait }) })] })).rows).toEqual([
    ["a-1", 1, "in grace", "2026-04-01T01:00:00Z"],
    ["b-1", 2, "in grace", "2026-04-02T01:00:00Z"],
    ["a-1", 1, "sighted once", "not known yet"],
  ]);
});

describe("nights that are not believed", () => {
  const marked = (incompleteParts: readonly string[]) =>
    aNight({
      snapshot: aSnapshot({ complete: false, incompleteParts, reasons: ["catalogueFailed · registries/acr"] }),
      marks: { ...quiet, added: [artifact("a/x"), `other/b/x@${DIGEST}`] },
    });
  const newMarks = (part: string) => reportNotBelieved(aSimulation({ nights: [marked([part])] })).rows[0]?.at(-1);

  it("are listed with their reason, complete ones are not", () => {
    expect(reportNotBelieved(aSimulation({ nights: [aNight(), marked(["acr"])] })).rows).toEqual([
      [1, "Mon 02 Mar", "acr", "the list of repositories could not be read to its end", 1],
    ]);
  });

  it("count new marks where there was doubt: in one registry, or everywhere", () => {
    expect([newMarks("third"), newMarks("acr"), newMarks("graph")]).toEqual([0, 1, 2]);
  });
});

it("sums up what became of all marks", () => {
  const spared = [{ artifact: artifact("a/x"), reasons: ["gone"] }];
  const nights = [
    aNight({ marks: { ...quiet, added: [artifact("a/x"), artifact("b/x")] } }),
    aNight({ marks: { ...quiet, marked: 1, spared }, freedBytes: { acr: 2048 }, plan: aPlan({ deletedBytes: 4096 }) }),
  ];
  const ledger = describeLedger(aSimulation({ nights }));
  expect(ledger).toMatch(/^2 nights: 2 marks made, 1 taken back, 0 registry manifests deleted \(2\.0 KiB freed/);
  expect(ledger).toMatch(/at most 4\.0 KiB\), 1 still waiting\.$/);
});

it("summarises the repositories below each path at the end", () => {
  const registries = {
    acr: { "a-1/x": { one: ["1.0", "latest"], two: [] }, "a-1/y": { one: ["1.0"] }, "b-1/x": { one: [] }, root: {} },
  };
  expect(reportContents(aSimulation({ registries })).rows).toEqual([
    ["acr", "a-1/", 2, 3, 2, "1.0, latest"],
    ["acr", "b-1/", 1, 1, 0, "-"],
    ["acr", "root", 1, 0, 0, "-"],
  ]);
});

describe("the checks", () => {
  const spared = [{ artifact: artifact("a/x"), reasons: ["gone"] }];
  const doubtful = aNight({ snapshot: aSnapshot({ complete: false, incompleteParts: ["acr"] }) });
  const showcase = aSimulation({
    nights: [aNight({ marks: { ...quiet, spared } }), doubtful],
    truth: { deletions: 3, violations: [] },
  });
  const failing = (simulation: typeof showcase) =>
    [...checkShowcase(simulation), ...checkSafety(simulation)].flatMap(({ ok, text }) => (ok ? [] : [text]));

  it("hold for a run that deletes, spares and doubts", () => {
    expect(failing(showcase)).toEqual([]);
  });

  it.each([
    ["nothing was deleted", { truth: { deletions: 0, violations: [] } }, /0 registry manifests deleted/],
    ["nothing was spared", { nights: [doubtful] }, /0 marks taken back/],
    ["every night was believed", { nights: [aNight({ marks: { ...quiet, spared } })] }, /0 nights not believed/],
    [
      "something was marked where there was doubt",
      { nights: [showcase.nights[0] ?? aNight(), { ...doubtful, marks: { ...quiet, added: [artifact("a/x")] } }] },
      /nothing marked where there was doubt/,
    ],
    ["an invocation failed", { failures: ["purgeRegistry: 500"] }, /no invocation failed/],
    ["the truth is violated", { truth: { deletions: 3, violations: ["acr/a was tagged"] } }, /none was tagged/],
  ])("fail when %s", (_name, part, expected) => {
    expect(failing({ ...showcase, ...part })).toEqual([expect.stringMatching(expected)]);
  });
});
