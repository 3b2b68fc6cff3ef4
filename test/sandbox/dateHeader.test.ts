import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { FaultSchema, type Fault } from "./estate.ts";
import { fetchToken, NAME, send, startBench, type Bench } from "./registry/registryFixture.ts";
import { PUBLISHER, PUBLISHER_RESOURCES, startTestSandbox, type TestSandbox } from "./resourceGraph/testSandbox.ts";

// Monday, 3 March 2031: years from the clock of any machine that runs this.
const NOW = Date.parse("2031-03-03T02:00:00Z");
const HOUR_MS = 3_600_000;
const QUERY = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";

interface Answer {
  readonly status: number;
  readonly date: string | null;
}

let sandbox: TestSandbox;
let bench: Bench;
let token: string;

beforeAll(async () => {
  sandbox = await startTestSandbox({ resources: PUBLISHER_RESOURCES });
  bench = await startBench({ repositories: [{ name: "cnf/amf", manifests: [{ tags: ["1"] }] }] });
});
afterAll(async () => {
  await Promise.all([sandbox.stop(), bench.registry.stop()]);
});
beforeEach(async () => {
  sandbox.clock.time = NOW;
  bench.clock.at = NOW;
  token = await fetchToken(bench, "repository:*:*");
});

async function callIdentity(resource = "r"): Promise<Answer> {
  const url = `${sandbox.identity.endpoint}?api-version=2019-08-01&resource=${resource}`;
  const { status, headers } = await fetch(url, { headers: { "X-IDENTITY-HEADER": sandbox.identity.header } });
  return { status, date: headers.get("date") };
}

async function callArm(path: string, body?: object): Promise<Answer> {
  const { status, headers } = await sandbox.call(body ? "POST" : "GET", path, { body });
  return { status, date: headers.get("date") };
}

async function callRegistry(path: string): Promise<Answer> {
  const { status, headers } = await send(bench, { path, token });
  return { status, date: headers.date ?? null };
}

interface Server {
  readonly name: string;
  readonly target: string;
  readonly call: () => Promise<Answer>;
  readonly callWrongly: () => Promise<Answer>;
  readonly addFault: (fault: Fault) => void;
}

const SERVERS: readonly Server[] = [
  {
    name: "the identity endpoint",
    target: "identity",
    call: () => callIdentity(),
    callWrongly: () => callIdentity(""),
    addFault: (fault) => sandbox.identity.addFault(fault),
  },
  {
    name: "Azure Resource Manager",
    target: "arm",
    call: () => callArm(PUBLISHER),
    callWrongly: () => callArm(`${PUBLISHER}x`),
    addFault: (fault) => sandbox.arm.addFault(fault),
  },
  {
    name: "Resource Graph",
    target: "resourceGraph",
    call: () => callArm(QUERY, { query: "resources | count" }),
    callWrongly: () => callArm(QUERY, { query: "nothing" }),
    addFault: (fault) => sandbox.arm.addFault(fault),
  },
  {
    name: "a registry",
    target: `registry:${NAME}`,
    call: () => callRegistry("/acr/v1/cnf%2Famf/_tags"),
    callWrongly: () => callRegistry("/acr/v1/cnf%2Fnone"),
    addFault: (fault) => bench.registry.addFault(fault),
  },
];

describe.each(SERVERS)("the Date of $name", ({ target, call, callWrongly, addFault }) => {
  const skew = (ms: number, times: number) =>
    addFault(FaultSchema.parse({ target, times, effect: { kind: "clockSkew", ms } }));

  it("is the sandbox's, not the machine's", async () => {
    expect(await call()).toEqual({ status: 200, date: "Mon, 03 Mar 2031 02:00:00 GMT" });
    sandbox.clock.time += HOUR_MS;
    bench.clock.at += HOUR_MS;
    expect(await call()).toEqual({ status: 200, date: "Mon, 03 Mar 2031 03:00:00 GMT" });
  });

  it.each([
    { ms: 600_000, date: "Mon, 03 Mar 2031 02:10:00 GMT" },
    { ms: -600_000, date: "Mon, 03 Mar 2031 01:50:00 GMT" },
  ])("is shifted by a fault of $ms ms, and the answer is as always", async ({ ms, date }) => {
    skew(ms, 1);
    expect(await call()).toEqual({ status: 200, date });
    expect((await call()).date).toBe("Mon, 03 Mar 2031 02:00:00 GMT");
  });

  it("is shifted on an error too", async () => {
    const { status } = await callWrongly();
    expect(status).toBeGreaterThanOrEqual(400);
    skew(600_000, 1);
    expect(await callWrongly()).toEqual({ status, date: "Mon, 03 Mar 2031 02:10:00 GMT" });
  });

  it("is there on what a fault answers instead", async () => {
    addFault(FaultSchema.parse({ target, times: 1, effect: { kind: "status", status: 503 } }));
    expect(await call()).toEqual({ status: 503, date: "Mon, 03 Mar 2031 02:00:00 GMT" });
  });
});
