import { afterEach, beforeEach, jest } from "@jest/globals";

/** Makes each look that was made before as much older as it is told, by `performance.now()`; anew for each test. */
export function useAgeingLooks(): (ms: number) => void {
  let late = 0;
  beforeEach(() => {
    const readTime = performance.now.bind(performance);
    late = 0;
    jest.spyOn(performance, "now").mockImplementation(() => readTime() + late);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  return (ms) => {
    late += ms;
  };
}
