import type { OpenWindow } from "../configFreeze.ts";
import { findOpenWindow } from "../configFreeze.ts";
import type { Pause } from "../stores/pauseStore.ts";
import type { Deps } from "./deps.ts";

/** Why nothing may be deleted now, anywhere: a person's pause, or a freeze window of the settings. */
export type Freeze = ({ readonly of: "pause" } & Pause) | ({ readonly of: "window" } & OpenWindow);

/**
 * What keeps everything from being deleted at this moment; undefined where nothing does. A pause comes first: it has no end of its
 * own. Throws where the switch cannot be read: not knowing is no leave to delete.
 */
export async function findFreeze(deps: Pick<Deps, "pauses" | "config" | "clock">): Promise<Freeze | undefined> {
  const pause = await deps.pauses.find();
  if (pause) return { of: "pause", ...pause };
  const window = findOpenWindow(deps.config.freezeWindows, deps.clock.now());
  return window && { of: "window", ...window };
}

/** One line for notes and errors. */
export function describeFreeze(freeze: Freeze): string {
  switch (freeze.of) {
    case "pause":
      return `paused since ${freeze.at} by ${freeze.by}: ${freeze.why}`;
    case "window":
      return `frozen until ${freeze.until}, by the window ${freeze.window}: ${freeze.why}`;
    default:
      return freeze satisfies never;
  }
}
