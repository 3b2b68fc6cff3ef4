import { z } from "zod";

/** What the naive judge looks at: bytes, tags and lock of everything in one repository. */
export interface Judged {
  readonly digest: string;
  readonly mediaType: string;
  readonly text: string;
  readonly tags: readonly string[];
  readonly locked: boolean;
}

const Link = z.object({ digest: z.string() });
const Body = z.looseObject({ manifests: z.array(Link).optional(), subject: Link.optional() });

const KNOWN_TYPE =
  /^application\/vnd\.(docker\.distribution|oci\.image|oci\.artifact|cncf\.oras\.artifact)\.manifest|oci\.image\.index/;

/** A registry manifest as its own bytes have it. */
class Item {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly locked: boolean;
  readonly free: boolean;
  readonly children: readonly string[];
  readonly subject: string | undefined;

  constructor({ digest, text, tags, locked }: Judged) {
    const body = Body.parse(JSON.parse(text));
    this.digest = digest;
    this.tags = tags;
    this.locked = locked;
    this.free = tags.length === 0 && !locked;
    this.children = (body.manifests ?? []).map((link) => link.digest);
    this.subject = body.subject?.digest;
  }

  /** What its tags of the form `sha256-<hex>` name; undefined where one is of another form. */
  namedByTags(): readonly string[] | undefined {
    const named = this.tags.map((tag) => /^sha256-([0-9a-f]{64})(\.[a-z0-9]+)?$/.exec(tag)?.[1]);
    return named.every((hex) => hex !== undefined) ? named.map((hex) => `sha256:${hex}`) : undefined;
  }

  isLinkedTo(other: Item): boolean {
    return (
      this.children.includes(other.digest) ||
      this.subject === other.digest ||
      other.subject === this.digest ||
      other.tags.some((tag) => tag.startsWith(`sha256-${this.digest.slice(7)}`))
    );
  }
}

/**
 * The digests of a repository that nothing needs if all of it may go, from raw JSON, the slow way: take all that is free, throw out
 * whatever something solid is linked to, and begin again until nothing is thrown out. Shares no code with the service.
 */
export function listDeletable(repository: readonly Judged[], mayGo: (digest: string) => boolean): ReadonlySet<string> {
  if (repository.some(({ mediaType }) => !KNOWN_TYPE.test(mediaType))) return new Set();
  const items = repository.map((judged) => new Item(judged));
  const going = new Set(items.filter(({ digest, free }) => free && mayGo(digest)).map(({ digest }) => digest));
  for (let before = -1; before !== going.size;) {
    before = going.size;
    for (const digest of listSolid(items, going)) going.delete(digest);
  }
  return going;
}

function listSolid(items: readonly Item[], going: ReadonlySet<string>): ReadonlySet<string> {
  const solid = new Set(items.filter((item) => !going.has(item.digest) && !isGhost(item, items, going)));
  for (let before = -1; before !== solid.size;) {
    before = solid.size;
    for (const item of items) if ([...solid].some((from) => from.isLinkedTo(item))) solid.add(item);
  }
  return new Set([...solid].map(({ digest }) => digest));
}

/** Tagged only so that it hangs on what goes; on an index, only as the list of that thing's referrers. */
function isGhost(item: Item, items: readonly Item[], going: ReadonlySet<string>): boolean {
  const named = item.namedByTags();
  if (item.locked || item.tags.length === 0 || named === undefined) return false;
  if (item.subject !== undefined && going.has(item.subject)) return false;
  const children = items.filter(({ digest }) => item.children.includes(digest));
  return named.every(
    (subject) => subject !== item.digest && going.has(subject) && children.every((child) => child.subject === subject),
  );
}

/** What is there and misses what went: a child, or a subject. A list that only named what went is left behind by the rules. */
export function listHurt(repository: readonly Judged[], gone: ReadonlySet<string>): readonly string[] {
  const items = repository.filter(({ digest }) => !gone.has(digest)).map((judged) => new Item(judged));
  return items
    .filter((item) => !(item.tags.length > 0 && item.namedByTags()?.every((digest) => gone.has(digest)) === true))
    .filter(
      (item) =>
        item.children.some((child) => gone.has(child)) || (item.subject !== undefined && gone.has(item.subject)),
    )
    .map(({ digest }) => digest);
}
