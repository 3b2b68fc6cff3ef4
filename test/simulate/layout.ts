import { styleText } from "node:util";
import Table from "cli-table3";

/** Where the report is shown: its width, and whether it can have colours. */
export interface Layout {
  readonly columns: number;
  /** Marks text; without colours the text itself. Pad first: what it adds has a length, too. */
  paint(style: Style, text: string): string;
}

export type Style = "good" | "bad" | "warning" | "faint" | "strong";

const STYLES = { good: "green", bad: "red", warning: "yellow", faint: "gray", strong: "bold" } as const;
const [MIN_COLUMNS, DEFAULT_COLUMNS, MAX_COLUMNS] = [60, 100, 140];
const MIN_CELL = 6;

/** Colours only on a terminal, unless NO_COLOR (or FORCE_COLOR) says otherwise. */
export function createLayout(stream: NodeJS.WriteStream): Layout {
  // A pipe has no width: `COLUMNS=80 npm start | less` gives it one.
  const columns = stream.columns || Number(process.env["COLUMNS"]) || DEFAULT_COLUMNS;
  return {
    columns: Math.min(Math.max(columns, MIN_COLUMNS), MAX_COLUMNS),
    paint: (style, text) => styleText(STYLES[style], text, { stream }),
  };
}

/** Lines of at most `width`, broken at spaces, or within a word after `/`, `@`, `-` or where it must be. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).flatMap((part) => breakWord(part, width))) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (joined.length <= width) line = joined;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function breakWord(word: string, width: number): readonly string[] {
  if (word.length <= width) return [word];
  const seam = Math.max(...["/", "@", "-"].map((mark) => word.lastIndexOf(mark, width - 1))) + 1;
  const at = seam > width / 2 ? seam : width;
  return [word.slice(0, at), ...breakWord(word.slice(at), width)];
}

/** At most `limit` lines, indented; what is cut ends with an ellipsis. */
export function indent(text: string, { columns, by, limit }: { columns: number; by: number; limit: number }): string {
  const lines = wrap(text, columns - by);
  const shown = lines.slice(0, limit);
  const last = shown.at(-1) ?? "";
  if (lines.length > limit) shown[limit - 1] = `${last.slice(0, columns - by - 1)}…`;
  return shown.map((line) => `${" ".repeat(by)}${line}`).join("\n");
}

export interface Section {
  readonly title: string;
  /** What a newcomer needs to know to read the table. */
  readonly note?: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** Title, note and table; nothing at all where there are no rows. Numbers stand right. */
export function renderSection({ title, note, head, rows }: Section, layout: Layout): string {
  if (rows.length === 0) return "";
  const texts = rows.map((row) => row.map(String));
  const widths = fitWidths([head, ...texts], layout.columns);
  const table = new Table({
    head: wrapRow(head, widths),
    colWidths: widths.map((width) => width + 2),
    colAligns: head.map((_, index) => (typeof rows[0]?.[index] === "number" ? "right" : "left")),
    style: { head: [], border: [], compact: true },
  });
  for (const row of texts) table.push(wrapRow(row, widths));
  const lines = note === undefined ? [] : wrap(note, layout.columns).map((line) => layout.paint("faint", line));
  return ["", layout.paint("strong", title), ...lines, table.toString()].join("\n");
}

function wrapRow(row: readonly string[], widths: readonly number[]): string[] {
  return row.map((cell, index) => wrap(cell, widths[index] ?? MIN_CELL).join("\n"));
}

/** As wide as the contents; where that is too wide, the widest column gives way first, and words are broken last. */
function fitWidths(rows: readonly (readonly string[])[], columns: number): number[] {
  const cells = (rows[0] ?? []).map((_, index) => rows.map((row) => row[index] ?? ""));
  const widths = cells.map((column) => Math.max(...column.map(({ length }) => length)));
  // Each column has a space on both sides, and a line before it; one more line closes the table.
  const room = columns - 1 - 3 * widths.length;
  shrink(widths, room, cells.map(longestPiece));
  shrink(
    widths,
    room,
    widths.map(() => MIN_CELL),
  );
  return widths;
}

/** In place, to a total of `room` if the least widths allow it. */
function shrink(widths: number[], room: number, least: readonly number[]): void {
  for (let excess = widths.reduce((sum, width) => sum + width, -room); excess > 0; excess -= 1) {
    const spare = widths.map((width, index) => (width > (least[index] ?? 0) ? width : 0));
    const widest = spare.indexOf(Math.max(...spare));
    if (spare[widest] === 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

const longestPiece = (cells: readonly string[]): number =>
  Math.max(...cells.flatMap((cell) => cell.split(/\s|(?<=[/@-])/)).map(({ length }) => length));
