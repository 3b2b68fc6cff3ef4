import { jest } from "@jest/globals";
import fc from "fast-check";

/** Checks a property with the seed of the test run, so that `--seed` repeats a failure. */
export function checkLaw<T>(property: fc.IProperty<T>, numRuns = 200): void {
  fc.assert(property, { seed: jest.getSeed(), numRuns });
}

/** The same of a property whose predicate is asynchronous. */
export async function checkAsyncLaw<T>(property: fc.IAsyncProperty<T>, numRuns: number): Promise<void> {
  await fc.assert(property, { seed: jest.getSeed(), numRuns });
}
