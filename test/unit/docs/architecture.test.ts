import { existsSync, globSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { blockOf, find, listBody, listFirst, listRows, PROJECT, read, unquote } from "./markdown.ts";

const PAGE = "docs/architecture.md";
const readAll = (pattern: string): string =>
  globSync(pattern, { cwd: PROJECT })
    .map((path) => read(path))
    .join("\n");

describe("architecture.md: storage and triggers", () => {
  it("lists every timer and queue function", () => {
    const listed = listFirst(PAGE, "Processes and triggers").filter(Boolean);
    expect(listed).toEqual(find(read("functions/main.ts"), /app\.(?:timer|storageQueue)\("(\w+)"/g));
  });

  it("lists every table", () => {
    const opened = find(readAll("lib/stores/*.ts"), /tables\.open\("(\w+)"\)/g);
    expect(read("lib/stores/snapshotStore.ts")).toContain("`snapshot${id}`");
    expect(listFirst(PAGE, "Tables")).toEqual([...opened, "snapshot<id>"].sort());
  });

  it("lists every queue, those that are sent to and those that are listened to", () => {
    const listed = listFirst(PAGE, "Queues");
    expect(listed).toEqual(find(blockOf("lib/ports.ts", "export type QueueName =", ";"), /"([\w-]+)"/g));
    expect(listed).toEqual(find(read("functions/main.ts"), /queueName: "([\w-]+)"/g));
  });

  it("lists every blob container", () => {
    expect(listFirst(PAGE, "Blobs")).toEqual(find(readAll("lib/azure/*.ts"), /clients\.container\("(\w+)"\)/g));
  });
});

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typesOnly: boolean;
}

function listImports(file: string): Import[] {
  const statements = read(file).matchAll(/^(import|export) (type )?[^;]*?from "([^"]+)";/gms);
  return [...statements].map(([, , types, target = ""]) => ({
    file,
    target: target.startsWith(".") ? normalize(join(dirname(file), target)) : target,
    typesOnly: types !== undefined,
  }));
}

/** The most specific of `folders` that `path` is or lies in. */
function folderOf(path: string, folders: readonly string[]): string | undefined {
  const fits = (folder: string): boolean =>
    path === folder ||
    path.startsWith(folder.endsWith("*") || folder.endsWith(":") ? folder.replace("*", "") : `${folder}/`);
  return folders.filter(fits).sort((a, b) => b.length - a.length)[0];
}

describe("architecture.md: who may import whom", () => {
  const [header = [], ...rows] = listRows(PAGE, "Who may import whom");
  const columns = header.map(unquote);
  const folders = rows.map(([folder]) => unquote(folder));
  const imports = globSync("{lib,functions}/**/*.ts", { cwd: PROJECT }).flatMap(listImports);

  const isAllowed = ({ file, target, typesOnly }: Import): boolean => {
    const row = rows[folders.indexOf(folderOf(file, folders) ?? "")];
    const column = folderOf(target, columns.slice(1));
    if (column === undefined) return !target.startsWith("lib/") && !target.startsWith("test/");
    const allowed = row?.[columns.indexOf(column)] ?? "-";
    // A cell may name single files beside `types`: "types, `tableKeys`".
    const isNamed = allowed.includes(`\`${basename(target, ".ts")}\``);
    return allowed === "yes" || isNamed || (allowed.startsWith("types") && typesOnly);
  };

  it("covers every source file", () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.filter(({ file }) => folderOf(file, folders) === undefined)).toEqual([]);
  });

  it("is what the sources do", () => {
    expect(imports.filter((entry) => !isAllowed(entry))).toEqual([]);
  });

  it.each([
    { file: "lib/core/x.ts", target: "node:fs", typesOnly: true },
    { file: "lib/core/x.ts", target: "lib/ports.ts", typesOnly: true },
    { file: "lib/jobs/x.ts", target: "lib/azure/arm.ts", typesOnly: true },
    { file: "lib/azure/x.ts", target: "lib/core/graph.ts", typesOnly: false },
    { file: "functions/x.ts", target: "@azure/functions", typesOnly: false },
    { file: "lib/jobs/x.ts", target: "test/fakes/builders.ts", typesOnly: true },
  ])("would not let $file import $target", (entry) => {
    expect(isAllowed(entry)).toBe(false);
  });
});

describe("links", () => {
  const pages = ["README.md", "CHANGELOG.md", ...globSync("docs/**/*.md", { cwd: PROJECT })];
  const links = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].map(([, path = "", anchor]) => ({
      page,
      target: path === "" ? page : normalize(join(dirname(page), path)),
      anchor,
    })),
  );
  const toAnchor = (heading: string): string =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, "")
      .replaceAll(" ", "-");

  it("lead to files that exist", () => {
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter(({ target }) => !existsSync(join(PROJECT, target)))).toEqual([]);
  });

  it("lead to headings that exist", () => {
    const headings = (page: string): string[] => find(read(page), /^#+ (.+)$/gm).map(toAnchor);
    const broken = links.filter(({ target, anchor }) => anchor !== undefined && !headings(target).includes(anchor));
    expect(broken).toEqual([]);
  });

  it("lead to every page of docs", () => {
    const linked = new Set(links.map(({ target }) => target.replace(/\/$/, "")));
    const reached = (page: string): boolean => linked.has(page) || linked.has(dirname(page));
    expect(pages.filter((page) => page.startsWith("docs/") && !reached(page))).toEqual([]);
    expect(listBody("README.md", "Layout").length).toBeGreaterThan(10);
  });
});
