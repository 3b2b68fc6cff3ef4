import { z } from "zod";

/** What is measured, as the measuring process hands it to the one that compares and prints. */

const Requests = z.object({
  /** Service, method and status, such as `tables $batch 202`. */
  kind: z.string(),
  count: z.number(),
  /** From request to answer, summed over requests that may run side by side. */
  seconds: z.number(),
});

export const StageSchema = z.object({
  name: z.string(),
  seconds: z.number(),
  /** `machine`: of all processes, those of others included. */
  cpuSeconds: z.object({ app: z.number(), sandbox: z.number(), azurite: z.number(), machine: z.number() }),
  /** The app's highest RSS since its start. */
  peakRssBytes: z.number(),
  requests: z.array(Requests),
});

const Query = z.object({
  /** The query with its literals left out: those of one shape are counted together. */
  shape: z.string(),
  queries: z.number(),
  pages: z.number(),
  failed: z.number(),
  rows: z.number(),
  bytes: z.number(),
  maxRowBytes: z.number(),
  maxPageBytes: z.number(),
  /** Pages that cannot be saved: by rows and by bytes, rounded up for each query. */
  bound: z.number(),
  /** What the emulated Resource Graph took to answer. */
  answerSeconds: z.number(),
});

const Night = z.object({ night: z.number(), stages: z.array(StageSchema), queries: z.array(Query) });

export const SetFiguresSchema = z.object({
  publishers: z.number(),
  resources: z.number(),
  /** What it took until the sandbox had loaded the estate and answered a first query. */
  loadSeconds: z.number(),
  nights: z.array(Night),
  /** Why the figures cannot be believed: failed runs, incomplete snapshots, an app that died. */
  problems: z.array(z.string()),
});

export type RequestFigures = Readonly<z.infer<typeof Requests>>;
export type StageFigures = Readonly<z.infer<typeof StageSchema>>;
export type QueryFigures = Readonly<z.infer<typeof Query>>;
export type NightFigures = Readonly<z.infer<typeof Night>>;
export type SetFigures = Readonly<z.infer<typeof SetFiguresSchema>>;
