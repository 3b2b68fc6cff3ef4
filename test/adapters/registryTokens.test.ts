import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { createRegistryReader } from "../../lib/azure/registry.ts";
import type { RegistryReader } from "../../lib/ports.ts";
import { CATALOG_LISTER, collect, OBSERVER, REPOSITORY_OBSERVER, REPOSITORY_PURGER } from "./bench.ts";
import { useRegistryBench } from "./registryBench.ts";

const MINUTE_MS = 60_000;
const SECRET = "c2VjcmV0.c2VjcmV0.c2VjcmV0";
const NAMES = Array.from({ length: 12 }, (_, index) => `cnf${index}/amf`);
const REPOSITORIES = NAMES.map((name) => ({ name, manifests: [{ alias: name, tags: ["1.0"] }] }));

const bench = useRegistryBench({ repositories: REPOSITORIES });
const loadPerRepository = () =>
  bench.load({ roleAssignmentMode: "AbacRepositoryPermissions", repositories: REPOSITORIES });

/** Everything that a reader can ask of a repository. */
async function readAll(reader: RegistryReader, repository: string): Promise<void> {
  const digest = bench.registry.resolve(repository);
  await reader.findRepository(repository);
  await collect(reader.listManifests(repository));
  await reader.readTagTimes(repository);
  await reader.findManifest(repository, digest);
  await reader.readBytes(repository, digest);
}

const counts = () => ({
  exchange: bench.count("exchange"),
  token: bench.count("token"),
  challenge: bench.count("challenge"),
});

const settle = (action: Promise<unknown>): Promise<unknown> => action.catch((error: unknown) => error);
/** All that a log could show of an error. */
const textOf = (error: unknown) => `${inspect(error, { depth: 20 })} ${JSON.stringify(error)} ${String(error)}`;

describe("the tokens of a registry", () => {
  it("are one for all repositories and all kinds of reading, with no request refused on the way", async () => {
    const reader = bench.reader();
    await collect(reader.listRepositories());
    for (const name of NAMES) await readAll(reader, name);
    expect(counts()).toEqual({ exchange: 1, token: 1, challenge: 0 });
  });

  it("are asked for once by parallel callers", async () => {
    const reader = bench.reader();
    await Promise.all([collect(reader.listRepositories()), ...NAMES.map((name) => readAll(reader, name))]);
    expect(counts()).toEqual({ exchange: 1, token: 1, challenge: 0 });
  });

  it("are one per purpose: what reads does not delete", async () => {
    const digest = bench.registry.resolve(NAMES[0] ?? "");
    await readAll(bench.reader(), NAMES[0] ?? "");
    expect(await bench.purger().deleteManifest(NAMES[0] ?? "", digest)).toEqual({ is: "deleted" });
    expect(counts()).toEqual({ exchange: 2, token: 2, challenge: 0 });
  });

  it("are renewed before they end, so that no request is refused", async () => {
    const reader = bench.reader();
    const used = [];
    for (const minutes of [0, 69, 2, 70, 71]) {
      bench.time.advance(minutes * MINUTE_MS);
      await readAll(reader, NAMES[0] ?? "");
      used.push([bench.count("exchange"), bench.count("token")]);
    }
    // An access token lives 75 minutes, a refresh token 195; both are renewed 5 minutes early.
    expect(used).toEqual([
      [1, 1],
      [1, 1],
      [1, 2],
      [1, 3],
      [2, 4],
    ]);
    expect(counts().challenge).toBe(0);
  });

  it("are renewed once where the registry refuses one that should be good", async () => {
    const reader = bench.reader();
    await reader.findRepository(NAMES[0] ?? "");
    const headers = { "WWW-Authenticate": 'Bearer realm="r",service="s",scope="x"' };
    bench.addFault({ kind: "status", status: 401, headers, body: {} }, { times: 1 });
    expect(await reader.findRepository(NAMES[1] ?? "")).toMatchObject({ manifestCount: 1 });
    expect(counts()).toEqual({ exchange: 1, token: 2, challenge: 0 });
  });

  it("are asked for again after a call for one has failed", async () => {
    const reader = bench.reader();
    bench.addFault({ kind: "status", status: 403, body: {} }, { path: "^/oauth2/token", times: 1 });
    bench.addFault({ kind: "status", status: 401, body: {} }, { path: "^/oauth2/exchange", times: 1 });
    const operation = "oauth2/";
    const read = () => reader.findRepository(NAMES[0] ?? "");
    await expect(read()).rejects.toMatchObject({ status: 401, operation: `${operation}exchange` });
    await expect(read()).rejects.toMatchObject({ status: 403, operation: `${operation}token` });
    expect(await read()).toMatchObject({ manifestCount: 1 });
  });

  it("are renewed with a new refresh token where the old one is refused", async () => {
    const reader = bench.reader();
    await reader.findRepository(NAMES[0] ?? "");
    bench.time.advance(71 * MINUTE_MS);
    bench.addFault({ kind: "status", status: 401, body: {} }, { path: "^/oauth2/token", times: 1 });
    await settle(reader.findRepository(NAMES[0] ?? ""));
    bench.registry.clearCalls();
    await reader.findRepository(NAMES[0] ?? "");
    expect(bench.count("exchange")).toBe(1);
  });

  it("wait as long as a throttled token call says", async () => {
    bench.addFault({ kind: "throttle", retryAfterSeconds: 7 }, { path: "^/oauth2/", times: 1 });
    await bench.reader().findRepository(NAMES[0] ?? "");
    expect(bench.time.waitsMs).toEqual([7_000]);
  });
});

