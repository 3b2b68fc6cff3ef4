import { afterEach, describe, expect, it } from "@jest/globals";
import {
  NOW,
  fetchToken,
  send,
  startBench,
  type Bench,
  type RawAnswer,
  type RegistryInput,
} from "./registryFixture.ts";

const ALIASES = ["a", "b", "c", "d"];

let bench: Bench;
let token: string;

async function start(input: RegistryInput): Promise<void> {
  const manifests = ALIASES.map((alias) => ({ alias, tags: [`of-${alias}`] }));
  bench = await startBench({ ...input, repositories: [{ name: "cnf/amf", manifests }] });
  token = await fetchToken(bench, "repository:*:*");
}

afterEach(async () => {
  await bench.registry.stop();
});

const remove = (alias: string): Promise<RawAnswer> =>
  send(bench, { method: "DELETE", path: `/v2/cnf/amf/manifests/${bench.registry.resolve(alias)}`, token });

const countLeft = (): number => bench.registry.manifests("cnf/amf").length;

describe("a registry that takes two deletes a minute", () => {
  it("refuses the third with the seconds that are left of the minute, and deletes nothing", async () => {
    await start({ deletesPerMinute: 2 });
    bench.clock.at = NOW + 20_000;
    expect([await remove("a"), await remove("b")]).toMatchObject([{ status: 202 }, { status: 202 }]);
    const refused = await remove("c");
    expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "40"]);
    expect(refused.json).toMatchObject({ errors: [{ code: "TOOMANYREQUESTS" }] });
    expect(countLeft()).toBe(2);
  });

  it("counts the seconds down, and takes two more in the next minute", async () => {
    await start({ deletesPerMinute: 2 });
    for (const alias of ["a", "b", "c"]) await remove(alias);
    bench.clock.at = NOW + 59_001;
    expect((await remove("c")).headers["retry-after"]).toBe("1");
    bench.clock.at = NOW + 60_000;
    expect([await remove("c"), await remove("d")]).toMatchObject([{ status: 202 }, { status: 202 }]);
  });

  it("counts by whole minutes, not from the first delete on", async () => {
    await start({ deletesPerMinute: 2 });
    bench.clock.at = NOW + 59_000;
    for (const alias of ["a", "b"]) await remove(alias);
    bench.clock.at = NOW + 60_000;
    expect((await remove("c")).status).toBe(202);
  });

  it("counts tags too, and lets everything else pass", async () => {
    await start({ deletesPerMinute: 2 });
    const untag = (tag: string) => send(bench, { method: "DELETE", path: `/acr/v1/cnf/amf/_tags/${tag}`, token });
    expect([await untag("of-a"), await untag("of-b")]).toMatchObject([{ status: 202 }, { status: 202 }]);
    expect((await remove("a")).status).toBe(429);
    expect((await send(bench, { path: "/acr/v1/cnf/amf/_manifests", token })).status).toBe(200);
  });
});

it("takes any number of deletes without a limit", async () => {
  await start({});
  for (const alias of ALIASES) expect((await remove(alias)).status).toBe(202);
});
