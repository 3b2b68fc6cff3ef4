import { expect, test } from "@jest/globals";
import { readInfra } from "./infra.ts";
import { findGrantProblems, listGrants, readGrantTable } from "./roles.ts";

test("a row of docs/permissions.md that no template grants is found", () => {
  const [row, ...others] = readGrantTable();
  if (!row) throw new Error("the table has no row");
  const infra = readInfra();
  expect(findGrantProblems(infra, [{ ...row, scope: "registry" }, row, ...others])).toEqual([
    expect.stringMatching(/^granted by no template: /),
  ]);
  expect(findGrantProblems(infra, others)).toEqual([expect.stringMatching(/^not in docs\/permissions\.md: /)]);
});

test("each identity has one role of its own on a registry that is not in ABAC mode", () => {
  const infra = readInfra();
  const [plainRegistry] = infra.access;
  const grants = listGrants({ ...infra, azd: [], access: plainRegistry ? [plainRegistry] : [] });
  expect(Object.fromEntries(grants.map(({ identity, roleId }) => [identity, roleId]))).toEqual({
    observer: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    purger: "c2f4ef07-c644-48eb-af81-4b1b4947fb11",
    restorer: "8311e382-0749-4cb8-b61a-304f252e45ec",
  });
});
