import { z } from "zod";
import { bucketOf, encodeKey, partitionKey } from "../core/tableKeys.ts";
import type { Row } from "../ports.ts";
import { toBody } from "./rows.ts";

export const AbsentRow = z.object({ repository: z.string() });

/** The part of a snapshot that names repositories which a registry was asked for, and does not know. */
export const absentPart = (registryId: string): string => `absent:${registryId}`;

export const toAbsentRow = (registryId: string, repository: string): Row => ({
  partitionKey: partitionKey(absentPart(registryId), bucketOf(repository)),
  rowKey: encodeKey(repository),
  body: toBody({ repository }),
});
