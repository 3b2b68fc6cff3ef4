import { z } from "zod";

const ScopeFilter = z.enum(["AtScopeAndBelow", "AtScopeAndAbove", "AtScopeExact", "AtScopeAboveAndBelow"]);

/** The body of a query. Strict: what the sandbox does not emulate (facets, tables as a format) is refused, not ignored. */
export const QueryRequestSchema = z.strictObject({
  query: z.string(),
  subscriptions: z.array(z.string()).max(1_000).optional(),
  managementGroups: z.array(z.string()).max(10).optional(),
  options: z
    .strictObject({
      $top: z.int().min(1).max(1_000).optional(),
      $skip: z.int().min(0).optional(),
      $skipToken: z.string().optional(),
      resultFormat: z.literal("objectArray").optional(),
      /** Both change nothing for the tables of the sandbox. */
      authorizationScopeFilter: ScopeFilter.optional(),
      allowPartialScopes: z.boolean().optional(),
    })
    .optional(),
});

export type QueryRequest = z.infer<typeof QueryRequestSchema>;
