import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { hashName } from "../../../lib/core/hashName.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";

describe("what stands for a text", () => {
  it("is the same whatever the case, 16 hexadecimal digits, and not the text", () => {
    expect(hashName("Hunter2")).toBe(hashName("hunter2"));
    expect(hashName("Hunter2")).toMatch(/^[0-9a-f]{16}$/);
  });

  it("differs for different texts", () => {
    checkLaw(
      fc.property(fc.uniqueArray(fc.string({ maxLength: 64 }), { selector: (text) => text.toLowerCase() }), (texts) => {
        expect(new Set(texts.map(hashName)).size).toBe(texts.length);
      }),
    );
  });
});
