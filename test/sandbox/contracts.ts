/** What the parts of the sandbox promise each other. Each part lives in a folder of its own and is tested alone. */
import type { ArmResource, Attributes, EstateManifest, EstateRegistry, Fault } from "./estate.ts";

/** The sandbox's time: everything that a server stamps or compares comes from here, never from `Date`. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** PEM texts, made once per sandbox, at real time: OpenSSL checks validity by the machine's clock. */
export interface Certificates {
  readonly caPem: string;
  readonly keyPem: string;
  /** Server certificate for `localhost` and `127.0.0.1`. */
  readonly certPem: string;
}

/** One request that a sandbox server answered. */
export interface Call {
  readonly server: string;
  /** A short stable name for what was asked, such as `listManifests` or `deleteManifest`. */
  readonly kind: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly at: number;
}

export interface SandboxServer {
  /** `https://localhost:<port>`; `http://127.0.0.1:<port>` for the identity endpoint. */
  readonly url: string;
  addFault(fault: Fault): void;
  /** Every call since the start, or since `clearCalls`. */
  readonly calls: readonly Call[];
  clearCalls(): void;
  stop(): Promise<void>;
}

export interface StoredManifest {
  readonly digest: string;
  readonly mediaType: string;
  /** Exact bytes. */
  readonly bytes: Buffer;
  readonly tags: readonly string[];
  readonly createdAt: number;
  readonly attributes: Required<Attributes>;
  readonly children: readonly string[];
  readonly subject: string | undefined;
  readonly layers: readonly { readonly digest: string; readonly size: number }[];
}

/** One emulated Azure container registry. Its own methods act at once, as the service itself would, with no authorisation and no fault. */
export interface SandboxRegistry extends SandboxServer {
  readonly name: string;
  /** `localhost:<port>`. */
  readonly loginServer: string;
  /** The ARM `properties` of the registry resource, `loginServer` included. */
  readonly armProperties: Record<string, unknown>;
  /** Fails with a clear message if `manifest` points at an alias that the registry does not know. */
  push(repository: string, manifest: EstateManifest): string;
  tag(repository: string, tag: string, ref: string): void;
  /** Removes the tag, not what it names; an unknown tag is no error. */
  untag(repository: string, tag: string): void;
  setAttributes(repository: string, attributes: Attributes, on: { ref?: string; tag?: string }): void;
  deleteManifest(repository: string, ref: string): void;
  /** Digest of an alias, or the digest itself. */
  resolve(ref: string): string;
  repositories(): readonly string[];
  manifests(repository: string): readonly StoredManifest[];
  /** Digests that DELETE requests over the wire removed, cascaded referrers included, in order. */
  readonly deletions: readonly { repository: string; digest: string; at: number; cascadedFrom?: string }[];
}

/** Creates a registry server and loads `registry.repositories` into it. `at` of a push is `pushedAt` of the estate. */
export type CreateRegistry = (
  registry: EstateRegistry,
  options: { clock: Clock; certificates: Certificates; startsAt: string },
) => Promise<SandboxRegistry>;

/** ARM with the AOSM resource provider: strongly consistent. */
export interface SandboxArm extends SandboxServer {
  put(resource: ArmResource): void;
  patch(id: string, change: { properties?: Record<string, unknown>; tags?: Record<string, string> }): void;
  /** Applies AOSM's rules; returns AOSM's refusal, or undefined where the resource is gone or going. */
  remove(id: string, options: { force: boolean }): string | undefined;
  get(id: string): ArmResource | undefined;
  all(): readonly ArmResource[];
}
