import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  ALL_BUCKETS,
  bucketOf,
  decodeKey,
  descendingTimeKey,
  encodeKey,
  manifestKey,
  partitionKey,
  repositoryKey,
} from "../../../lib/core/tableKeys.ts";
import { checkLaw } from "../../fakes/checkLaw.ts";
import { digest, STORE } from "../../fakes/builders.ts";

const text = fc.string({ unit: "binary", maxLength: 60 }).filter((given) => given.isWellFormed());
/** Repository names as registries allow them. */
const repository = fc
  .array(fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,8})?$/), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("/"));

describe("a key", () => {
  it.each([
    { name: "an id", text: STORE, key: STORE.replaceAll("/", "!") },
    { name: "a digest", text: digest(1), key: `sha256=3a${digest(1).slice(7)}` },
    { name: "letters, digits and . _ -", text: "a-z_0.9", key: "a-z_0.9" },
    { name: "what a key may not hold", text: "\\#?%\t", key: "=5c=23=3f=25=09" },
    { name: "its own special characters", text: "!=|}", key: "=21=3d=7c=7d" },
    { name: "letters in upper case", text: "Ab", key: "=41b" },
    { name: "letters outside ASCII", text: "é\u{1F600}", key: "=c3=a9=f0=9f=98=80" },
    { name: "nothing", text: "", key: "" },
  ])("is written so that Table Storage takes it: $name", ({ text, key }) => {
    expect(encodeKey(text)).toBe(key);
    expect(decodeKey(key)).toBe(text);
  });

  it("round-trips, holds nothing forbidden, and is the same only for the same text", () => {
    const property = fc.property(text, text, (left, right) => {
      expect(decodeKey(encodeKey(left))).toBe(left);
      expect(encodeKey(left)).toMatch(/^[a-z0-9._!=-]*$/);
      expect(encodeKey(left) === encodeKey(right)).toBe(left === right);
    });
    checkLaw(property);
  });

  it("is refused where it is too long, never cut", () => {
    expect(encodeKey("a".repeat(1024))).toHaveLength(1024);
    expect(() => encodeKey("a".repeat(1025))).toThrow(RangeError);
    expect(() => encodeKey("A".repeat(342))).toThrow(RangeError);
  });
});

describe("the rows of a repository", () => {
  it("are those between its own row and the end of its range, and no other repository's", () => {
    const property = fc.property(repository, repository, fc.nat(), (left, right, number) => {
      const from = repositoryKey(left);
      const to = `${encodeKey(left)}}`;
      for (const key of [repositoryKey(right), manifestKey(right, digest(number))])
        expect(key >= from && key < to).toBe(left === right);
    });
    checkLaw(property);
  });

  it("sort behind the row of the repository itself", () => {
    const property = fc.property(repository, fc.nat(), (name, number) => {
      expect(repositoryKey(name) < manifestKey(name, digest(number))).toBe(true);
    });
    checkLaw(property);
  });

  it.each([
    { name: "a name that starts alike", other: "cnf2/nginx" },
    { name: "a path below it", other: "cnf/nginx/debug" },
    { name: "a suffix", other: "cnf/nginx-debug" },
  ])("do not hold those of $name", ({ other }) => {
    const key = manifestKey(other, digest(1));
    expect(key >= repositoryKey("cnf/nginx") && key < `${encodeKey("cnf/nginx")}}`).toBe(false);
  });
});

describe("a bucket", () => {
  it("is one of sixteen, and always the same for a text", () => {
    expect(ALL_BUCKETS).toHaveLength(16);
    checkLaw(
      fc.property(text, (given) => {
        expect(ALL_BUCKETS).toContain(bucketOf(given));
        expect(bucketOf(given)).toBe(bucketOf(given));
      }),
    );
  });

  it("spreads names evenly", () => {
    const counts = new Map<string, number>();
    for (let index = 0; index < 3200; index += 1) {
      const bucket = bucketOf(`cnf${index % 40}/image-${index}`);
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    }
    expect(counts.size).toBe(16);
    for (const count of counts.values()) expect(count).toBeLessThan(400);
  });

  it("makes a partition with its part", () => {
    expect(partitionKey("/a/b", "f")).toBe("!a!b|f");
  });
});

describe("a time key", () => {
  it("sorts newest first, to the second", () => {
    const second = fc.integer({ min: 0, max: 90_000_000_000 });
    const property = fc.property(second, second, (left, right) => {
      const [a, b] = [descendingTimeKey(left * 1000), descendingTimeKey(right * 1000 + 999)];
      expect(a.length).toBe(11);
      expect(a < b).toBe(left > right);
    });
    checkLaw(property);
  });
});
