import { beforeAll, describe, expect, it } from "@jest/globals";
import { FaultSchema } from "../sandbox/estate.ts";
import { useJobBench } from "./jobBench.ts";
import { untilDue, untilPurge, withdraw } from "./ripe.ts";
import { anImage, anIndex, aRegistry, aRepository, OLD, OLD_REPOSITORIES, smallEstate } from "./smallEstate.ts";
import type { World } from "./world.ts";

const bench = useJobBench();

const INDEX = "application/vnd.oci.image.index.v1+json";

/** Beside the release that goes, an index that somebody tagged: it shares a child with it, and has one of its own. */
const golden = [
  anImage("golden amd64"),
  { alias: "golden", mediaType: INDEX, children: [{ ref: "golden amd64" }, { ref: "old arm64" }], tags: ["golden"] },
  { ...anImage("golden signature"), artifactType: "application/vnd.example.signature", subject: "golden" },
];
const [chart, nginx] = OLD_REPOSITORIES;
const estate = () =>
  smallEstate({
    registries: [
      aRegistry("contosoacr", [
        chart ?? {},
        { ...nginx, manifests: [...anIndex("old"), ...golden] },
        aRepository("live/chart", [anImage("live chart", ["1.0"])]),
        aRepository("live/nginx", anIndex("live")),
      ]),
    ],
  });
const GOES = OLD.filter((alias) => alias !== "old arm64");
const MAX_NIGHTS = 6;
const REGISTRY = "registry:contosoacr";

const refuse = (status: number, code: string) => ({
  kind: "status",
  status,
  body: { errors: [{ code, message: "of the test" }] },
});
const EFFECTS = {
  "404": refuse(404, "MANIFEST_UNKNOWN"),
  "405": refuse(405, "UNSUPPORTED"),
  "429": { kind: "throttle", retryAfterSeconds: 5 },
  "500": refuse(500, "UNKNOWN"),
  reset: { kind: "reset" },
  "an empty answer": { kind: "status", status: 200, body: {} },
};
const CALLS = {
  "the catalogue": { path: "^/acr/v1/_catalog" },
  "a listing of registry manifests": { path: "^/acr/v1/[^?]+/_manifests(\\?|$)" },
  "the facts of a repository": { path: "^/acr/v1/(old|live)/[a-z]+(\\?|$)" },
  "the properties of a registry manifest": { path: "^/acr/v1/[^?]+/_manifests/sha256" },
  "a listing of tags": { path: "^/acr/v1/[^?]+/_tags" },
  bytes: { method: "GET", path: "^/v2/[^?]+/manifests/" },
  "a delete": { method: "DELETE" },
  tokens: { path: "^/oauth2/" },
};

const registryCases = (effects: readonly (keyof typeof EFFECTS)[]) =>
  Object.entries(CALLS).flatMap(([call, match]) =>
    effects.map((effect) => ({ call, effect, fault: { target: REGISTRY, effect: EFFECTS[effect], ...match } })),
  );
const armCases = (effects: readonly (keyof typeof EFFECTS)[]) =>
  effects.flatMap((effect) =>
    ["arm", "resourceGraph"].map((target) => ({ call: target, effect, fault: { target, effect: EFFECTS[effect] } })),
  );

/** How long a fault lasts; a registry that is busy answers in the end. */
const lasting = (fault: { readonly effect: { readonly kind: string } }, time: string) => ({
  ...fault,
  for: time,
  ...(fault.effect.kind === "throttle" && { times: 40 }),
});

/** Everything that is tagged, and what hangs on it. */
const listNeeded = (world: World): readonly string[] =>
  world.content().filter((line) => /live|golden|arm64/.test(line));

describe("a server that answers falsely", () => {
  let young: World;
  let due: World;
  let planned: World;
  let needed: readonly string[];
  beforeAll(async () => {
    young = await bench.prepare(estate(), (world) => withdraw(world));
    due = await bench.prepare(estate(), untilDue);
    planned = await bench.prepare(estate(), untilPurge);
    needed = listNeeded(young);
  });

  it("is what holds the purge back: without it exactly what nothing needs goes", async () => {
    const world = await bench.fork(due);
    await world.night();
    expect(world.deleted()).toEqual(GOES);
    expect(listNeeded(world)).toEqual(needed);
  });

  /** Nothing that is needed goes while it lasts, and all the rest does once it is over. */
  async function expectRecovery(world: World): Promise<void> {
    expect(listNeeded(world)).toEqual(needed);
    for (let night = 0; night < MAX_NIGHTS && world.deleted().length < GOES.length; night += 1) await world.night();
    expect(world.deleted()).toEqual(GOES);
    expect(listNeeded(world)).toEqual(needed);
  }

  function addFault(world: World, given: object): void {
    const fault = FaultSchema.parse(given);
    const server = fault.target === REGISTRY ? world.registry() : world.arm;
    server.addFault(fault);
  }

  it.each([...registryCases(["404", "500"]), ...armCases(["404", "500"])])(
    "from the first sighting on costs nothing that is needed: $effect at $call",
    async ({ fault }) => {
      const world = await bench.fork(young);
      addFault(world, lasting(fault, "71h"));
      await world.nights(3);
      await expectRecovery(world);
    },
  );

  const ALL = ["404", "405", "429", "reset"] as const;
  it.each([...registryCases(ALL), ...armCases(ALL)])(
    "in the night of the purge costs nothing that is needed: $effect at $call",
    async ({ fault }) => {
      const world = await bench.fork(due);
      addFault(world, lasting(fault, "23h"));
      await world.night();
      await expectRecovery(world);
    },
  );

  it.each(registryCases(["404", "500", "an empty answer"]).filter(({ call }) => call !== "the catalogue"))(
    "for a moment of the last look costs nothing that is needed: $effect at $call",
    async ({ fault }) => {
      const world = await bench.fork(planned);
      addFault(world, { ...fault, times: 1, skip: 1 });
      await world.stage("purge");
      await world.nextDay();
      await expectRecovery(world);
    },
  );
});
