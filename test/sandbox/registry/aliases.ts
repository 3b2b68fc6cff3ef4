import { isDigest } from "../estate.ts";

/** The names by which an estate's entries point at registry manifests of one registry. */
export class Aliases {
  readonly #registry: string;
  readonly #digests = new Map<string, string>();

  /** `registry` is for messages. */
  constructor(registry: string) {
    this.#registry = registry;
  }

  /** Throws where the alias already names something else. */
  add(alias: string, digest: string): void {
    const known = this.#digests.get(alias);
    if (known !== undefined && known !== digest)
      throw new Error(`The alias ${alias} names two registry manifests of registry ${this.#registry}`);
    this.#digests.set(alias, digest);
  }

  /** The digest that an alias names, or the digest itself. */
  resolve(reference: string): string {
    const digest = isDigest(reference) ? reference : this.#digests.get(reference);
    if (digest === undefined)
      throw new Error(`Registry ${this.#registry} knows no registry manifest by the alias ${reference}`);
    return digest;
  }
}
