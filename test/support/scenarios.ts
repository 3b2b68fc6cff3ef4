import { readFile } from "node:fs/promises";
import { type Estate, parseEstate, toInstant } from "../sandbox/estate.ts";
import { applyControl } from "./scenarioControl.ts";

const SCENARIOS = new URL("../scenarios/", import.meta.url);

/** `test/scenarios/<name>/estate.json`. */
export async function readScenario(name: string): Promise<Estate> {
  return parseEstate(await readScenarioFile(name, "estate.json"), name);
}

/** The same estate without its risk, as `test/scenarios/<name>/control.json` says. */
export async function readControl(name: string): Promise<Estate> {
  return applyControl(await readScenario(name), await readScenarioFile(name, "control.json"), `${name}, control`);
}

/** A JSON file of a scenario, unchecked. */
export async function readScenarioFile(name: string, file: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(`${name}/${file}`, SCENARIOS), "utf8"));
}

/** How an estate is shortened for a test that needs only its core. */
export interface Trim {
  /** Quiet days at the start that are left out; events keep their instants. */
  readonly skipDays: number;
  readonly nights: number;
  /** Settings that replace the estate's own. */
  readonly settings?: Estate["settings"];
}

export function trimEstate(estate: Estate, { skipDays, nights, settings = {} }: Trim): Estate {
  const events = estate.events.map((event) => ({
    ...event,
    at: new Date(toInstant(event.at, estate.startsAt)).toISOString(),
  }));
  const startsAt = new Date(toInstant(`+${skipDays}d`, estate.startsAt)).toISOString();
  return { ...estate, startsAt, nights, events, settings: { ...estate.settings, ...settings } };
}
