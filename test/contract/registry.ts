import { beforeEach, describe, expect, it } from "@jest/globals";
import type { ListedManifest, RegistryPurger, RegistryReader } from "../../lib/ports.ts";
import { collect } from "../fakes/collect.ts";
import { toDigest } from "../fakes/memoryRegistry.ts";

const IMAGE = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";
const DOCKER_IMAGE = "application/vnd.docker.distribution.manifest.v2+json";
const ORAS = "application/vnd.cncf.oras.artifact.manifest.v1+json";

/** A registry manifest of the contract: its bytes are `text`. */
export interface Sample {
  readonly name: string;
  readonly mediaType: string;
  readonly text: string;
  readonly tags: readonly string[];
  readonly locked: boolean;
}

type Body = Readonly<Record<string, unknown>>;

function toSample(name: string, body: Body, more: Partial<Sample> = {}): Sample {
  const mediaType = more.mediaType ?? IMAGE;
  const text = JSON.stringify({ schemaVersion: 2, mediaType, ...body, annotations: { name } });
  return { name, text, tags: [], locked: false, ...more, mediaType };
}

const describeSample = ({ text, mediaType }: Sample): Body => ({
  mediaType,
  digest: toDigest(text),
  size: text.length,
});
const config = { mediaType: "application/vnd.oci.empty.v1+json", digest: toDigest("{}"), size: 2 };
const image = (name: string, more: Partial<Sample> & { readonly subject?: Sample } = {}): Sample => {
  const { subject, ...rest } = more;
  return toSample(name, { config, layers: [], ...(subject && { subject: describeSample(subject) }) }, rest);
};

const child = image("child");
const index = toSample("index", { manifests: [describeSample(child)] }, { mediaType: INDEX });
const signature = image("signature", { subject: index });
const attestation = image("attestation", { subject: signature, tags: ["kept"] });
const tagged = image("tagged", { tags: ["1.0", "latest"] });
const locked = image("locked", { locked: true });
const docker = image("docker", { mediaType: DOCKER_IMAGE });
const oras = toSample("oras", { artifactType: "application/vnd.example", blobs: [] }, { mediaType: ORAS });
const SAMPLES = [child, index, signature, attestation, tagged, locked, docker, oras];

const REPOSITORY = "cnf/nginx";
const NOWHERE = toDigest("nowhere");

export interface ContractRegistry {
  readonly reader: RegistryReader;
  readonly purger: RegistryPurger;
}

