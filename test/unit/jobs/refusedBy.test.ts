import { describe, expect, test } from "@jest/globals";
import type { UpstreamFailure } from "../../../lib/errors.ts";
import { UpstreamError } from "../../../lib/errors.ts";
import { refusedBy } from "../../../lib/jobs/refusedBy.ts";

describe("who refused the observer", () => {
  test.each<Pick<UpstreamFailure, "service" | "status"> & { readonly refused: object }>([
    { service: "registry", status: 403, refused: { service: "registry" } },
    { service: "registry", status: 401, refused: { service: "registry" } },
    { service: "ARM", status: 403, refused: { service: "ARM" } },
    { service: "ResourceGraph", status: 403, refused: { service: "ARM" } },
    { service: "registry", status: 404, refused: {} },
    { service: "registry", status: 503, refused: {} },
    { service: "ARM", status: undefined, refused: {} },
    { service: "tables", status: 403, refused: {} },
  ])("is $refused where $service answers $status", ({ refused, ...failure }) => {
    expect(refusedBy(new UpstreamError({ ...failure, operation: "list" }))).toEqual(refused);
  });
});
