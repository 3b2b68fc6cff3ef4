import { describe, expect, it } from "@jest/globals";
import { groupEvents, groupReasons } from "./describeEvents.ts";

const at = "2026-03-02T09:00:00Z";

describe("groupEvents", () => {
  it("takes events with the same note as one, and counts their types", () => {
    const note = "amf 1.6.0 is released";
    const groups = groupEvents([
      { at, type: "putResource", note },
      { at: "2026-03-02T09:20:00Z", type: "push", note },
      { at: "2026-03-02T09:20:00Z", type: "push", note },
    ]);
    expect(groups).toEqual([{ at, text: "09:00 amf 1.6.0 is released (put resource, 2 × push)", answers: [] }]);
  });

  it("says what events without a note are about, the first three of many", () => {
    const events = ["a", "b", "c", "d", "e"].map((name) => ({ at, type: "push", about: `acr/${name}` }));
    expect(groupEvents(events).map(({ text }) => text)).toEqual(["09:00 5 × push: acr/a, acr/b, acr/c, +2 more"]);
  });

  it("keeps events without a note apart that happen at another time or are of another type", () => {
    const groups = groupEvents([
      { at, type: "push", about: "acr/a" },
      { at, type: "tag", about: "acr/a" },
      { at: "2026-03-02T10:00:00Z", type: "push", about: "acr/a" },
    ]);
    expect(groups.map(({ text }) => text)).toEqual(["09:00 push: acr/a", "09:00 tag: acr/a", "10:00 push: acr/a"]);
  });

  it("tells each different answer once", () => {
    const events = ["no", "no", "never"].map((answer) => ({ at, type: "deleteResource", note: "Refused", answer }));
    expect(groupEvents(events)[0]?.answers).toEqual(["no", "never"]);
  });
});

describe("groupReasons", () => {
  it("says each code in words once, the most frequent first, with how many it is about", () => {
    const repositories = ["a", "b", "c", "d", "e"].map((name) => `listingFailed · acr · ${name}`);
    expect(groupReasons(["implausibleFall · registries/acr", ...repositories])).toEqual([
      {
        text: "the registry manifests of a repository could not be listed to the end (5 times)",
        subjects: "acr, acr, acr, +2 more",
      },
      { text: "the count fell by more than is plausible", subjects: "registries/acr" },
    ]);
  });

  it("takes apart a code that it does not know", () => {
    expect(groupReasons(["somethingNew"])).toEqual([{ text: "something new", subjects: "" }]);
  });
});
