import type { Estate } from "../sandbox/estate.ts";
import { toInstant } from "../sandbox/estate.ts";
import { ContentStore } from "../sandbox/registry/contentStore.ts";
import { EstateContent } from "../sandbox/registry/estateContent.ts";

type Registry = Estate["registries"][number];

/** What the estate calls a digest: `nameOf` takes `<registry>/<repository>@<digest>`, or text that ends with a digest. */
export class ArtifactNames {
  readonly #names = new Map<string, string>();

  /** Loads each registry as the sandbox does: the same short form gives the same digest. */
  constructor(estate: Estate) {
    for (const registry of estate.registries) this.#load(estate, registry);
  }

  /** Throws where the estate gives the digest no alias. */
  nameOf(artifact: string): string {
    const name = this.findName(artifact.slice(artifact.lastIndexOf("@") + 1));
    if (name === undefined) throw new Error(`The estate has no alias for ${artifact}`);
    return name;
  }

  /** Undefined where the estate gives the digest no alias. */
  findName(digest: string): string | undefined {
    return this.#names.get(digest);
  }

  #load(estate: Estate, registry: Registry): void {
    const content = new EstateContent(registry.name, new ContentStore());
    content.load(registry, estate.startsAt);
    for (const { manifests } of registry.repositories) for (const { alias } of manifests) this.#add(content, alias);
    for (const event of estate.events) {
      if (event.type !== "push" || event.registry !== registry.name) continue;
      content.push(event.repository, event.manifest, toInstant(event.at, estate.startsAt));
      this.#add(content, event.manifest.alias);
    }
  }

  #add(content: EstateContent, alias: string | undefined): void {
    if (alias !== undefined) this.#names.set(content.aliases.resolve(alias), alias);
  }
}
