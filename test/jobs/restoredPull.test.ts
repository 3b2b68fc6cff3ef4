import { execFile, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { digestOf } from "../sandbox/registry/manifestContent.ts";
import { useJobBench } from "./jobBench.ts";
import { allowRestores, askToRestore, untilSharedPurge } from "./restoring.ts";
import { smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const run = promisify(execFile);
const bench = useJobBench();

const isMissing = spawnSync("skopeo", ["--version"]).error !== undefined;
if (isMissing) process.stdout.write("skopeo is not installed: its tests are skipped\n");
const describeWithSkopeo = isMissing ? describe.skip : describe;

describeWithSkopeo("what was restored", () => {
  let world: World;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "restored-"));
    await mkdir(join(directory, "certificates"));
    await writeFile(join(directory, "certificates", "ca.crt"), bench.shared.certificates.caPem);
    await writeFile(join(directory, "policy.json"), '{"default":[{"type":"insecureAcceptAnything"}]}');
    world = await bench.prepare(smallEstate(), untilSharedPurge);
  });

  afterAll(() => rm(directory, { recursive: true }));

  async function skopeo(on: World, ...[command = "", ...parameters]: readonly string[]): Promise<string> {
    const { username, password } = on.registry().pushCredentials;
    const which = command === "copy" ? "src-" : "";
    const access = [
      `--${which}creds`,
      `${username}:${password}`,
      `--${which}cert-dir`,
      join(directory, "certificates"),
    ];
    const policy = ["--policy", join(directory, "policy.json")];
    const { stdout } = await run("skopeo", [...policy, command, ...access, ...parameters]);
    return stdout;
  }

  const addressOf = (on: World, reference: string) => `docker://${on.registry().loginServer}/old/nginx${reference}`;

  it("is pulled by tag and by digest with the bytes that it had, layers included", async () => {
    const copy = await bench.fork(world);
    const digest = copy.registry().resolve("old");
    const before = await skopeo(copy, "inspect", "--raw", addressOf(copy, `@${digest}`));
    await copy.stage("purge");
    await expect(skopeo(copy, "inspect", "--raw", addressOf(copy, `@${digest}`))).rejects.toThrow(
      /manifest unknown|not found/i,
    );
    await askToRestore(allowRestores(copy), { tag: "1.0" });
    for (const reference of ["@" + digest, ":1.0"]) {
      const raw = await skopeo(copy, "inspect", "--raw", addressOf(copy, reference));
      expect([raw, digestOf(raw)]).toEqual([before, digest]);
    }
    const target = join(directory, "pulled");
    await skopeo(copy, "copy", "--all", "--preserve-digests", addressOf(copy, ":1.0"), `oci:${target}:1.0`);
    expect(await readFile(join(target, "index.json"), "utf8")).toContain(digest);
    const pulled = await readdir(join(target, "blobs", "sha256"));
    const children = copy
      .registry()
      .manifests("old/nginx")
      .find((manifest) => manifest.digest === digest)?.children;
    expect(pulled).toEqual(expect.arrayContaining((children ?? []).map((child) => child.replace("sha256:", ""))));
  });
});
