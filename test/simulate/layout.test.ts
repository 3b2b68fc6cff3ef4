import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { aLayout } from "./aSimulation.fixture.ts";
import { indent, renderSection, wrap } from "./layout.ts";

describe("wrap", () => {
  it("loses no character and keeps to the width", () => {
    const words = fc.array(fc.stringMatching(/^[a-z0-9/@-]{1,60}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 6, max: 50 }), (parts, width) => {
        const lines = wrap(parts.join(" "), width);
        expect(lines.join("").replaceAll(" ", "")).toBe(parts.join(""));
        expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it("breaks long names after a slash or an at sign", () => {
    expect(wrap("amf-1-2-0/amf-sbi@0123456789ab", 20)).toEqual(["amf-1-2-0/amf-sbi@", "0123456789ab"]);
  });
});

describe("indent", () => {
  it("cuts what takes more lines than it may", () => {
    expect(indent("one two three four five", { columns: 12, by: 2, limit: 2 })).toBe("  one two\n  three fou…");
  });
});

describe("renderSection", () => {
  const section = {
    title: "Kept",
    head: ["number", "because", "for example"],
    rows: [[7, "an index that stays contains it and so on and on", "amf-1-2-0/amf-sbi@0123456789ab (f36063418eaa)"]],
  };

  it("fits the screen", () => {
    for (const columns of [60, 80, 120]) {
      const lines = renderSection(section, aLayout(columns)).split("\n");
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns);
    }
  });

  it("does not break words as long as spaces give room", () => {
    const words = renderSection(section, aLayout(60)).split(/[\s│]+/);
    expect(words).toEqual(expect.arrayContaining(["number", "contains", "0123456789ab"]));
  });

  it("is nothing at all without rows", () => {
    expect(renderSection({ ...section, rows: [] }, aLayout())).toBe("");
  });
});
