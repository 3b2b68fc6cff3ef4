import { execFile, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { digestOf } from "./manifestContent.ts";
import { fetchToken, send, startBench, type Bench } from "./registryFixture.ts";

const run = promisify(execFile);
const OCI_IMAGE = "application/vnd.oci.image.manifest.v1+json";
const OCI_INDEX = "application/vnd.oci.image.index.v1+json";

const isMissing = spawnSync("skopeo", ["--version"]).error !== undefined;
if (isMissing) process.stdout.write("skopeo is not installed: its tests are skipped\n");

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** A two-platform image as an OCI layout on disk. Returns the digest of its index. */
async function writeLayout(directory: string): Promise<string> {
  const blobs = join(directory, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  const write = async (mediaType: string, content: string | object): Promise<Descriptor> => {
    const bytes = typeof content === "string" ? content : JSON.stringify(content);
    const digest = digestOf(bytes);
    await writeFile(join(blobs, digest.slice("sha256:".length)), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const writeImage = async (architecture: string): Promise<object> => {
    const content = `the only layer, for ${architecture}`;
    const layer = await write("application/vnd.oci.image.layer.v1.tar", content);
    const rootfs = { type: "layers", diff_ids: [digestOf(content)] };
    const config = await write("application/vnd.oci.image.config.v1+json", { architecture, os: "linux", rootfs });
    const image = await write(OCI_IMAGE, { schemaVersion: 2, mediaType: OCI_IMAGE, config, layers: [layer] });
    return { ...image, platform: { architecture, os: "linux" } };
  };
  const manifests = [await writeImage("amd64"), await writeImage("arm64")];
  const index = await write(OCI_INDEX, { schemaVersion: 2, mediaType: OCI_INDEX, manifests });
  const named = { ...index, annotations: { "org.opencontainers.image.ref.name": "v1" } };
  await writeFile(join(directory, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [named] }));
  await writeFile(join(directory, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  return index.digest;
}

const describeWithSkopeo = isMissing ? describe.skip : describe;

describeWithSkopeo("skopeo", () => {
  let bench: Bench;
  let directory: string;
  let digest: string;

  beforeAll(async () => {
    bench = await startBench({
      repositories: [{ name: "estate/image", manifests: [{ alias: "estate", tags: ["1"], layers: [{ size: 5000 }] }] }],
    });
    directory = await mkdtemp(join(tmpdir(), "registry-"));
    digest = await writeLayout(join(directory, "source"));
    await mkdir(join(directory, "certificates"));
    await writeFile(join(directory, "certificates", "ca.crt"), bench.ca);
    await writeFile(join(directory, "policy.json"), '{"default":[{"type":"insecureAcceptAnything"}]}');
  });

  afterAll(async () => {
    await bench.registry.stop();
    await rm(directory, { recursive: true });
  });

  /** Standard output; fails with standard error in the message. */
  async function skopeo(...parameters: string[]): Promise<string> {
    const { stdout } = await run("skopeo", ["--policy", join(directory, "policy.json"), ...parameters]);
    return stdout;
  }

  const address = (reference: string): string => `docker://${bench.registry.loginServer}/${reference}`;

  function access(role: "src" | "dest"): string[] {
    const { username, password } = bench.registry.pushCredentials;
    return [`--${role}-creds`, `${username}:${password}`, `--${role}-cert-dir`, join(directory, "certificates")];
  }

  it("pushes a multi-platform image and copies back the same bytes", async () => {
    const target = join(directory, "copy");
    await skopeo(
      "copy",
      "--all",
      "--preserve-digests",
      ...access("dest"),
      `oci:${join(directory, "source")}:v1`,
      address("pushed/image:v1"),
    );
    await skopeo(
      "copy",
      "--all",
      "--preserve-digests",
      ...access("src"),
      address("pushed/image:v1"),
      `oci:${target}:v1`,
    );
    const { username, password } = bench.registry.pushCredentials;
    const certificates = ["--cert-dir", join(directory, "certificates")];
    const raw = await skopeo(
      "inspect",
      "--raw",
      "--creds",
      `${username}:${password}`,
      ...certificates,
      address("pushed/image:v1"),
    );
    expect(digestOf(raw)).toBe(digest);
    expect(await readdir(join(target, "blobs", "sha256"))).toEqual(
      await readdir(join(directory, "source", "blobs", "sha256")),
    );
    expect(await readFile(join(target, "index.json"), "utf8")).toContain(digest);
  });

  it("leaves two untagged children under a tagged index", async () => {
    const manifests = bench.registry.manifests("pushed/image");
    const index = manifests.find((manifest) => manifest.digest === digest);
    expect(index?.tags).toEqual(["v1"]);
    expect(manifests.filter(({ tags }) => tags.length === 0).map((manifest) => manifest.digest)).toEqual(
      index?.children.toSorted(),
    );
  });

  it("pulls an image that the estate described", async () => {
    const target = join(directory, "estate");
    await skopeo("copy", "--preserve-digests", ...access("src"), address("estate/image:1"), `oci:${target}:1`);
    expect(await readFile(join(target, "index.json"), "utf8")).toContain(bench.registry.resolve("estate"));
  });

  it("copies between repositories without sending the layers again", async () => {
    await skopeo(
      "copy",
      "--all",
      ...access("src"),
      ...access("dest"),
      address("pushed/image:v1"),
      address("mounted:v1"),
    );
    const token = await fetchToken(bench, "repository:mounted:pull", ["AcrPull"]);
    const answer = await send(bench, { path: `/v2/mounted/manifests/${digest}`, token });
    expect([answer.status, digestOf(answer.body)]).toEqual([200, digest]);
    const mounts = bench.registry.calls.filter(
      ({ path }) => path.startsWith("/v2/mounted/") && path.includes("mount="),
    );
    expect(mounts.map(({ status }) => status)).toEqual([201, 201]);
  });

  it("is refused with a wrong password", async () => {
    const credentials = ["--src-creds", "push:wrong", "--src-cert-dir", join(directory, "certificates")];
    await expect(
      skopeo("copy", ...credentials, address("pushed/image:v1"), `oci:${join(directory, "none")}:v1`),
    ).rejects.toThrow(/unauthorized|authentication/i);
  });
});
