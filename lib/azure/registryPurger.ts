import { ContainerRegistryClient } from "@azure/container-registry";
import type { FullOperationResponse } from "@azure/core-client";
import type { UpstreamError } from "../errors.ts";
import type { DeleteAnswer, RegistryPurger } from "../ports.ts";
import { createPolicies, toUpstreamError } from "./clientOptions.ts";
import type { RegistryOptions } from "./registry.ts";
import { isAbsenceBody } from "./registryAbsence.ts";
import { createRegistryTokenPolicy } from "./registryTokens.ts";

/** Deletes with the purger identity. A DELETE is never retried by the SDK: each attempt needs a fresh decision. */
export function createRegistryPurger({ target, credential, audience }: RegistryOptions): RegistryPurger {
  const token = createRegistryTokenPolicy({ target, credential, audience, actions: "delete" });
  const client = new ContainerRegistryClient(`https://${target.loginServer}`, credential, {
    audience,
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    additionalPolicies: [{ policy: token, position: "perRetry" }, ...createPolicies("registry")],
  });
  return {
    async deleteManifest(repository, digest) {
      let answer: FullOperationResponse | undefined;
      try {
        await client.getArtifact(repository, digest).delete({ onResponse: (response) => (answer = response) });
      } catch (error) {
        return toDeleteAnswer(toUpstreamError("registry", `delete ${repository}@${digest}`, error));
      }
      // The SDK resolves for both; only the status tells who deleted it.
      if (answer?.status !== 404) return { is: "deleted" };
      return isAbsenceBody(answer.bodyAsText) ? { is: "alreadyGone" } : NOT_ITS_WORD;
    },
  };
}

/** Something between here and the registry may have answered, so whether the digest is there is not known. */
const NOT_ITS_WORD: DeleteAnswer = { is: "unknown", why: "status 404 without the registry's own code" };

function toDeleteAnswer(error: UpstreamError): DeleteAnswer {
  switch (error.status) {
    case 405:
      return { is: "locked" };
    case 429:
      return { is: "throttled", retryAfterMs: error.retryAfterMs };
    // Whoever answered may have passed the request on before.
    case 408:
      return { is: "unknown", why: error.message };
    case 503:
      return { is: "unknown", why: error.message, busy: { retryAfterMs: error.retryAfterMs } };
    case 401:
    case 403:
      return { is: "forbidden", why: error.message };
    default: {
      const refused = error.status !== undefined && error.status >= 400 && error.status < 500;
      return { is: refused ? "failed" : "unknown", why: error.message };
    }
  }
}
