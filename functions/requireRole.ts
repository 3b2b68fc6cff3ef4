import type { HttpHandler } from "@azure/functions";
import { z } from "zod";
import { problem } from "./problem.ts";

/** App roles, as infra/appRoles.json declares them: one sees, the other changes, too. */
export const [READER, OPERATOR] = ["Cleanup.Reader", "Cleanup.Operator"] as const;

/** Set by App Service authentication, which takes it out of what callers send. It alone says who calls; it needs no signature. */
const HEADER = "x-ms-client-principal";

/** The claim of a token's app roles, under its own name and under the one that older tokens give it. */
const ROLE_CLAIMS: readonly string[] = ["roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"];

const Principal = z.object({ claims: z.array(z.object({ typ: z.string(), val: z.string() })) });

/**
 * A route that only a caller with the right app role reaches, beside the function key: `GET` for readers and operators, anything else
 * for operators. What cannot be read gives no role.
 */
export function requireRole(handler: HttpHandler): HttpHandler {
  return (request, context) => {
    const header = request.headers.get(HEADER);
    if (header === null)
      return problem(401, "Nobody is signed in", { detail: "Send a token for the app registration of this service." });
    const allowed: readonly string[] = request.method === "GET" ? [READER, OPERATOR] : [OPERATOR];
    if (readRoles(header).some((role) => allowed.includes(role))) return handler(request, context);
    return problem(403, "The app role does not allow this", { detail: `It needs ${allowed.join(" or ")}.` });
  };
}

function readRoles(header: string): readonly string[] {
  try {
    const { claims } = Principal.parse(JSON.parse(Buffer.from(header, "base64").toString("utf8")));
    return claims.filter(({ typ }) => ROLE_CLAIMS.includes(typ)).map(({ val }) => val);
  } catch {
    return [];
  }
}
