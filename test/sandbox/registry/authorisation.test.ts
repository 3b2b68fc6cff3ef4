import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import * as fixture from "./registryFixture.ts";

const REPOSITORIES: fixture.Repositories = [{ name: "cnf/amf", manifests: [{ alias: "image", tags: ["1.0"] }] }];
const LISTING = "/acr/v1/cnf%2Famf/_manifests";
const LISTING_SCOPE = "repository:cnf/amf:metadata_read";
const REPOSITORY_READER = "Container Registry Repository Reader";

let bench: fixture.Bench;

beforeEach(async () => {
  bench = await fixture.startBench({ repositories: REPOSITORIES });
});

afterEach(async () => {
  await bench.registry.stop();
});

const challengeFor = (scope: string): string =>
  `Bearer realm="https://${bench.registry.loginServer}/oauth2/token",service="${bench.registry.loginServer}",scope="${scope}"`;

const read = async (token: string): Promise<number> => (await fixture.send(bench, { path: LISTING, token })).status;

/** Starts the registry anew in the mode in which roles are given per repository. */
async function restartWithAbac(): Promise<void> {
  await bench.registry.stop();
  bench = await fixture.startBench({ repositories: REPOSITORIES, roleAssignmentMode: "AbacRepositoryPermissions" });
}

describe("challenge", () => {
  it.each([
    { method: "GET", path: LISTING, scope: LISTING_SCOPE, action: "metadata_read" },
    {
      method: "PATCH",
      path: `${LISTING}/sha256:0`,
      scope: "repository:cnf/amf:metadata_write",
      action: "metadata_write",
    },
    { method: "DELETE", path: "/v2/cnf/amf/manifests/sha256:0", scope: "repository:cnf/amf:delete", action: "delete" },
    { method: "GET", path: "/v2/cnf/amf/manifests/1.0", scope: "repository:cnf/amf:pull", action: "pull" },
    { method: "GET", path: "/v2/cnf/amf/referrers/sha256:0", scope: "repository:cnf/amf:pull", action: "pull" },
  ])("asks for the one right that $method $path needs", async ({ method, path, scope, action }) => {
    const answer = await fixture.send(bench, { method, path });
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toBe(challengeFor(scope));
    expect(answer.json).toEqual({
      errors: [
        {
          code: "UNAUTHORIZED",
          message: "authentication required, visit https://aka.ms/acr/authorization for more information.",
          detail: [{ Type: "repository", Name: "cnf/amf", Action: action }],
        },
      ],
    });
    expect(answer.body.at(-1)).toBe(10);
  });

  it("asks for the catalogue by its own scope, and for a push by two rights", async () => {
    const catalogue = await fixture.send(bench, { path: "/acr/v1/_catalog" });
    const push = await fixture.send(bench, { method: "PUT", path: "/v2/cnf/amf/manifests/2.0" });
    expect(catalogue.headers["www-authenticate"]).toBe(challengeFor("registry:catalog:*"));
    expect(push.headers["www-authenticate"]).toBe(challengeFor("repository:cnf/amf:pull,push"));
  });

  it("names no scope for the ping", async () => {
    const { status, headers } = await fixture.send(bench, { path: "/v2/" });
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).not.toContain("scope");
  });

  it("calls a token of another scope invalid", async () => {
    const token = await fixture.fetchToken(bench, "repository:cnf/amf:pull");
    const { status, headers } = await fixture.send(bench, { path: LISTING, token });
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toBe(`${challengeFor(LISTING_SCOPE)},error="invalid_token"`);
  });

  it("comes a second time where the identity lacks the right, and the real client gives up", async () => {
    const client = fixture.aClient(bench, ["AcrPull"]);
    const artifact = client.getArtifact("cnf/amf", bench.registry.resolve("image"));
    await expect(artifact.delete()).rejects.toMatchObject({ statusCode: 401 });
    const kinds = bench.registry.calls.map((call) => call.kind);
    expect(kinds).toEqual(["challenge", "exchange", "token", "challenge"]);
    expect(bench.registry.manifests("cnf/amf")).toHaveLength(1);
  });

  it("does not let the right to delete list anything", async () => {
    const client = fixture.aClient(bench, ["AcrDelete"]);
    await expect(client.getRepository("cnf/amf").getProperties()).rejects.toMatchObject({ statusCode: 401 });
  });
});

