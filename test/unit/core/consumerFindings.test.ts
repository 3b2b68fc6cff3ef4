import { describe, expect, it } from "@jest/globals";
import { hashName } from "../../../lib/core/hashName.ts";
import { listConsumerFindings } from "../../../lib/core/consumerFindings.ts";
import type { ObservedFinding } from "../../../lib/core/findings.ts";
import type { KnownVersion } from "../../../lib/core/knowledge.ts";
import type { Resource, VersionReference } from "../../../lib/core/resources.ts";
import { VersionIndex } from "../../../lib/core/versionIndex.ts";
import { aKnownVersion, aNetworkFunction, nfdvId, nsdvId, PUBLISHER } from "../../fakes/builders.ts";
import { aFunctionOn, aSiteNetworkService, evidenceOf, SIGHT, someValues, toPairs } from "../../fakes/graphBuilders.ts";

interface Versions {
  readonly present?: readonly string[];
  readonly gone?: readonly KnownVersion[];
}

function findingsOf(consumer: Resource, { present = [], gone = [] }: Versions = {}): readonly ObservedFinding[] {
  const versions = new VersionIndex();
  for (const id of present) versions.addPresent(id);
  for (const version of gone) versions.addKnown(version);
  return listConsumerFindings(consumer, versions, SIGHT);
}

type Names = Extract<VersionReference, { by: "names" }>;
const byNames = (names: Partial<Names> = {}): Names => ({
  by: "names",
  source: "desired",
  publisher: "Contoso",
  group: "nfdg",
  version: "1.0.0",
  ...names,
});
const functionBy = (...versions: readonly VersionReference[]): Resource => aNetworkFunction({ versions });
const NF = aNetworkFunction().id;
const TWIN = nfdvId("1.0.0", PUBLISHER.replace("sub1", "sub9"));
const GONE = { gone: [aKnownVersion()] };
const PRESENT = { present: [nfdvId("1.0.0")] };

interface Case {
  readonly name: string;
  readonly consumer: Resource;
  readonly opens: Versions;
  readonly control: Versions;
}

describe("a consumer of a deleted version", () => {
  it.each<Case>([
    { name: "its id is gone", consumer: aFunctionOn(), opens: GONE, control: PRESENT },
    { name: "its id was never seen", consumer: aFunctionOn(), opens: {}, control: PRESENT },
    { name: "its names fit only a gone one", consumer: functionBy(byNames()), opens: GONE, control: PRESENT },
    { name: "its names fit none", consumer: functionBy(byNames()), opens: {}, control: PRESENT },
    {
      name: "its names fit one in another subscription that exists, or none that does",
      consumer: functionBy(byNames()),
      opens: GONE,
      control: { ...GONE, present: [TWIN] },
    },
    {
      name: "its names fit a service design, which no network function runs on",
      consumer: functionBy(byNames({ group: "nsdg" })),
      opens: { present: [nsdvId("1.0.0")] },
      control: { present: [nsdvId("1.0.0"), nfdvId("1.0.0").replace("nfdg", "nsdg")] },
    },
  ])("is told of where $name", ({ consumer, opens, control }) => {
    expect(toPairs(findingsOf(consumer, opens))).toEqual([["consumerOfDeletedVersion", NF]]);
    expect(findingsOf(consumer, control)).toEqual([]);
  });

  it("names the gone version with when it was last seen, and whose it was", () => {
    expect(findingsOf(aFunctionOn(), GONE)).toEqual([
      {
        kind: "consumerOfDeletedVersion",
        subject: NF,
        scope: "consumers",
        publisherId: PUBLISHER,
        evidence: [
          { text: "network function (provisioning state Succeeded)", subject: NF, ...SIGHT },
          {
            text: "its desired state names a version that is gone, last seen",
            subject: nfdvId("1.0.0"),
            at: "2026-02-20T01:00:00Z",
          },
        ],
      },
    ]);
  });

  it("tells desired and last state apart, and what was never seen from what is gone", () => {
    const service = aSiteNetworkService({
      versions: [
        { by: "id", source: "desired", id: nsdvId("2.0.0") },
        { by: "names", source: "lastState", publisher: "contoso", group: "nsdg", version: "1.0.0" },
      ],
    });
    const evidence = evidenceOf(
      findingsOf(service, { gone: [aKnownVersion({ id: nsdvId("1.0.0") })] }),
      "consumerOfDeletedVersion",
    );
    expect(evidence.slice(1)).toEqual([
      {
        text: "its desired state names a version that is not there and was never seen by any snapshot",
        subject: nsdvId("2.0.0"),
        ...SIGHT,
      },
      {
        text: "its last state names a version that is gone, last seen",
        subject: nsdvId("1.0.0"),
        at: "2026-02-20T01:00:00Z",
      },
    ]);
  });

  it.each([
    { name: "gone", versions: GONE },
    { name: "never seen", versions: {} },
  ])("says it once where id and names say the same: $name", ({ versions }) => {
    const consumer = functionBy({ by: "id", source: "desired", id: nfdvId("1.0.0") }, byNames());
    expect(evidenceOf(findingsOf(consumer, versions), "consumerOfDeletedVersion")).toHaveLength(2);
    const other = functionBy({ by: "id", source: "desired", id: nfdvId("1.0.0") }, byNames({ version: "2.0.0" }));
    expect(evidenceOf(findingsOf(other, versions), "consumerOfDeletedVersion")).toHaveLength(3);
  });

  it("says it of each state, also where both name the same", () => {
    const consumer = functionBy({ by: "id", source: "desired", id: nfdvId("1.0.0") }, byNames({ source: "lastState" }));
    const texts = evidenceOf(findingsOf(consumer), "consumerOfDeletedVersion").map(({ text }) => text);
    expect(texts.slice(1)).toEqual([
      expect.stringContaining("its desired state"),
      expect.stringContaining("its last state"),
    ]);
  });

  it("names what no snapshot has seen by its names", () => {
    const [, link] = evidenceOf(findingsOf(functionBy(byNames({ source: "value" }))), "consumerOfDeletedVersion");
    expect(link).toEqual({
      text: "its configuration value names a version that was never seen by any snapshot:",
      subject: "a version by names in its values",
      ...SIGHT,
    });
  });

  it("is not told of for a mere mention", () => {
    const mention: VersionReference = { by: "mention", publisherId: PUBLISHER, texts: ["1.0.0"].map(hashName).sort() };
    expect(findingsOf(someValues({ versions: [mention] }), GONE)).toEqual([]);
  });

  it("leaves the publisher open where there are several", () => {
    const other = nfdvId("1.0.0", PUBLISHER.replace("contoso", "fabrikam"));
    const ids = [nfdvId("1.0.0"), other].map((id) => ({ by: "id", source: "value", id }) as const);
    expect(findingsOf(someValues({ versions: ids }))[0]?.publisherId).toBeUndefined();
  });
});

