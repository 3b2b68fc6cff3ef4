import { UpstreamError } from "../errors.ts";
import type { ManifestContent } from "../ports.ts";
import { isForbidden } from "./gatherRestore.ts";
import type { RestoreSite } from "./openRestore.ts";
import { RESTORER_ROLES } from "./openRestore.ts";

/** Puts as the restorer, and remembers that it may not. */
export class RestorerPut {
  /** Set once the registry refused it: nothing more is asked for. */
  refusal: string | undefined;
  private readonly site: RestoreSite;

  constructor(site: RestoreSite) {
    this.site = site;
  }

  /** So that a put that must come right after a look does not wait for a token. */
  async prepare(): Promise<void> {
    await this.ask(() => this.site.writer.prepare(this.site.repository));
  }

  /** Read back: done is only what is there with the same bytes. */
  async put(reference: string, content: ManifestContent): Promise<void> {
    const { reader, writer, repository } = this.site;
    await this.ask(() => writer.putManifest(repository, reference, content));
    const now = await reader.readBytes(repository, reference);
    if (now.mediaType !== content.mediaType || !isSame(now.bytes, content.bytes))
      throw toFailure(`read back ${repository} ${reference}`, "it is not what was put");
  }

  private async ask(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (!isForbidden(error)) throw error;
      const { operation, status } = error;
      this.refusal = `the restorer needs ${RESTORER_ROLES}`;
      throw new UpstreamError({ service: "registry", operation, status, detail: this.refusal, cause: error });
    }
  }
}

export const toFailure = (operation: string, detail: string): UpstreamError =>
  new UpstreamError({ service: "registry", operation, detail });

const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