describe("tokens", () => {
  it("carry what was granted and when it ends", async () => {
    const refresh = fixture.member(await fixture.exchange(bench, fixture.anEntraToken(bench.clock)), "refresh_token");
    const access = fixture.member(
      await fixture.redeem(bench, refresh, "repository:cnf/amf:pull,push,delete registry:catalog:*"),
      "access_token",
    );
    const seconds = fixture.NOW / 1000;
    expect(fixture.claimsOf(refresh)).toMatchObject({ exp: seconds + 11_700, grant_type: "refresh_token" });
    expect(fixture.claimsOf(access)).toMatchObject({
      exp: seconds + 4500,
      access: [
        { Type: "repository", Name: "cnf/amf", Actions: ["pull", "delete"] },
        { Type: "registry", Name: "catalog", Actions: ["*"] },
      ],
    });
  });

  it("are refused once they have expired by the sandbox's clock", async () => {
    const token = await fixture.fetchToken(bench, LISTING_SCOPE);
    expect(await read(token)).toBe(200);
    bench.clock.at += 75 * 60_000;
    expect(await read(token)).toBe(401);
  });

  it("are refused where the registry did not sign them", async () => {
    const [header, , signature] = (await fixture.fetchToken(bench, LISTING_SCOPE)).split(".");
    const claims = { grant_type: "access_token", aud: bench.registry.loginServer, exp: 1e12, access: [] };
    const forged = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}`;
    expect(await read(forged)).toBe(401);
  });

  it.each([
    { name: "another audience", claims: { aud: "https://vault.azure.net" }, status: 401 },
    { name: "an expiry in the past", claims: { exp: fixture.NOW / 1000 - 1 }, status: 401 },
    { name: "no role", claims: { roles: [] }, status: 403 },
    { name: "a role that nobody knows", claims: { roles: ["AcrEverything"] }, status: 400 },
    { name: "the audience of ARM, with a slash", claims: { aud: "https://management.azure.com/" }, status: 200 },
  ])("answer an Entra token with $name with $status", async ({ claims, status }) => {
    const answer = await fixture.exchange(bench, fixture.anEntraToken(bench.clock, claims));
    expect(answer.status).toBe(status);
  });

  it("cover all repositories by a wildcard, with no challenge on the way", async () => {
    const token = await fixture.fetchToken(bench, "repository:*:*");
    expect(await read(token)).toBe(200);
  });
});

describe("a registry with permissions per repository", () => {
  beforeEach(restartWithAbac);

  it("ignores the roles of the registry as a whole", async () => {
    const answer = await fixture.exchange(
      bench,
      fixture.anEntraToken(bench.clock, { roles: ["AcrPull", "Contributor"] }),
    );
    expect([answer.status, answer.json]).toEqual([
      403,
      { errors: [{ code: "DENIED", message: "retrieving permissions failed" }] },
    ]);
  });

  it("ignores wildcards, and says in the refresh token what it is", async () => {
    const roles = [REPOSITORY_READER];
    const entra = fixture.anEntraToken(bench.clock, { roles });
    const refresh = fixture.member(await fixture.exchange(bench, entra), "refresh_token");
    expect(fixture.claimsOf(refresh)).toHaveProperty("aad_identity");
    expect(await read(await fixture.fetchToken(bench, "repository:*:*", roles))).toBe(401);
    expect(await read(await fixture.fetchToken(bench, LISTING_SCOPE, roles))).toBe(200);
  });

  it("keeps the catalogue for those who may list it", async () => {
    const reader = fixture.aClient(bench, [REPOSITORY_READER]);
    const lister = fixture.aClient(bench, ["Container Registry Repository Catalog Lister"]);
    await expect(fixture.collect(reader.listRepositoryNames())).rejects.toMatchObject({ statusCode: 401 });
    expect(await fixture.collect(lister.listRepositoryNames())).toEqual(["cnf/amf"]);
  });
});

it("keeps everyone out of a registry without public access", async () => {
  await bench.registry.stop();
  bench = await fixture.startBench({ publicNetworkAccess: "Disabled" });
  const answer = await fixture.exchange(bench, fixture.anEntraToken(bench.clock));
  expect(answer.status).toBe(403);
  expect(answer.body.toString()).toContain("is not allowed access");
});