describe("a consumer with a reference that cannot be read", () => {
  it("is told of with the publisher that it protects", () => {
    const versions = [{ by: "unreadable", publisherId: PUBLISHER, text: "its configuration value" }] as const;
    expect(findingsOf(someValues({ versions }))).toEqual([
      expect.objectContaining({ kind: "unreadableReference", publisherId: PUBLISHER }),
    ]);
    expect(evidenceOf(findingsOf(someValues({ versions })), "unreadableReference")[1]).toEqual({
      text: "cannot be read: its configuration value. It protects all artifacts of publisher",
      subject: PUBLISHER,
      ...SIGHT,
    });
    expect(findingsOf(someValues())).toEqual([]);
  });

  it("protects every publisher where none is known", () => {
    const versions = [{ by: "unreadable", publisherId: undefined, text: "its version" }] as const;
    const [, link] = evidenceOf(findingsOf(aNetworkFunction({ versions })), "unreadableReference");
    expect(link).toEqual({
      text: "cannot be read: its version. It protects the artifacts of every publisher",
      ...SIGHT,
    });
  });

  it.each([
    { name: "publisher", missing: { publisher: undefined } },
    { name: "group", missing: { group: undefined } },
    { name: "version", missing: { version: undefined } },
  ])("is told of where its fields name no $name, but not where a value does not", ({ missing }) => {
    expect(toPairs(findingsOf(functionBy(byNames(missing)), PRESENT))).toEqual([["unreadableReference", NF]]);
    expect(findingsOf(functionBy(byNames({ ...missing, source: "value" })), PRESENT)).toEqual([]);
  });

  it("is not called a consumer of a deleted version where it names no version", () => {
    expect(toPairs(findingsOf(functionBy(byNames({ version: undefined }))))).toEqual([["unreadableReference", NF]]);
    expect(toPairs(findingsOf(functionBy(byNames())))).toEqual([["consumerOfDeletedVersion", NF]]);
  });

  it("may be a consumer of a deleted version as well", () => {
    expect(toPairs(findingsOf(functionBy(byNames({ group: undefined })), GONE))).toEqual([
      ["consumerOfDeletedVersion", NF],
      ["unreadableReference", NF],
    ]);
  });
});
