import { describe, expect, it } from "@jest/globals";
import { createRestore } from "../../../functions/restores.ts";
import type { Deps } from "../../../lib/jobs/deps.ts";
import { REGISTRY } from "../../fakes/builders.ts";
import { aPart, aService, call, seeSnapshot } from "./aService.ts";

const NAME = REGISTRY.slice(REGISTRY.lastIndexOf("/") + 1);
const BODY = {
  registry: NAME,
  repository: "cnf/nginx",
  digest: `sha256:${"a".repeat(64)}`,
  tag: "1.0",
  by: "the operator on duty",
  why: "a rollback",
};
const ON = { RESTORER_CLIENT_ID: "restorer" };

const ask = (deps: Deps, body: unknown) => call(createRestore(deps), { method: "POST", path: "/api/restores", body });

describe("POST /restores", () => {
  it.each([
    { name: "an unknown field", body: { ...BODY, force: true }, says: "force" },
    { name: "no reason", body: { ...BODY, why: " " }, says: "why" },
    { name: "nobody who answers for it", body: { ...BODY, by: undefined }, says: "by" },
    { name: "a tag in place of the digest", body: { ...BODY, digest: "1.0" }, says: "digest" },
    { name: "a repository that is none", body: { ...BODY, repository: "../x" }, says: "repository" },
    { name: "a tag that is none", body: { ...BODY, tag: "1:0" }, says: "is not a tag" },
    { name: "a digest as the tag", body: { ...BODY, tag: BODY.digest }, says: "is not a tag" },
    {
      name: "a tag that holds nothing back",
      body: { ...BODY, tag: `sha256-${"a".repeat(64)}` },
      says: "holds nothing",
    },
    { name: "no body", body: undefined, says: "body" },
  ])("refuses $name", async ({ body, says }) => {
    const answer = await ask(aService(ON), body);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(says);
  });

  it("says which setting and which role it needs where it is off, and asks nobody", async () => {
    const deps = aService();
    await seeSnapshot(deps);
    const answer = await ask(deps, BODY);
    expect(answer).toMatchObject({ status: 409, json: { title: "Conflict", setting: "RESTORER_CLIENT_ID" } });
    expect(answer.json["detail"]).toMatch(/AcrPush.*ABAC.*Container Registry Repository Writer/);
  });

  it("does not know a registry that no processed snapshot covers", async () => {
    expect(await ask(aService(ON), BODY)).toMatchObject({ status: 404 });
    const deps = aService(ON);
    await seeSnapshot(deps);
    expect(await ask(deps, { ...BODY, registry: "another" })).toMatchObject({ status: 404 });
  });

  it("asks for the resource id where two registries have the name", async () => {
    const other = REGISTRY.replace(/resourcegroups\/[^/]+/, "resourcegroups/other");
    const deps = aService(ON);
    const parts = [aPart(), aPart({ name: REGISTRY }), aPart({ name: other })];
    await seeSnapshot(deps, { header: { expectedParts: parts.map(({ name }) => name) }, parts });
    const answer = await ask(deps, BODY);
    expect(answer).toMatchObject({ status: 400, json: { registryIds: [REGISTRY, other].toSorted() } });
  });

  it("waits while somebody else works on the registry", async () => {
    const deps = { ...aService(ON), leases: { acquire: async () => undefined } };
    await seeSnapshot(deps);
    expect(await ask(deps, BODY)).toMatchObject({ status: 409, text: expect.stringContaining("purged") });
  });

  it("gives the lease back where the registry cannot be used", async () => {
    const released: string[] = [];
    const acquire = async (name: string) => ({ isHeld: () => true, release: async () => void released.push(name) });
    const arm = { ...aService().arm, getResource: async () => ({ is: "absent" }) as const };
    const deps = { ...aService(ON), leases: { acquire }, arm };
    await seeSnapshot(deps);
    expect(await ask(deps, BODY)).toMatchObject({ status: 409, text: expect.stringContaining("does not exist") });
    expect(released).toEqual([expect.stringMatching(/^purge-[0-9a-f]{32}$/)]);
  });
});
