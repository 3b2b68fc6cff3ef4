import { createArm as createAdapter } from "../../lib/azure/arm.ts";
import { createResourceGraph } from "../../lib/azure/resourceGraph.ts";
import type { Arm, ResourceGraph } from "../../lib/ports.ts";
import { createArm, type ArmOptions, type ArmServer } from "../sandbox/arm/arm.ts";
import { TENANT_ID } from "../sandbox/identity/identity.ts";
import { OBSERVER } from "./bench.ts";
import { ServerBench, type Effect, type Match } from "./serverBench.ts";

const AUDIENCE = "https://management.azure.com";

/** ARM, with Resource Graph on the same server. */
class ArmBench extends ServerBench<ArmServer, Partial<ArmOptions>> {
  protected override create(options: Partial<ArmOptions>): Promise<ArmServer> {
    const { certificates } = this.bench;
    return createArm({ clock: this.time, certificates, tenantId: TENANT_ID, registries: [], ...options });
  }

  arm(clientId = OBSERVER, endpoint = this.server.url): Arm {
    return createAdapter({ credential: this.bench.credentialOf(clientId), endpoint, audience: AUDIENCE });
  }

  graph(clientId = OBSERVER, endpoint = this.server.url): ResourceGraph {
    return createResourceGraph({ credential: this.bench.credentialOf(clientId), endpoint, audience: AUDIENCE });
  }

  addFault(target: "arm" | "resourceGraph", effect: Effect, match: Match = {}): void {
    this.addFaultFor(target, effect, match);
  }
}

export const useArmBench = (options: Partial<ArmOptions>): ArmBench => new ArmBench().use(options);
