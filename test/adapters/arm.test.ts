import { describe, expect, it } from "@jest/globals";
import { aResource, MANIFEST, PUBLISHER, PUBLISHER_RESOURCES, STORE } from "../sandbox/resourceGraph/testSandbox.ts";
import { useArmBench } from "./armBench.ts";
import { HALF_READER, UNKNOWN } from "./bench.ts";

const FOREIGN = PUBLISHER.replace("/s1/", "/s2/");
const bench = useArmBench({ resources: [...PUBLISHER_RESOURCES, aResource(FOREIGN)], pageSize: 2 });
const error = (code: string) => ({ error: { code, message: "words that nobody should read" } });

describe("getting a resource", () => {
  it("finds it, whatever the case of the id", async () => {
    const answer = await bench.arm().getResource(MANIFEST.toLowerCase());
    expect(answer).toMatchObject({ is: "found", resource: { id: MANIFEST } });
    expect(bench.server.calls.map(({ path }) => path)).toEqual([`${MANIFEST.toLowerCase()}?api-version=2025-03-30`]);
  });

  it.each([
    { name: "the resource", id: `${MANIFEST}x` },
    { name: "its parent", id: `${PUBLISHER}x/artifactStores/s/artifactManifests/m` },
    { name: "its resource group", id: MANIFEST.replace("Rg1", "rg9") },
  ])("says absent where $name is not there", async ({ id }) => {
    expect(await bench.arm().getResource(id)).toEqual({ is: "absent" });
  });

  it("says absent after a deletion, and unknown where the subscription is not found", async () => {
    bench.server.remove(MANIFEST, { force: true });
    expect(await bench.arm().getResource(MANIFEST)).toEqual({ is: "absent" });
    expect(await bench.arm().getResource(MANIFEST.replace("/s1/", "/s9/"))).toEqual({
      is: "unknown",
      why: expect.stringContaining("SubscriptionNotFound"),
      status: 404,
    });
  });

  it.each([
    { code: "ResourceNotFound", answer: { is: "absent" } },
    { code: "ParentResourceNotFound", answer: { is: "absent" } },
    { code: "ResourceGroupNotFound", answer: { is: "absent" } },
    { code: "SubscriptionNotFound", answer: { is: "unknown" } },
    { code: "InvalidResourceType", answer: { is: "unknown" } },
    { code: "NoRegisteredProviderFound", answer: { is: "unknown" } },
    { code: "NotFound", answer: { is: "unknown" } },
    { code: "", answer: { is: "unknown" } },
  ])("answers $answer to a 404 with the code '$code'", async ({ code, answer }) => {
    bench.addFault("arm", { kind: "status", status: 404, body: error(code) });
    expect(await bench.arm().getResource(MANIFEST)).toMatchObject(answer);
  });

  it.each([
    { status: 404, body: {} },
    { status: 404, body: { code: "ResourceNotFound" } },
    { status: 404, body: "ResourceNotFound" },
    { status: 404, body: { error: { code: 404 } } },
    { status: 400, body: error("ResourceNotFound") },
    { status: 403, body: error("AuthorizationFailed") },
    { status: 403, body: error("ResourceNotFound") },
    { status: 409, body: error("ResourceNotFound") },
    { status: 410, body: error("ResourceNotFound") },
    { status: 204, body: undefined },
    { status: 202, body: {} },
    { status: 200, body: "found" },
    { status: 200, body: null },
    { status: 401, body: error("ExpiredAuthenticationToken") },
    { status: 500, body: error("ResourceNotFound") },
    { status: 429, body: error("TooManyRequests") },
  ])("says unknown where the answer is $status with $body", async ({ status, body }) => {
    bench.stranger.reply = () => ({ status, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const answer = await bench.arm(undefined, bench.stranger.url).getResource(MANIFEST);
    expect(answer).toEqual({ is: "unknown", why: expect.stringContaining(`status ${status}`), status });
  });

  it("says unknown where the body ends early", async () => {
    bench.stranger.reply = () => ({ status: 200, body: `{"id":"${MANIFEST}","properties":{` });
    expect(await bench.arm(undefined, bench.stranger.url).getResource(MANIFEST)).toMatchObject({ is: "unknown" });
  });

  it("says unknown where the connection stays cut, after having tried again", async () => {
    bench.addFault("arm", { kind: "reset" });
    expect(await bench.arm().getResource(MANIFEST)).toMatchObject({ is: "unknown" });
    expect(bench.server.calls.length).toBeGreaterThan(1);
  });

  it.each([
    { effect: { kind: "reset" }, waits: [expect.any(Number)] },
    { effect: { kind: "throttle", retryAfterSeconds: 7 }, waits: [7_000] },
    { effect: { kind: "status", status: 503 }, waits: [expect.any(Number)] },
  ])("tries again after $effect", async ({ effect, waits }) => {
    bench.addFault("arm", effect, { times: 1 });
    expect(await bench.arm().getResource(MANIFEST)).toMatchObject({ is: "found" });
    expect(bench.time.waitsMs).toEqual(waits);
  });

  it("says unknown without a right, without an identity and for a provider that nobody knows", async () => {
    expect(await bench.arm(HALF_READER).getResource(FOREIGN)).toEqual({
      is: "unknown",
      why: expect.stringContaining("status 403"),
      status: 403,
    });
    bench.server.clearCalls();
    expect(await bench.arm(UNKNOWN).getResource(MANIFEST)).toMatchObject({ is: "unknown" });
    const foreign = MANIFEST.replace("Microsoft.HybridNetwork", "Microsoft.Unknown");
    expect(await bench.arm().getResource(foreign)).toMatchObject({ is: "unknown" });
    expect(bench.server.calls).toEqual([]);
  });

  it.each(["x?y", "x#y", "100%", "a b", "ü"])(
    "asks for the resource that is named %s and for no other",
    async (name) => {
      const id = `${STORE}/artifactManifests/${name}`;
      bench.stranger.reply = () => ({ status: 200, body: JSON.stringify({ id }) });
      await bench.arm(undefined, bench.stranger.url).getResource(id);
      const url = new URL(bench.stranger.received[0]?.path ?? "", bench.stranger.url);
      expect([decodeURIComponent(url.pathname), url.search]).toEqual([id, "?api-version=2025-03-30"]);
    },
  );

  it("takes no other host's word, and shows it no token, where it is redirected", async () => {
    bench.stranger.reply = () => ({ status: 404, body: JSON.stringify(error("ResourceNotFound")) });
    bench.addFault("arm", { kind: "status", status: 307, headers: { Location: `${bench.stranger.url}${MANIFEST}` } });
    expect(await bench.arm().getResource(MANIFEST)).toMatchObject({ is: "unknown" });
    expect(bench.stranger.received).toEqual([]);
  });
});