describe("a failed token call", () => {
  it.each([
    { name: "refused", status: 400, body: { refresh_token: SECRET, message: SECRET } },
    { name: "answered with something else", status: 200, body: { token: SECRET } },
    { name: "answered with a token that is none", status: 200, body: { refresh_token: SECRET } },
    { name: "answered with text", status: 200, body: SECRET },
  ])("that is $name is an UpstreamError whose text holds no token", async ({ status, body }) => {
    bench.addFault({ kind: "status", status, body }, { path: "^/oauth2/exchange" });
    const error = await settle(bench.reader().findRepository(NAMES[0] ?? ""));
    expect(error).toMatchObject({ code: "UpstreamError" });
    expect(textOf(error)).not.toContain(SECRET.slice(0, 8));
  });

  it("that is cut shows neither the identity's token nor the registry's", async () => {
    const tokens: string[] = [];
    const options = bench.options(OBSERVER);
    const reader = createRegistryReader({
      ...options,
      credential: {
        async getToken(...asked) {
          const token = await options.credential.getToken(...asked);
          tokens.push(token?.token ?? "");
          return token;
        },
      },
    });
    bench.addFault({ kind: "reset" }, { path: "^/oauth2/exchange" });
    const error = await settle(reader.findRepository(NAMES[0] ?? ""));
    expect(error).toMatchObject({ code: "UpstreamError", status: undefined });
    expect(new Set(tokens).size).toBe(1);
    expect(textOf(error)).not.toContain(tokens[0]?.slice(0, 40));
  });
});

describe("a registry with permissions per repository", () => {
  it("needs one token per repository and one for the catalogue, and no challenge", async () => {
    await loadPerRepository();
    const reader = bench.reader(REPOSITORY_OBSERVER);
    await collect(reader.listRepositories());
    for (const name of [...NAMES, ...NAMES]) await readAll(reader, name);
    expect(counts()).toEqual({ exchange: 1, token: NAMES.length + 1, challenge: 0 });
  });

  it("are one for every ten repositories that were announced, and one each for others", async () => {
    await loadPerRepository();
    const reader = bench.reader(REPOSITORY_OBSERVER);
    const [first = "", ...announced] = NAMES;
    reader.announce(announced);
    for (const name of announced) await readAll(reader, name);
    expect(counts()).toEqual({ exchange: 1, token: 2, challenge: 0 });
    await readAll(reader, first);
    expect(counts()).toEqual({ exchange: 1, token: 3, challenge: 0 });
  });

  it("still refuse what the roles leave out where ten repositories share one", async () => {
    await loadPerRepository();
    const reader = bench.reader(CATALOG_LISTER);
    reader.announce(NAMES);
    await expect(reader.findRepository(NAMES[0] ?? "")).rejects.toMatchObject({ status: 401 });
  });

  it.each(["cnf/tags", "cnf/manifests/amf"])(
    "reads %s, whose name looks like the end of another path",
    async (name) => {
      await bench.load({
        roleAssignmentMode: "AbacRepositoryPermissions",
        repositories: [{ name, manifests: [{ alias: name, tags: ["1.0"] }] }],
      });
      await readAll(bench.reader(REPOSITORY_OBSERVER), name);
      expect(counts()).toEqual({ exchange: 1, token: 1, challenge: 0 });
    },
  );

  it("lets an identity delete in its repositories", async () => {
    await loadPerRepository();
    const purger = bench.purger(REPOSITORY_PURGER);
    for (const name of NAMES.slice(0, 3))
      expect(await purger.deleteManifest(name, bench.registry.resolve(name))).toEqual({ is: "deleted" });
    expect(counts()).toEqual({ exchange: 1, token: 3, challenge: 0 });
  });

  it("answers 401 to what the roles leave out, which is not 'absent'", async () => {
    await loadPerRepository();
    const reader = bench.reader(CATALOG_LISTER);
    expect((await collect(reader.listRepositories())).flat()).toEqual(NAMES.toSorted());
    const failure = { code: "UpstreamError", status: 401 };
    await expect(reader.findRepository(NAMES[0] ?? "")).rejects.toMatchObject(failure);
    const digest = bench.registry.resolve(NAMES[0] ?? "");
    await expect(reader.findManifest(NAMES[0] ?? "", digest)).rejects.toMatchObject(failure);
    await expect(reader.readBytes(NAMES[0] ?? "", digest)).rejects.toMatchObject(failure);
  });

  it("answers 401 to listings, too", async () => {
    await loadPerRepository();
    const failure = { code: "UpstreamError", status: 401 };
    await expect(collect(bench.reader(REPOSITORY_PURGER).listRepositories())).rejects.toMatchObject(failure);
    const reader = bench.reader(CATALOG_LISTER);
    await expect(collect(reader.listManifests(NAMES[0] ?? ""))).rejects.toMatchObject(failure);
    await expect(reader.readTagTimes(NAMES[0] ?? "")).rejects.toMatchObject(failure);
  });

  it("refuses the roles of a registry as a whole with 403", async () => {
    await loadPerRepository();
    const found = bench.reader(OBSERVER).findRepository(NAMES[0] ?? "");
    await expect(found).rejects.toMatchObject({ code: "UpstreamError", status: 403, operation: "oauth2/exchange" });
  });
});
