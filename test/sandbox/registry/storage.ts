import type { BlobStore } from "./blobStore.ts";
import type { Reply } from "./http.ts";
import { blobUnknown, RegistryError } from "./registryError.ts";
import type { Route, RoutedRequest } from "./route.ts";
import type { TokenSigner } from "./signedToken.ts";

/** Where blobs are pulled from: the same server under its other host name, with an address that is its own key. */
export class Storage {
  readonly #signer: TokenSigner;
  readonly #blobs: BlobStore;
  readonly #port: number;

  constructor(signer: TokenSigner, blobs: BlobStore, port: number) {
    this.#signer = signer;
    this.#blobs = blobs;
    this.#port = port;
  }

  /** On another host than the registry's, as the service's storage is: a client must not take its token there. */
  addressOf(digest: string): string {
    const key = encodeURIComponent(this.#signer.hash(digest));
    return `https://127.0.0.1:${this.#port}/storage/${encodeURIComponent(digest)}?sig=${key}`;
  }

  createRoutes(): readonly Route[] {
    const base = { path: /^\/storage\/(?<reference>[^/]+)$/, query: ["sig"], needs: "anonymous" } as const;
    const handle = (request: RoutedRequest): Reply => this.#read(request);
    return [
      { ...base, kind: "storage", method: "GET", handle },
      { ...base, kind: "storage", method: "HEAD", handle },
    ];
  }

  #read({ reference, query, headers }: RoutedRequest): Reply {
    if (query.get("sig") !== this.#signer.hash(reference))
      throw new RegistryError({ status: 403, code: "DENIED" }, "the signature of the storage address is wrong");
    if (headers.authorization !== undefined)
      throw new RegistryError({ status: 400, code: "UNSUPPORTED" }, "a registry's token was sent to its storage");
    const bytes = this.#blobs.findAnywhere(reference)?.read?.();
    if (bytes === undefined) throw blobUnknown(reference);
    return cutRange(bytes, headers.range);
  }
}

/** `range` is `bytes=<first>-<last>`; the last byte may be left out. */
function cutRange(bytes: Buffer, range: string | undefined): Reply {
  const headers = { "Content-Type": "application/octet-stream", "Accept-Ranges": "bytes" };
  if (range === undefined) return { status: 200, headers, bytes };
  const [, first = "", last = ""] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
  const start = Number(first);
  if (first === "" || start >= bytes.length)
    throw new RegistryError({ status: 416, code: "UNSUPPORTED" }, `the range ${range} cannot be served`);
  const end = last === "" ? bytes.length - 1 : Math.min(Number(last), bytes.length - 1);
  const contentRange = `bytes ${start}-${end}/${bytes.length}`;
  return { status: 206, headers: { ...headers, "Content-Range": contentRange }, bytes: bytes.subarray(start, end + 1) };
}
