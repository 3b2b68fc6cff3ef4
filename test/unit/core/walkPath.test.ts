import { describe, expect, it } from "@jest/globals";
import { walkPath } from "../../../lib/core/walkPath.ts";

describe("a path", () => {
  it.each([
    { name: "a field", root: { a: { b: 1 } }, path: "a.b", places: [{ is: "there", at: "a.b", value: 1 }] },
    { name: "nothing to go through", root: { a: 1 }, path: "", places: [{ is: "there", at: "", value: { a: 1 } }] },
    {
      name: "the items of a list",
      root: { a: [{ b: 1 }, { b: 2 }] },
      path: "a[].b",
      places: [
        { is: "there", at: "a[0].b", value: 1 },
        { is: "there", at: "a[1].b", value: 2 },
      ],
    },
    {
      name: "the values of a map",
      root: { a: { x: { id: 1 }, y: { id: 2 } } },
      path: "a.<name>.id",
      places: [
        { is: "there", at: "a.x.id", value: 1 },
        { is: "there", at: "a.y.id", value: 2 },
      ],
    },
    { name: "an empty list", root: { a: [] }, path: "a[].b", places: [] },
    { name: "an empty map", root: { a: {} }, path: "a.<name>.id", places: [] },
  ])("leads through $name", ({ root, path, places }) => {
    expect(walkPath(root, path)).toEqual(places);
  });

  it.each([
    { name: "an absent field", root: {}, path: "a.b", place: { is: "missing", at: "a" } },
    { name: "an absent end", root: { a: {} }, path: "a.b", place: { is: "missing", at: "a.b" } },
    { name: "null on the way", root: { a: null }, path: "a.b", place: { is: "missing", at: "a" } },
    { name: "null at the end", root: { a: { b: null } }, path: "a.b", place: { is: "missing", at: "a.b" } },
    { name: "an absent list", root: {}, path: "a[].b", place: { is: "missing", at: "a" } },
    { name: "an absent map", root: {}, path: "a.<name>.id", place: { is: "missing", at: "a" } },
    { name: "a null item", root: { a: [null] }, path: "a[].b", place: { is: "missing", at: "a[0]" } },
    { name: "a null item at the end", root: { a: [null] }, path: "a[]", place: { is: "missing", at: "a[0]" } },
    { name: "a null value", root: { a: { x: null } }, path: "a.<name>.id", place: { is: "missing", at: "a.x" } },
    { name: "a text on the way", root: { a: "b" }, path: "a.b", place: { is: "wrongType", at: "a", value: "b" } },
    { name: "a list for a map", root: { a: [1] }, path: "a.<name>", place: { is: "wrongType", at: "a", value: [1] } },
    { name: "a map for a list", root: { a: {} }, path: "a[].b", place: { is: "wrongType", at: "a", value: {} } },
    { name: "a text for a list", root: { a: "bc" }, path: "a[]", place: { is: "wrongType", at: "a", value: "bc" } },
    {
      name: "an item of wrong type",
      root: { a: [7] },
      path: "a[].b",
      place: { is: "wrongType", at: "a[0]", value: 7 },
    },
    { name: "a root of wrong type", root: "a", path: "a", place: { is: "wrongType", at: "", value: "a" } },
  ])("that does not get to its end says where it stopped: $name", ({ root, path, place }) => {
    expect(walkPath(root, path)).toEqual([place]);
  });
});