/** What every registry does for its reader and its purger. `load` makes one that holds the samples, and `other/one` with the first of them. */
export function describeRegistry(
  name: string,
  load: (repositories: Readonly<Record<string, readonly Sample[]>>) => Promise<ContractRegistry>,
): void {
  describe(`the registry of ${name}`, () => {
    let reader: RegistryReader;
    let purger: RegistryPurger;

    beforeEach(async () => {
      ({ reader, purger } = await load({ [REPOSITORY]: SAMPLES, "other/one": [child] }));
    });

    const digestOf = ({ text }: Sample): string => toDigest(text);
    const listAll = async (): Promise<readonly ListedManifest[]> =>
      (await collect(reader.listManifests(REPOSITORY))).flat();
    const listNames = async (): Promise<readonly string[]> => {
      const digests = new Set((await listAll()).map(({ digest }) => digest));
      return SAMPLES.filter((sample) => digests.has(digestOf(sample))).map((sample) => sample.name);
    };
    const remove = (sample: Sample) => purger.deleteManifest(REPOSITORY, digestOf(sample));

    it("lists repositories in lexical order, and those after a name", async () => {
      expect((await collect(reader.listRepositories())).flat()).toEqual([REPOSITORY, "other/one"]);
      expect((await collect(reader.listRepositories(REPOSITORY))).flat()).toEqual(["other/one"]);
      expect((await collect(reader.listRepositories("other/one"))).flat()).toEqual([]);
    });

    it("lists each registry manifest once, sorted, with type, tags and lock, and counts them", async () => {
      const listed = await listAll();
      const expected = SAMPLES.map(({ text, mediaType, tags, ...sample }) => {
        return { digest: toDigest(text), mediaType, tags, isLocked: sample.locked };
      });
      const seen = listed.map(({ digest, mediaType, tags, deleteEnabled, writeEnabled }) => {
        return { digest, mediaType, tags: [...tags].sort(), isLocked: !(deleteEnabled && writeEnabled) };
      });
      expect(seen).toEqual(expected.toSorted((a, b) => (a.digest < b.digest ? -1 : 1)));
      expect(await reader.findRepository(REPOSITORY)).toEqual({
        manifestCount: SAMPLES.length,
        deleteEnabled: true,
        writeEnabled: true,
      });
    });

    it("gives each a push time, and each tag the time of its last move", async () => {
      for (const { createdAt } of await listAll()) expect(Date.parse(createdAt ?? "")).toBeGreaterThan(0);
      const times = await reader.readTagTimes(REPOSITORY);
      expect([...times.keys()].sort()).toEqual(["1.0", "kept", "latest"]);
      for (const time of times.values()) expect(Date.parse(time)).toBeGreaterThan(0);
    });

    it("shows all of a small repository as its newest, as the listing does, and nothing of an absent one", async () => {
      const { manifests, isWhole } = await reader.readNewest(REPOSITORY);
      expect(isWhole).toBe(true);
      expect(manifests.toSorted((a, b) => (a.digest < b.digest ? -1 : 1))).toEqual(await listAll());
      expect(await reader.readNewest("no/such")).toEqual({ manifests: [], isWhole: true });
    });

    it("finds one as the listing shows it", async () => {
      const listed = await listAll();
      for (const manifest of listed) expect(await reader.findManifest(REPOSITORY, manifest.digest)).toEqual(manifest);
    });

    it("finds what a tag stands on, and nothing for one that is not there", async () => {
      expect(await reader.findTag(REPOSITORY, "1.0")).toBe(digestOf(tagged));
      expect(await reader.findTag(REPOSITORY, "kept")).toBe(digestOf(attestation));
      expect(await reader.findTag(REPOSITORY, "2.0")).toBeUndefined();
      expect(await reader.findTag("other/one", "1.0")).toBeUndefined();
      expect(await reader.findTag("no/such", "1.0")).toBeUndefined();
      await remove(tagged);
      expect(await reader.findTag(REPOSITORY, "1.0")).toBeUndefined();
    });

    it.each(SAMPLES)("gives the exact bytes and the type of the $name", async (sample) => {
      const { mediaType, bytes } = await reader.readBytes(REPOSITORY, digestOf(sample));
      expect({ mediaType, text: new TextDecoder().decode(bytes) }).toEqual({
        mediaType: sample.mediaType,
        text: sample.text,
      });
    });

    it("finds nothing where nothing is, and refuses to list or read that", async () => {
      expect(await reader.findRepository("no/such")).toBeUndefined();
      expect(await reader.findManifest(REPOSITORY, NOWHERE)).toBeUndefined();
      expect(await reader.findManifest("no/such", NOWHERE)).toBeUndefined();
      await expect(collect(reader.listManifests("no/such"))).rejects.toMatchObject({ status: 404 });
      await expect(reader.readBytes(REPOSITORY, NOWHERE)).rejects.toMatchObject({ status: 404 });
    });

    it("deletes a digest with its referrers at any depth, tagged or not, and leaves the children", async () => {
      expect(await remove(index)).toEqual({ is: "deleted" });
      expect(await listNames()).toEqual(["child", "tagged", "locked", "docker", "oras"]);
      expect(await reader.findManifest(REPOSITORY, digestOf(attestation))).toBeUndefined();
    });

    it("deletes a child of an index that stays: nothing there protects it", async () => {
      expect(await remove(child)).toEqual({ is: "deleted" });
      expect(await listNames()).toContain("index");
    });

    it("deletes in one repository, not the same digest in another", async () => {
      await remove(child);
      expect(await reader.findManifest("other/one", digestOf(child))).toBeDefined();
    });

    it("deletes a digest with its tags", async () => {
      await remove(tagged);
      expect([...(await reader.readTagTimes(REPOSITORY)).keys()]).toEqual(["kept"]);
    });

    it("refuses what is locked", async () => {
      expect(await remove(locked)).toEqual({ is: "locked" });
      expect(await listNames()).toContain("locked");
    });

    it("tells what is gone already", async () => {
      await remove(docker);
      expect(await remove(docker)).toEqual({ is: "alreadyGone" });
      expect(await purger.deleteManifest("no/such", NOWHERE)).toEqual({ is: "alreadyGone" });
    });

    it("drops a repository with its last registry manifest", async () => {
      await purger.deleteManifest("other/one", digestOf(child));
      expect((await collect(reader.listRepositories())).flat()).toEqual([REPOSITORY]);
      expect(await reader.findRepository("other/one")).toBeUndefined();
    });
  });
}
