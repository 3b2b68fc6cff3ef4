import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { createJournal } from "../../lib/azure/journal.ts";
import { useStorageBench } from "./storageBench.ts";

const bench = useStorageBench();
const journal = () => createJournal(bench.clients());
const blobOf = (name: string) => bench.clients().container("journal").getBlobClient(name);
const textOf = async (name: string) => (await blobOf(name).downloadToBuffer()).toString();

const MEDIA_TYPE = "application/vnd.oci.image.index.v1+json";
const toContent = (text: string) => ({ mediaType: MEDIA_TYPE, bytes: new TextEncoder().encode(text) });
const toDigest = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const pathOf = (digest: string) => `bytes/${digest.replace(":", "/")}`;

describe("appending to the journal", () => {
  it("creates the file, then adds a line for each record, in order", async () => {
    const records = [{ step: "intent", at: 1 }, { step: "outcome" }, "text", null, [1, 2]];
    for (const record of records) await journal().append("run1/contoso", record);
    const lines = records.map((record) => `${JSON.stringify(record)}\n`).join("");
    expect(await textOf("run1/contoso.jsonl")).toBe(lines);
  });

  it("keeps each record on one line, whatever is in its texts", async () => {
    const record = { why: 'two\nlines, "quotes" and ünïcödé 🙂' };
    await journal().append("texts", record);
    await journal().append("texts", { next: true });
    const lines = (await textOf("texts.jsonl")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([record, { next: true }]);
  });

  it("loses and mixes nothing where many write the same new file at once", async () => {
    const [one, other] = [journal(), journal()];
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    await Promise.all(numbers.map((number) => (number % 2 === 0 ? one : other).append("parallel", number)));
    const lines = (await textOf("parallel.jsonl")).trimEnd().split("\n");
    expect(lines.map(Number).toSorted((a, b) => a - b)).toEqual(numbers);
  });

  it("goes on in the file that an earlier instance began", async () => {
    await journal().append("resumed", 1);
    await journal().append("resumed", 2);
    expect(await textOf("resumed.jsonl")).toBe("1\n2\n");
  });
});

describe("finding the bytes of a registry manifest", () => {
  it("gives them back with their media type", async () => {
    await journal().saveBytes(toDigest("kept"), toContent("kept"));
    const found = await journal().findBytes(toDigest("kept"));
    expect({ ...found, bytes: Buffer.from(found?.bytes ?? []).toString() }).toEqual({
      mediaType: MEDIA_TYPE,
      bytes: "kept",
    });
  });

  it("finds none where none were kept", async () => {
    expect(await journal().findBytes(toDigest("never kept"))).toBeUndefined();
  });

  it("finds none where what was kept is something else than the digest names", async () => {
    await journal().saveBytes(toDigest("one"), toContent("other"));
    expect(await journal().findBytes(toDigest("one"))).toBeUndefined();
  });
});

describe("saving the bytes of a registry manifest", () => {
  it("keeps them exactly, with their media type", async () => {
    const text = '{ "schemaVersion": 2,\r\n"manifests": [] }';
    await journal().saveBytes(toDigest(text), toContent(text));
    expect(await textOf(pathOf(toDigest(text)))).toBe(text);
    expect(await blobOf(pathOf(toDigest(text))).getProperties()).toMatchObject({ contentType: MEDIA_TYPE });
  });

  it("may be repeated, at once or later, and by another instance", async () => {
    const digest = toDigest("again");
    const writers = [journal(), journal(), journal()];
    await Promise.all(writers.map((writer) => writer.saveBytes(digest, toContent("again"))));
    await journal().saveBytes(digest, toContent("again"));
    expect(await textOf(pathOf(digest))).toBe("again");
  });

  it("never overwrites what is there", async () => {
    const digest = toDigest("first");
    await journal().saveBytes(digest, toContent("first"));
    const before = await blobOf(pathOf(digest)).getProperties();
    await journal().saveBytes(digest, { mediaType: "text/plain", bytes: new TextEncoder().encode("second") });
    expect(await textOf(pathOf(digest))).toBe("first");
    expect(await blobOf(pathOf(digest)).getProperties()).toMatchObject({
      etag: before.etag,
      contentType: MEDIA_TYPE,
    });
  });

  it("keeps digests apart, also those of other algorithms", async () => {
    const [short, long] = ["sha256:00", "sha512:00"];
    await journal().saveBytes(short, toContent("short"));
    await journal().saveBytes(long, toContent("long"));
    expect([await textOf("bytes/sha256/00"), await textOf("bytes/sha512/00")]).toEqual(["short", "long"]);
  });
});
