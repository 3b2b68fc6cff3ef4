import { afterAll, afterEach, beforeAll, beforeEach } from "@jest/globals";
import type { SandboxServer } from "../sandbox/contracts.ts";
import { FaultSchema } from "../sandbox/estate.ts";
import { present, startBench, type Bench } from "./bench.ts";
import { startScriptedServer, type ScriptedServer } from "./scriptedServer.ts";
import { takeTime, type TestTime } from "./testTime.ts";

/** What a fault does, as `FaultSchema` has it. */
export type Effect = { readonly kind: string } & Readonly<Record<string, unknown>>;

/** Which requests a fault meets; default: all of them, for ever. */
export interface Match {
  readonly method?: string;
  readonly path?: string;
  readonly times?: number;
  readonly skip?: number;
}

/** One server of the sandbox, started anew for each test with what that test needs, beside a host that is not Azure's. */
export abstract class ServerBench<Server extends SandboxServer, Input> {
  #bench: Bench | undefined;
  #stranger: ScriptedServer | undefined;
  #time: TestTime | undefined;
  #server: Server | undefined;

  protected abstract create(input: Input): Promise<Server>;

  get server(): Server {
    return present(this.#server);
  }
  get bench(): Bench {
    return present(this.#bench);
  }
  get time(): TestTime {
    return present(this.#time);
  }
  get stranger(): ScriptedServer {
    return present(this.#stranger);
  }

  /** Replaces the server by one with this input. */
  async load(input: Input): Promise<void> {
    await this.#server?.stop();
    this.#server = await this.create(input);
  }

  protected addFaultFor(target: string, effect: Effect, match: Match): void {
    this.server.addFault(FaultSchema.parse({ target, effect, ...match }));
  }

  /** Registers start and teardown for the tests of a file; each test begins with a server with this input. */
  use(input: Input): this {
    beforeAll(async () => {
      this.#bench = await startBench({ now: () => Date.now() });
      this.#stranger = await startScriptedServer(this.#bench.certificates);
    });
    beforeEach(async () => {
      this.#time = takeTime();
      this.stranger.received.splice(0);
      await this.load(input);
    });
    afterEach(async () => {
      this.#time?.restore();
      await this.#server?.stop();
      this.#server = undefined;
    });
    afterAll(async () => {
      await Promise.all([this.#bench?.stop(), this.#stranger?.stop()]);
    });
    return this;
  }
}
