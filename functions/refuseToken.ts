import type { HttpResponseInit } from "@azure/functions";
import { problem } from "./problem.ts";

/** Stores throw a `RangeError` for a continuation token that is not theirs: that is the caller's mistake. */
export async function refuseToken(answer: () => Promise<HttpResponseInit>): Promise<HttpResponseInit> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return problem(400, "The continuation token cannot be used", { detail: error.message });
  }
}
