/** A line of the journal that is about a delete. */
export type JournalLine =
  | (DeleteLine & { readonly what: "intent"; readonly size: number })
  | (DeleteLine & { readonly what: "outcome"; readonly outcome: string });

interface DeleteLine {
  readonly at: string;
  readonly runId: string;
  readonly registryId: string;
  readonly repository: string;
  readonly digest: string;
}

/** What the journal of one run says last of a digest that was intended, and is not known to have ended. */
export interface LastWord {
  readonly intent: Extract<JournalLine, { what: "intent" }>;
  /** Undefined where nothing follows the intent. */
  readonly outcome: Extract<JournalLine, { what: "outcome" }> | undefined;
}

export const intentKey = ({ repository, digest }: Pick<DeleteLine, "repository" | "digest">): string =>
  `${repository}@${digest}`;

/** No clear answer came: what happened is not known until somebody looks. */
export const isOpenOutcome = (outcome: string | undefined): boolean => outcome === undefined || outcome === "unknown";

/**
 * Follows a journal line by line. Keeps what is still open, and the outcome of those that are `awaited`: the rest is forgotten as
 * soon as it has ended.
 */
export class OpenIntents {
  readonly words = new Map<string, LastWord>();
  private readonly awaited: ReadonlySet<string>;

  constructor(awaited: ReadonlySet<string>) {
    this.awaited = awaited;
  }

  add(line: JournalLine): void {
    const key = intentKey(line);
    if (line.what === "intent") {
      this.words.set(key, { intent: line, outcome: undefined });
      return;
    }
    const word = this.words.get(key);
    if (!word) return;
    if (isOpenOutcome(line.outcome) || this.awaited.has(key)) this.words.set(key, { ...word, outcome: line });
    else this.words.delete(key);
  }
}
