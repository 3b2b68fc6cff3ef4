import type { HttpRequest } from "@azure/functions";

const MAX_CHARS = 100;

/** The id in the path of a request; empty, which is the id of nothing, where it is longer than any. */
export function readId({ params }: HttpRequest): string {
  const id = params["id"] ?? "";
  return id.length > MAX_CHARS ? "" : id;
}
