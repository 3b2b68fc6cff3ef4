import { z } from "zod";
import { type Azurite, startAzurite } from "../../sandbox/azurite/startAzurite.ts";
import type { VirtualClock } from "../../sandbox/clock/virtualClock.ts";
import type { Estate } from "../../sandbox/estate.ts";
import { type IdentityRoles, OBSERVER_CLIENT_ID, type Sandbox, startSandbox } from "../../sandbox/startSandbox.ts";

/** In-memory tables of two nights of 200,000 resources; Azurite is not what is measured. */
const AZURITE_HEAP_MB = 6_144;

export interface BenchSandboxOptions {
  /** Undefined for those that a registry with roles on itself honours. */
  readonly roles?: IdentityRoles | undefined;
  readonly azurite?: { readonly heapMb: number; readonly nodeArgs: readonly string[] } | undefined;
}

/** A sandbox without Resource Graph's quota, whose Azurite holds a large estate. */
export async function startBenchSandbox(
  estate: Estate,
  clock: VirtualClock,
  options: BenchSandboxOptions = {},
): Promise<Sandbox> {
  const sandbox = await startSandbox(estate, clock, options.roles);
  sandbox.arm.liftQuota();
  await sandbox.azurite.stop();
  const { certificates } = sandbox;
  const azurite = await startAzurite({ certificates, clock, heapMb: AZURITE_HEAP_MB, ...options.azurite });
  return {
    ...sandbox,
    azurite,
    settings: { ...sandbox.settings, ...toStorageSettings(azurite) },
    async stop() {
      await Promise.all([sandbox.stop(), azurite.stop()]);
    },
  };
}

const toStorageSettings = (azurite: Azurite): Record<string, string> => ({
  AzureWebJobsStorage__tableServiceUri: azurite.tableUrl,
  AzureWebJobsStorage__queueServiceUri: azurite.queueUrl,
  AzureWebJobsStorage__blobServiceUri: azurite.blobUrl,
});

const Token = z.object({ access_token: z.string() });

/** A first query, so that the sandbox's own preparations are not part of a night. Returns the number of resources. */
export async function countResources({ identity, arm }: Sandbox): Promise<number> {
  const tokenUrl = `${identity.endpoint}?api-version=2019-08-01&resource=https://management.azure.com&client_id=${OBSERVER_CLIENT_ID}`;
  const token = Token.parse(
    await readJson(await fetch(tokenUrl, { headers: { "X-IDENTITY-HEADER": identity.header } })),
  );
  const query = "resources | summarize resources = count()";
  const response = await fetch(`${arm.url}/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01`, {
    method: "POST",
    headers: { authorization: `Bearer ${token.access_token}`, "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const answer = z.object({ data: z.tuple([z.object({ resources: z.number() })]) }).parse(await readJson(response));
  return answer.data[0].resources;
}

async function readJson(response: Response): Promise<unknown> {
  if (response.status !== 200) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
