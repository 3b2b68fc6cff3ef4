/** A configuration or layer. `read` is absent where only its size and digest exist: such a blob can be asked about, not pulled. */
export interface Blob {
  readonly size: number;
  readonly read?: () => Buffer;
}

/**
 * Blobs by digest, shared by all repositories, and which repository may see which. A blob that registry manifests used is gone
 * from a repository with the last of them. The service reclaims space some time later; here it is at once, the worst case for
 * whoever wants to restore.
 */
export class BlobStore {
  readonly #blobs = new Map<string, { readonly blob: Blob; links: number }>();
  /** Repository to digest to the number of registry manifests that use it; 0 for one just uploaded. */
  readonly #uses = new Map<string, Map<string, number>>();

  add(repository: string, digest: string, blob: Blob): void {
    const known = this.#blobs.get(digest);
    if (known === undefined || (known.blob.read === undefined && blob.read !== undefined))
      this.#blobs.set(digest, { blob, links: known?.links ?? 0 });
    this.#link(repository, digest);
  }

  find(repository: string, digest: string): Blob | undefined {
    return this.#uses.get(repository)?.has(digest) ? this.#blobs.get(digest)?.blob : undefined;
  }

  /** The blob whatever the repository: for a storage address that was already given out. */
  findAnywhere(digest: string): Blob | undefined {
    return this.#blobs.get(digest)?.blob;
  }

  /** False where `from` has no such blob. */
  mount(digest: string, from: string, to: string): boolean {
    if (this.find(from, digest) === undefined) return false;
    this.#link(to, digest);
    return true;
  }

  /** Counts one more registry manifest that uses the blob. */
  use(repository: string, digest: string): void {
    const uses = this.#uses.get(repository);
    const count = uses?.get(digest);
    if (count !== undefined) uses?.set(digest, count + 1);
  }

  release(repository: string, digest: string): void {
    const uses = this.#uses.get(repository);
    const count = uses?.get(digest);
    if (count === undefined) return;
    if (count > 1) uses?.set(digest, count - 1);
    else this.remove(repository, digest);
  }

  /** False where the repository has no such blob. */
  remove(repository: string, digest: string): boolean {
    const removed = this.#uses.get(repository)?.delete(digest) ?? false;
    const stored = this.#blobs.get(digest);
    if (!removed || stored === undefined) return false;
    stored.links -= 1;
    if (stored.links === 0) this.#blobs.delete(digest);
    return true;
  }

  removeRepository(repository: string): void {
    for (const digest of this.#uses.get(repository)?.keys() ?? []) this.remove(repository, digest);
    this.#uses.delete(repository);
  }

  #link(repository: string, digest: string): void {
    let uses = this.#uses.get(repository);
    if (uses === undefined) this.#uses.set(repository, (uses = new Map<string, number>()));
    const stored = this.#blobs.get(digest);
    if (uses.has(digest) || stored === undefined) return;
    uses.set(digest, 0);
    stored.links += 1;
  }
}
