import { expect, test } from "@jest/globals";
import { withBrokenCopy } from "./brokenCopy.ts";
import { CHECKS } from "./checkList.ts";
import { INFRA } from "./infra.ts";

const BROKEN = CHECKS.flatMap(({ promise, find, broken }) =>
  broken.map((change, index) => ({ name: `${promise} (${index + 1}: ${change.file})`, find, change })),
);

test.each(CHECKS)("$promise", ({ find }) => {
  expect(find(INFRA)).toEqual([]);
});

test.each(BROKEN)("it would be noticed if it were not so: $name", ({ find, change }) => {
  expect(withBrokenCopy(change, find)).not.toEqual([]);
});
