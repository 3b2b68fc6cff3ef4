import type { ArmId } from "./armId.ts";
import { nameOf, publisherOf, toArmId, typeOf } from "./armId.ts";
import { hashName } from "./hashName.ts";
import { listLeaves } from "./valueLeaves.ts";
import type { Leaf } from "./valueLeaves.ts";
import type { VersionReference } from "./resources.ts";
import { isVersion, toResourceKind } from "./resources.ts";

/** ARM names are at most 64 characters in Microsoft.HybridNetwork: a longer text names nothing. */
const MAX_NAME = 64;

/**
 * The versions that a configuration value may mean. One under a known key is meant by its names. Any other text could be a
 * version too, under a name that a design chose freely: it is a mention, which means every version of that name of the
 * schema's publisher. JSON that breaks off may have named any publisher.
 */
export function readMentions(value: unknown, publisherId: ArmId | undefined): readonly VersionReference[] {
  const leaves = listLeaves(value, { isVersion: false, group: undefined, publisher: nameOfPublisher(publisherId) });
  const ids = leaves
    .map(({ text }) => (text?.startsWith("/") ? toArmId(text) : undefined))
    .filter((id) => id !== undefined);
  return [
    ...ids.filter(isVersionId).map((id): VersionReference => ({ by: "id", source: "value", id })),
    ...leaves.filter((leaf) => leaf.isVersion).map(toNames),
    { by: "mention", publisherId, texts: listTexts(leaves, ids) },
    ...leaves
      .filter(({ isBroken }) => isBroken)
      .slice(0, 1)
      .map((): VersionReference => ({
        by: "unreadable",
        publisherId: undefined,
        text: "a text in it is JSON that breaks off",
      })),
  ];
}

const toNames = ({ publisher, group, text }: Leaf): VersionReference => ({
  by: "names",
  source: "value",
  publisher,
  group,
  version: text,
});

/** With the publishers of the ids, since a version may stand beside the id of its group. */
function listTexts(leaves: readonly Leaf[], ids: readonly ArmId[]): readonly string[] {
  const free = leaves.filter((leaf) => !leaf.isVersion || leaf.group === undefined).map(({ text }) => text);
  const publishers = ids.map((id) => nameOfPublisher(publisherOf(id)));
  const texts = [...free, ...publishers].filter((text) => text !== undefined);
  return [...new Set(texts.filter((text) => text !== "" && text.length <= MAX_NAME).map(hashName))].sort();
}

const nameOfPublisher = (id: ArmId | undefined): string | undefined => id && nameOf(id);

function isVersionId(id: ArmId): boolean {
  const kind = toResourceKind(typeOf(id));
  return kind !== undefined && isVersion(kind);
}
