import { describe, expect, it } from "@jest/globals";
import { readArguments, UsageError } from "./readArguments.ts";

describe("readArguments", () => {
  it("reads every option", () => {
    const given = ["--estate", "e.json", "--nights", "12", "--json", "out.json", "--log"];
    expect(readArguments(given)).toEqual({ estate: "e.json", nights: 12, json: "out.json", log: true });
  });

  it("leaves the number of nights to the estate", () => {
    expect(readArguments(["--estate", "default"])).toMatchObject({ nights: undefined, json: undefined, log: false });
  });

  it("hears a call for help, whatever else is said", () => {
    expect(readArguments(["--help", "--nights", "x"])).toBeUndefined();
  });

  it.each([
    ["no estate", [], "--estate is missing"],
    ["no number", ["--estate", "e", "--nights", "ten"], "--nights ten: give a whole number from 1 to 400"],
    ["part of a night", ["--estate", "e", "--nights", "1.5"], "--nights 1.5"],
    ["no night", ["--estate", "e", "--nights", "0"], "--nights 0"],
    ["too many nights", ["--estate", "e", "--nights", "401"], "--nights 401"],
    ["an unknown option", ["--estate", "e", "--quiet"], "--quiet"],
    ["a word too many", ["--estate", "e", "more"], "more"],
    ["an option without its value", ["--estate"], "--estate"],
  ])("refuses %s", (_name, given, message) => {
    expect(() => readArguments(given)).toThrow(UsageError);
    expect(() => readArguments(given)).toThrow(message);
  });
});
