import type { ArmId } from "./armId.ts";
import { nameOf, publisherOf } from "./armId.ts";
import { hashName } from "./hashName.ts";
import type { KnownVersion } from "./knowledge.ts";
import type { VersionReference } from "./resources.ts";

export type VersionNames = Extract<VersionReference, { by: "names" }>;
export type VersionMention = Extract<VersionReference, { by: "mention" }>;

/**
 * Which NFDVs and NSDVs of the tenant exist now, and which existed. Filled while they are streamed: of those that exist only ids
 * are held, of those that are gone what is remembered of them, because a consumer may still run on one.
 */
export class VersionIndex {
  private readonly present = new Set<ArmId>();
  private readonly gone = new Map<ArmId, KnownVersion>();
  private readonly byNames = new Map<string, ArmId | ArmId[]>();
  /** Hashes of their names. */
  private readonly publishers = new Set<string>();

  addPresent(id: ArmId): void {
    if (this.present.has(id)) return;
    this.present.add(id);
    if (!this.gone.delete(id)) this.addNames(id);
  }

  /** What is remembered of a version; no more than its presence counts where it exists. */
  addKnown(version: KnownVersion): void {
    const { id } = version;
    if (this.present.has(id)) return;
    if (!this.gone.has(id)) this.addNames(id);
    this.gone.set(id, version);
  }

  isPresent(id: ArmId): boolean {
    return this.present.has(id);
  }

  findGone(id: ArmId): KnownVersion | undefined {
    return this.gone.get(id);
  }

  listGone(): Iterable<KnownVersion> {
    return this.gone.values();
  }

  /** Every version, existing or gone, in any subscription, that fits; an undefined name fits everything. */
  listFitting({ publisher, group, version }: Omit<VersionNames, "by" | "source">): readonly ArmId[] {
    if (version === undefined) {
      const all = [...this.present, ...this.gone.keys()];
      return all.filter((id) => isNamed(id, 8, publisher) && isNamed(id, 10, group));
    }
    if (publisher !== undefined && group !== undefined)
      return this.listNamed(`${publisher.toLowerCase()}/${group.toLowerCase()}/${version.toLowerCase()}`);
    const named = this.listNamed(keyOf(publisher, version));
    return named.filter((id) => isNamed(id, 10, group));
  }

  /** Versions of the schema's publisher, or of one whose name stands in the value too. */
  listMentioned({ publisherId, texts }: VersionMention): readonly ArmId[] {
    const listOf = (publisher: string): readonly ArmId[] =>
      texts.flatMap((text) => this.listNamed(`${publisher}/${text}`));
    if (publisherId === undefined) return listOf(ANY);
    const ofOthers = texts.filter((text) => this.publishers.has(text)).flatMap(listOf);
    const ofSchema = listOf(hashName(nameOf(publisherId)));
    return [...ofSchema.filter((id) => publisherOf(id) === publisherId), ...ofOthers];
  }

  private addNames(id: ArmId): void {
    const parts = id.split("/");
    const [publisher = "", group = "", version = ""] = [parts[8], parts[10], parts[12]];
    this.publishers.add(hashName(publisher));
    for (const key of [keyOf(publisher, version), keyOf(undefined, version), `${publisher}/${group}/${version}`]) {
      const ids = this.byNames.get(key);
      // Most names are those of one version: a list for each of them would take half of the memory of this index.
      if (ids === undefined) this.byNames.set(key, id);
      else if (typeof ids === "string") this.byNames.set(key, [ids, id]);
      else ids.push(id);
    }
  }

  private listNamed(key: string): readonly ArmId[] {
    const ids = this.byNames.get(key) ?? [];
    return typeof ids === "string" ? [ids] : ids;
  }
}

const ANY = "*";

/** Hashed, as the texts of mentions are. */
const keyOf = (publisher: string | undefined, version: string): string =>
  `${publisher === undefined ? ANY : hashName(publisher)}/${hashName(version)}`;

const isNamed = (id: ArmId, position: number, name: string | undefined): boolean =>
  name === undefined || id.split("/")[position] === name.toLowerCase();
