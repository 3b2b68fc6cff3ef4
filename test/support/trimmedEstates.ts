import type { Estate, EstateEvent } from "../sandbox/estate.ts";
import { readScenario, trimEstate } from "./scenarios.ts";

/** Withdrawn on the first day: sighted in night 2, marked in night 3, due in night 4. */
const FOUR_NIGHTS = { nights: 4, settings: { GRACE: "1d" } };

export async function withdrawnRelease(): Promise<Estate> {
  return trimEstate(await readScenario("decommission-grace-purge"), { ...FOUR_NIGHTS, skipDays: 2 });
}

/** The image's tag comes back between the plan's snapshot and the purge: only looking again shows it. */
export async function tagBeforePurge(): Promise<Estate> {
  const estate = await withdrawnRelease();
  const tag: EstateEvent = {
    at: "+3d3h30m",
    type: "tag",
    registry: "acmecoreacr",
    repository: "amf-1-0-0/amf-sbi",
    tag: "rollback",
    ref: "amf-sbi 1.0.0",
  };
  return { ...estate, events: [...estate.events, tag] };
}

export async function supersededIndex(): Promise<Estate> {
  return trimEstate(await readScenario("superseded-shared-children"), { ...FOUR_NIGHTS, skipDays: 2 });
}

/** From the second night on each listing ends after its first half, which hides the index that has a tag. */
export async function hiddenIndex(): Promise<Estate> {
  const estate = trimEstate(await readScenario("listing-ends-early"), { ...FOUR_NIGHTS, skipDays: 3 });
  return withOneFault(estate, "^/acr/v1/[^?]+/_manifests");
}

/** From the second night on Resource Graph omits rows: of what protects anything, only the network function that runs on amf. */
export async function hiddenConsumer(): Promise<Estate> {
  const estate = trimEstate(await readScenario("resource-graph-drops-rows"), { ...FOUR_NIGHTS, skipDays: 2 });
  // Which ids a share takes along is fixed: 0.4 takes this name, and neither the store nor a subscription.
  const resources = estate.resources.map((resource) => ({
    ...resource,
    id: resource.id.replace(/amf-east$/, "amf-west"),
  }));
  return withOneFault({ ...estate, resources }, undefined);
}

/** Only the first fault whose path starts like `path`, in force from the second night to the end. */
function withOneFault(estate: Estate, path: string | undefined): Estate {
  const others = estate.events.filter(({ type }) => type !== "fault");
  const found = estate.events.find(
    (event) => event.type === "fault" && (path === undefined || event.fault.path?.startsWith(path) === true),
  );
  if (found?.type !== "fault") throw new Error(`The estate ${estate.title} has no such fault`);
  const { effect } = found.fault;
  const fault = {
    ...found.fault,
    for: "80h",
    effect: effect.kind === "dropRows" ? { ...effect, share: 0.4 } : effect,
  };
  return { ...estate, events: [...others, { ...found, at: "+1d0h30m", fault }] };
}
