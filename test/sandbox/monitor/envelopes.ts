import { z } from "zod";

/** Lengths over which the service cuts or refuses: https://learn.microsoft.com/azure/azure-monitor/app/data-model-complete */
const MAX_NAME = 1_024;
const MAX_KEY = 150;
const MAX_PROPERTY = 8_192;
const MAX_MESSAGE = 32_768;

const Name = z.string().min(1).max(MAX_NAME);
const SEVERITIES = ["Verbose", "Information", "Warning", "Error", "Critical"] as const;
/** The column holds the place in the list: 0 is verbose. */
const Severity = z.enum(SEVERITIES).transform((name) => SEVERITIES.indexOf(name));

const properties = z.record(z.string().max(MAX_KEY), z.string().max(MAX_PROPERTY)).default({});
const base = { properties, measurements: z.record(z.string().max(MAX_KEY), z.number()).default({}) };

/** `d.hh:mm:ss.fffffff`, in milliseconds. */
const Duration = z
  .string()
  .regex(/^(\d+\.)?\d\d:\d\d:\d\d(\.\d+)?$/)
  .transform((text) => {
    const [seconds = "0", minutes = "0", hours = "0"] = text.split(":").toReversed();
    const [hour = "0", day = "0"] = hours.split(".").toReversed();
    return (((Number(day) * 24 + Number(hour)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  });

const EventData = z.object({ ...base, name: Name });
const MessageData = z.object({ ...base, message: z.string().max(MAX_MESSAGE), severityLevel: Severity.optional() });
const Measured = z.object({
  name: Name,
  value: z.number(),
  count: z.int().default(1),
  min: z.number().optional(),
  max: z.number().optional(),
});
const MetricData = z.object({ properties, metrics: z.tuple([Measured]) });
const Thrown = z.object({ typeName: z.string(), message: z.string(), stack: z.string().optional() });
const ExceptionData = z.object({
  ...base,
  exceptions: z.tuple([Thrown], Thrown),
  severityLevel: Severity.optional(),
});
const timed = { ...base, id: z.string(), duration: Duration, success: z.boolean() };
const RequestData = z.object({
  ...timed,
  name: z.string().optional(),
  responseCode: z.string(),
  url: z.string().optional(),
  source: z.string().optional(),
});
const DependencyData = z.object({
  ...timed,
  name: Name,
  resultCode: z.string(),
  type: z.string().optional(),
  data: z.string().optional(),
  target: z.string().optional(),
});

/** One item of telemetry as the exporter posts it. A kind of data that has no table here is refused. */
export const EnvelopeSchema = z.object({
  time: z.iso.datetime({ offset: true }),
  sampleRate: z.number().gt(0).max(100).default(100),
  iKey: z.string(),
  tags: z.record(z.string(), z.string()).default({}),
  data: z.discriminatedUnion("baseType", [
    z.object({ baseType: z.literal("EventData"), baseData: EventData }),
    z.object({ baseType: z.literal("MessageData"), baseData: MessageData }),
    z.object({ baseType: z.literal("MetricData"), baseData: MetricData }),
    z.object({ baseType: z.literal("ExceptionData"), baseData: ExceptionData }),
    z.object({ baseType: z.literal("RequestData"), baseData: RequestData }),
    z.object({ baseType: z.literal("RemoteDependencyData"), baseData: DependencyData }),
  ]),
});

export type Envelope = z.infer<typeof EnvelopeSchema>;
