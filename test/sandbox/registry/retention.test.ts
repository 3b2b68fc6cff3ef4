import { afterEach, describe, expect, it } from "@jest/globals";
import { fetchToken, send, startBench, type Bench } from "./registryFixture.ts";

const DAY_MS = 86_400_000;
const DOCKER = "application/vnd.docker.distribution.manifest.v2+json";

let bench: Bench;

afterEach(async () => {
  await bench.registry.stop();
});

async function start(status: "enabled" | "disabled"): Promise<void> {
  bench = await startBench({
    retentionPolicy: { status, days: 7 },
    repositories: [
      {
        name: "cnf",
        manifests: [
          { alias: "docker", mediaType: DOCKER, tags: ["docker"] },
          { alias: "oci", tags: ["oci"] },
          { alias: "locked", mediaType: DOCKER, tags: ["locked"], attributes: { deleteEnabled: false } },
          { alias: "retagged", mediaType: DOCKER, tags: ["retagged"] },
          { alias: "untagged-before", mediaType: DOCKER },
        ],
      },
    ],
  });
  for (const tag of ["docker", "oci", "locked", "retagged"]) bench.registry.untag("cnf", tag);
  bench.registry.tag("cnf", "again", "retagged");
}

const count = (): number => bench.registry.manifests("cnf").length;

describe("a retention policy", () => {
  it("deletes Docker registry manifests, and only those, its days after they lost their last tag", async () => {
    await start("enabled");
    bench.clock.at += 7 * DAY_MS - 1;
    const before = count();
    bench.clock.at += 1;
    const token = await fetchToken(bench, "repository:cnf:metadata_read");
    const path = `/acr/v1/cnf/_manifests/${bench.registry.resolve("docker")}`;
    expect([before, (await send(bench, { path, token })).status, count()]).toEqual([5, 404, 4]);
    expect(bench.registry.deletions).toEqual([]);
  });

  it("deletes nothing while it is disabled", async () => {
    await start("disabled");
    bench.clock.at += 365 * DAY_MS;
    expect(count()).toBe(5);
  });
});

it("says that it cannot soft-delete, rather than deleting for good", async () => {
  bench = await startBench({});
  await expect(startBench({ softDeletePolicy: { status: "enabled", retentionDays: 7 } })).rejects.toThrow(
    "cannot soft-delete",
  );
});
