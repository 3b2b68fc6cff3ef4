import type { Fault } from "./estate.ts";

/** The `Date` header of an answer, by the sandbox's clock; a `clockSkew` fault moves it. Whole seconds, as in HTTP. */
export function toDateHeader(now: number, effect: Fault["effect"] | undefined): string {
  const skewMs = effect?.kind === "clockSkew" ? effect.ms : 0;
  return new Date(now + skewMs).toUTCString();
}
