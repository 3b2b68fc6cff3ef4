import { describe, expect, it } from "@jest/globals";
import { readResource } from "../../../../lib/core/readResource.ts";
import type { ReferencePath } from "../../../../lib/core/referencePaths.ts";
import { REFERENCE_PATHS } from "../../../../lib/core/referencePaths.ts";
import { listBody, unquote } from "../../docs/markdown.ts";
import { CONSUMERS } from "./consumerExamples.ts";
import { GROUP_VALUES } from "./groupValuesExamples.ts";
import { setAt, valid } from "./resources.ts";
import { STORES, VERSIONS } from "./versionExamples.ts";

const EXAMPLES = [...STORES, ...VERSIONS, ...CONSUMERS, ...GROUP_VALUES];

const listPaths = (): { kind: string; row: ReferencePath }[] =>
  Object.entries(REFERENCE_PATHS).flatMap(([kind, paths]) => Object.values(paths).map((row) => ({ kind, row })));

describe("a reference path", () => {
  it.each(EXAMPLES.map((example) => ({ ...example, text: JSON.stringify(example.value) ?? "nothing" })))(
    "of $kind reads $text at $path ($form)",
    ({ path, form, value, read }) => {
      const result = readResource(setAt(valid[form], path, value));
      expect(result).toMatchObject({ resource: { details: read } });
    },
  );

  it.each(listPaths())("has examples: $kind $row.path", ({ kind, row }) => {
    const examples = EXAMPLES.filter((example) => example.kind === kind && example.path === row.path);
    const values = examples.map(({ value }) => value);
    // A text, nothing, null and something that is no text: each is read.
    for (const value of [expect.any(String), expect.any(Number)]) expect(values).toContainEqual(value);
    expect(values.filter((value) => value === undefined || value === null)).not.toEqual([]);
  });

  it("has no example that the table does not have", () => {
    const known = new Set(listPaths().map(({ kind, row }) => `${kind} ${row.path}`));
    expect(EXAMPLES.map(({ kind, path }) => `${kind} ${path}`).filter((path) => !known.has(path))).toEqual([]);
  });

  it("is documented as it is read", () => {
    const documented = listBody("docs/references.md", "Reference paths").map(
      ([kind, path, to, open, secret, missing]) =>
        [unquote(kind), unquote(path), to, open, secret, missing].join(" | "),
    );
    const read = listPaths().map(({ kind, row }) =>
      [kind, row.path, row.to, "yes", row.secret === "shown" ? "yes" : "no", row.missing].join(" | "),
    );
    expect(documented.sort()).toEqual(read.sort());
  });
});
