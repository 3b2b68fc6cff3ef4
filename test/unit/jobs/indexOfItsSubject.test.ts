import { describe, expect, it } from "@jest/globals";
import { OCI_IMAGE, OCI_INDEX, type Raw } from "../../fakes/arbitraryRegistries.ts";
import { toDigest } from "../../fakes/memoryRegistry.ts";
import { PurgedTenant } from "./aPurgedTenant.ts";

function aRaw(mediaType: string, body: object): Raw {
  const text = JSON.stringify({ schemaVersion: 2, mediaType, ...body });
  return { mediaType, text, digest: toDigest(text), tags: [], locked: false, young: false };
}

const config = { mediaType: OCI_IMAGE, digest: toDigest("config"), size: 500 };
const image = aRaw(OCI_IMAGE, { config, layers: [] });
const link = { mediaType: OCI_IMAGE, digest: image.digest, size: image.text.length };

describe("an index that refers to an image which it contains", () => {
  it("goes before that image, and is not left to its cascade", async () => {
    const index = aRaw(OCI_INDEX, { manifests: [link], subject: link });
    const tenant = new PurgedTenant([image, index]);
    await tenant.nights(8);
    expect([...tenant.registry.gone].sort()).toEqual([image.digest, index.digest].sort());
  });

  it("would go if it contained another image", async () => {
    const other = aRaw(OCI_IMAGE, { config, layers: [], annotations: { name: "other" } });
    const index = aRaw(OCI_INDEX, { manifests: [{ ...link, digest: other.digest }], subject: link });
    const tenant = new PurgedTenant([image, other, index]);
    await tenant.nights(4);
    expect([...tenant.registry.gone].sort()).toEqual([image.digest, index.digest, other.digest].sort());
  });
});
