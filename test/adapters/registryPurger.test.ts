import { describe, expect, it } from "@jest/globals";
import type { DeleteAnswer } from "../../lib/ports.ts";
import { OBSERVER, UNKNOWN } from "./bench.ts";
import { useRegistryBench } from "./registryBench.ts";

const REPOSITORY = "cnf-core/amf";
const NO_SUCH_DIGEST = `sha256:${"0".repeat(64)}`;

const bench = useRegistryBench({
  repositories: [
    {
      name: REPOSITORY,
      manifests: [
        { alias: "old" },
        { alias: "signature", subject: "old", artifactType: "application/vnd.example.signature" },
        { alias: "kept", tags: ["1.0"] },
        { alias: "locked", attributes: { deleteEnabled: false } },
        { alias: "frozen", attributes: { writeEnabled: false } },
      ],
    },
  ],
});

const digests = () => bench.registry.manifests(REPOSITORY).map(({ digest }) => digest);
const remove = (alias: string, clientId?: string): Promise<DeleteAnswer> =>
  bench.purger(clientId).deleteManifest(REPOSITORY, bench.registry.resolve(alias));
/** DELETE requests that reached the registry, answered or not. */
const deletes = () => bench.registry.calls.filter(({ method }) => method === "DELETE");

describe("deleting a registry manifest", () => {
  it("removes the digest, and says that it did it", async () => {
    const digest = bench.registry.resolve("old");
    expect(await remove("old")).toEqual({ is: "deleted" });
    expect(digests()).not.toContain(digest);
    expect(deletes()).toMatchObject([{ path: `/v2/${REPOSITORY}/manifests/${digest}`, status: 202 }]);
  });

  it("leaves everything else in place, but for what refers to it", async () => {
    await remove("old");
    const left = ["kept", "locked", "frozen"].map((alias) => bench.registry.resolve(alias));
    expect(digests().toSorted()).toEqual(left.toSorted());
  });

  it("tells that somebody else did it", async () => {
    await remove("old");
    expect(await remove("old")).toEqual({ is: "alreadyGone" });
    expect(await bench.purger().deleteManifest(REPOSITORY, NO_SUCH_DIGEST)).toEqual({ is: "alreadyGone" });
    expect(await bench.purger().deleteManifest("no/such", NO_SUCH_DIGEST)).toEqual({ is: "alreadyGone" });
  });

  it.each([
    { name: "a page of something in between", headers: { "Content-Type": "text/html" }, body: "<h1>Not Found</h1>" },
    { name: "JSON without a code", headers: {}, body: { message: "no such route" } },
    { name: "a code of another kind", headers: {}, body: { errors: [{ code: "UNSUPPORTED" }] } },
    { name: "an empty body", headers: {}, body: "" },
  ])("does not take a 404 for gone that is $name", async ({ headers, body }) => {
    bench.addFault({ kind: "status", status: 404, headers, body }, { method: "DELETE" });
    expect(await remove("old")).toMatchObject({ is: "unknown" });
    expect(deletes()).toHaveLength(1);
    expect(digests()).toContain(bench.registry.resolve("old"));
  });

  it.each(["locked", "frozen"])("keeps what is %s", async (alias) => {
    expect(await remove(alias)).toEqual({ is: "locked" });
    expect(digests()).toContain(bench.registry.resolve(alias));
  });

  it.each([
    { status: 429, headers: { "Retry-After": "7" }, answer: { is: "throttled", retryAfterMs: 7_000 } },
    { status: 429, headers: {}, answer: { is: "throttled", retryAfterMs: undefined } },
    {
      status: 429,
      headers: { "Retry-After": "Mon, 02 Mar 2026 02:01:00 GMT" },
      answer: { is: "throttled", retryAfterMs: 60_000 },
    },
    { status: 503, headers: { "Retry-After": "7" }, answer: { is: "unknown", busy: { retryAfterMs: 7_000 } } },
    { status: 503, headers: {}, answer: { is: "unknown", busy: { retryAfterMs: undefined } } },
    { status: 500, headers: {}, answer: { is: "unknown" } },
    { status: 502, headers: { "Content-Type": "text/html" }, answer: { is: "unknown" } },
    { status: 408, headers: {}, answer: { is: "unknown" } },
    { status: 400, headers: {}, answer: { is: "failed" } },
    { status: 403, headers: {}, answer: { is: "forbidden" } },
  ])("is asked for once, and answers $answer, where the registry answers $status", async (given) => {
    const { status, headers, answer } = given;
    bench.addFault({ kind: "status", status, headers, body: {} }, { method: "DELETE" });
    expect(await remove("old")).toMatchObject(answer);
    expect(deletes().map((call) => call.status)).toEqual([status]);
    expect(bench.time.waitsMs).toEqual([]);
  });

  it("is asked for once where the connection is cut: nobody knows whether it happened", async () => {
    bench.addFault({ kind: "reset" }, { method: "DELETE" });
    expect(await remove("old")).toMatchObject({ is: "unknown" });
    expect(deletes()).toHaveLength(1);
  });

  it("is no success where the registry answers 200: only 202 and 404 are", async () => {
    bench.addFault({ kind: "status", status: 200, body: {} }, { method: "DELETE" });
    expect(await remove("old")).toMatchObject({ is: "unknown" });
  });

  const redirect = () => {
    bench.stranger.reply = () => ({ status: 202 });
    const headers = { Location: `${bench.stranger.url}/v2/x/manifests/y` };
    bench.addFault({ kind: "status", status: 307, headers }, { method: "DELETE" });
  };

  it("does not happen long after it was asked for: the decision would be stale", async () => {
    const askedAt = bench.time.now();
    bench.addFault({ kind: "throttle", retryAfterSeconds: 20 }, { path: "^/oauth2/", times: 2 });
    await remove("old");
    expect(deletes().filter(({ at }) => at > askedAt + 10_000)).toEqual([]);
  });

  it("never shows the token to another host", async () => {
    redirect();
    await remove("old");
    expect(deletes().map((call) => call.status)).toEqual([307]);
    expect(bench.stranger.received.filter(({ headers }) => "authorization" in headers)).toEqual([]);
  });

  it("does not take another host's word for the deletion", async () => {
    redirect();
    expect(await remove("old")).not.toMatchObject({ is: "deleted" });
  });
});

describe("an identity that may not delete", () => {
  it("is told so, and nothing is deleted", async () => {
    expect(await remove("old", OBSERVER)).toEqual({ is: "forbidden", why: expect.stringContaining("status 401") });
    expect(digests()).toContain(bench.registry.resolve("old"));
  });

  it("is asked for once", async () => {
    await remove("old", OBSERVER);
    expect(deletes().map((call) => call.status)).toEqual([401]);
  });

  it("is told so where it has no role at all", async () => {
    await bench.load({
      roleAssignmentMode: "AbacRepositoryPermissions",
      repositories: [{ name: REPOSITORY, manifests: [{ alias: "old" }] }],
    });
    expect(await remove("old")).toEqual({ is: "forbidden", why: expect.stringContaining("status 403") });
    expect(deletes()).toEqual([]);
  });

  it("fails without a request where it does not exist", async () => {
    expect(await remove("old", UNKNOWN)).toMatchObject({ is: "unknown" });
    expect(bench.registry.calls).toEqual([]);
  });
});
