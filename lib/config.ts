import { z } from "zod";
import type { FreezeWindow } from "./configFreeze.ts";
import { FreezeWindows } from "./configFreeze.ts";
import { Authentication, ConnectionString } from "./configMonitor.ts";
import { Duration, Grace, HttpsUrl, Json, ListOf, NamesOf, Schedule, Switch, Whole } from "./configSchemas.ts";
import { toArmId, typeOf } from "./core/armId.ts";
import { DAY_MS } from "./core/duration.ts";
import type { GraphScope } from "./core/graphQueries.ts";
import { ConfigError } from "./errors.ts";

export type Mode = "report" | "enforce";

/** What an operator allows in one artifact store, or in every store for `*`. */
export interface StoreSettings {
  /** Normalised resource id of the artifact store, or `*`. */
  readonly store: string;
  readonly mode: Mode;
  readonly graceMs: number;
  /** Epoch milliseconds. */
  readonly uploadedSince: number;
  readonly purgeSuperseded: boolean;
  /** What a version protects that references the store itself with a Helm package: everything in it, or only what it may name. */
  readonly legacyProtection: "store" | "artifact";
  /** Of each artifact name, so many of the newest decommissioned versions wait; 0: none. */
  readonly keepLastVersions: number;
}

export interface Config {
  readonly schedules: { readonly snapshot: string; readonly mark: string; readonly purge: string };
  readonly mode: Mode;
  readonly stores: readonly StoreSettings[];
  /** Must be visible in every snapshot, lower-case, whatever the scope. */
  readonly expectedSubscriptions: readonly string[];
  /** Where publishers and their consumers are looked for. Names at least one group or subscription where it is not the tenant. */
  readonly graphScope: GraphScope;
  /** The region that the app runs in, such as `westeurope`; undefined where nobody said. */
  readonly appRegion: string | undefined;
  /** How far the clock here and Azure's may be apart. */
  readonly maxClockSkewMs: number;
  readonly credential: {
    readonly kind: "managedIdentity" | "azureCli";
    readonly observerClientId: string | undefined;
    readonly purgerClientId: string | undefined;
    /** Undefined: nothing is ever restored. */
    readonly restorerClientId: string | undefined;
  };
  readonly cloud: {
    readonly armEndpoint: string;
    readonly armAudience: string;
    readonly registryAudience: string;
    readonly registryHostSuffixes: readonly string[];
  };
  readonly storage: StorageSettings;
  /** Where telemetry goes; undefined: nowhere. Without `identity` the component takes it from whoever knows the connection string. */
  readonly monitor:
    | { readonly connectionString: string; readonly identity?: { readonly clientId: string | undefined } | undefined }
    | undefined;
  readonly snapshot: { readonly retentionMs: number; readonly maxAgeMs: number; readonly maxFallShare: number };
  readonly breaker: {
    readonly deletions: number;
    readonly share: number;
    /** Trips where every version of an artifact name would be gone. */
    readonly lastVersion: boolean;
  };
  /** Times in which nothing is deleted. */
  readonly freezeWindows: readonly FreezeWindow[];
  readonly deletesPerMinute: number;
  /** Whether a route asks for an app role, beside the function key. */
  readonly requireAppRoles: boolean;
  /** How long one queue invocation works before it hands the rest to the next. */
  readonly timeBudgetMs: number;
}

export type StorageSettings =
  | {
      readonly kind: "identity";
      readonly tableUrl: string;
      readonly queueUrl: string;
      readonly blobUrl: string;
      readonly clientId: string | undefined;
    }
  | { readonly kind: "development" };

const MANAGEMENT_GROUP = /^[\w().-]{1,90}$/;
/** Of two labels at least: a token must not be offered to a whole top-level domain. */
const HOST = /^(localhost|[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+)$/;

/** `West Europe` and `westeurope` are the same region. */
const toRegion = (text: string): string => text.replaceAll(/\s/g, "").toLowerCase();

const StoreId = z.string().transform((text, context) => {
  if (text.trim() === "*") return "*";
  const id = toArmId(text);
  if (id && typeOf(id) === "microsoft.hybridnetwork/publishers/artifactstores") return id;
  context.addIssue(`"${text}" is not the resource id of an artifact store, nor *`);
  return z.NEVER;
});

const Stores = z.strictObject({
  stores: z.array(
    z.strictObject({
      store: StoreId,
      mode: z.enum(["report", "enforce"]).optional(),
      grace: Grace.optional(),
      uploadedSince: z.iso.date("is not a date such as 2025-03-30").default("2025-03-30"),
      purgeSuperseded: z.boolean().default(false),
      legacyProtection: z.enum(["store", "artifact"]).default("store"),
      keepLastVersions: z.int().min(0).max(1000).default(0),
    }),
  ),
});

const StoresText = Json.transform((value, context) => {
  const parsed = Stores.safeParse(value);
  if (parsed.success) return parsed.data.stores;
  for (const issue of parsed.error.issues)
    context.addIssue(`${issue.path.join(".") || "the document"}: ${issue.message}`);
  return z.NEVER;
}).prefault('{"stores":[]}');

const Settings = z.object({
  SNAPSHOT_SCHEDULE: Schedule,
  MARK_SCHEDULE: Schedule,
  PURGE_SCHEDULE: Schedule,
  MODE: z.enum(["report", "enforce"], { error: 'is neither "report" nor "enforce"' }).default("report"),
  GRACE: Grace.default(14 * DAY_MS),
  STORES: StoresText,
  GRAPH_SCOPE: z
    .enum(["tenant", "managementGroups", "subscriptions"], {
      error: 'is none of "tenant", "managementGroups" and "subscriptions"',
    })
    .default("tenant"),
  MANAGEMENT_GROUPS: NamesOf.refine((names) => names.every((name) => MANAGEMENT_GROUP.test(name)), {
    error: "is not a list of names (ids without a path) of management groups such as core,edge",
  }),
  SUBSCRIPTIONS: ListOf,
  APP_REGION: z
    .string()
    .transform(toRegion)
    .refine((region) => /^[a-z0-9]+$/.test(region), { error: "is not a region such as westeurope" })
    .optional(),
  CREDENTIAL: z
    .enum(["managedIdentity", "azureCli"], { error: 'is neither "managedIdentity" nor "azureCli"' })
    .default("managedIdentity"),
  OBSERVER_CLIENT_ID: z.string().min(1).optional(),
  PURGER_CLIENT_ID: z.string().min(1).optional(),
  RESTORER_CLIENT_ID: z.string().min(1).optional(),
  ARM_ENDPOINT: HttpsUrl.default("https://management.azure.com"),
  ARM_AUDIENCE: HttpsUrl.default("https://management.azure.com"),
  REGISTRY_AUDIENCE: HttpsUrl.default("https://containerregistry.azure.net"),
  REGISTRY_HOST_SUFFIXES: ListOf.refine((list) => list.every((suffix) => HOST.test(suffix)), {
    error: "is not a list of host names such as azurecr.io,azurecr.us",
  }).transform((list) => (list.length > 0 ? list : ["azurecr.io"])),
  AzureWebJobsStorage: z
    .literal("UseDevelopmentStorage=true", {
      error:
        "may only be UseDevelopmentStorage=true; use AzureWebJobsStorage__tableServiceUri and its siblings otherwise",
    })
    .optional(),
  AzureWebJobsStorage__tableServiceUri: HttpsUrl.optional(),
  AzureWebJobsStorage__queueServiceUri: HttpsUrl.optional(),
  AzureWebJobsStorage__blobServiceUri: HttpsUrl.optional(),
  AzureWebJobsStorage__clientId: z.string().min(1).optional(),
  APPLICATIONINSIGHTS_CONNECTION_STRING: ConnectionString.optional(),
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: Authentication.optional(),
  SNAPSHOT_RETENTION: Duration({ min: "7d", max: "400d" }).default(45 * DAY_MS),
  SNAPSHOT_MAX_AGE: Duration({ min: "12h", max: "4d" }).default(1.5 * DAY_MS),
  MAX_FALL_PERCENT: Whole({ min: 1, max: 90, fallback: 30 }),
  BREAKER_DELETIONS: Whole({ min: 1, max: 100_000, fallback: 500 }),
  BREAKER_PERCENT: Whole({ min: 1, max: 90, fallback: 25 }),
  BREAKER_LAST_VERSION: Switch,
  FREEZE_WINDOWS: FreezeWindows.prefault("[]"),
  REQUIRE_APP_ROLES: Switch,
  DELETES_PER_MINUTE: Whole({ min: 1, max: 2000, fallback: 100 }),
  TIME_BUDGET: Duration({ min: "1m", max: "8m" }).default(4 * 60_000),
  MAX_CLOCK_SKEW: Duration({ min: "1m", max: "1h" }).default(5 * 60_000),
});

/** Reads every setting from `env`. Throws one `ConfigError` that names all that cannot be used. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = Settings.safeParse(given);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${describe(issue, given)}`);
  const storage = readStorage(given);
  if (!storage)
    problems.push(
      "AzureWebJobsStorage: set AzureWebJobsStorage__tableServiceUri, __queueServiceUri and __blobServiceUri",
    );
  if (parsed.success) problems.push(...listConflicts(parsed.data));
  if (problems.length > 0 || !parsed.success || !storage) throw new ConfigError(problems.sort());
  return toConfig(parsed.data, { storage, platformRegion: given["REGION_NAME"] });
}

function describe(issue: z.core.$ZodIssue, given: Readonly<Record<string, unknown>>): string {
  const name = String(issue.path[0] ?? "");
  return name in given ? issue.message : "is not set";
}

function readStorage(env: Readonly<Record<string, string | undefined>>): StorageSettings | undefined {
  if (env["AzureWebJobsStorage"] === "UseDevelopmentStorage=true") return { kind: "development" };
  const [tableUrl, queueUrl, blobUrl] = ["table", "queue", "blob"].map((service) =>
    env[`AzureWebJobsStorage__${service}ServiceUri`]?.replace(/\/+$/, ""),
  );
  if (!tableUrl || !queueUrl || !blobUrl) return undefined;
  return { kind: "identity", tableUrl, queueUrl, blobUrl, clientId: env["AzureWebJobsStorage__clientId"] };
}

type Settings = z.infer<typeof Settings>;

/** Combinations that would be far too wide, or of which one half would go unheard, are refused as a whole. */
function listConflicts(settings: Settings): string[] {
  const problems = listScopeConflicts(settings);
  const names = settings.STORES.map(({ store }) => store);
  for (const store of new Set(names.filter((name, index) => names.indexOf(name) !== index)))
    problems.push(`STORES: ${store} is listed twice`);
  const wide = settings.STORES.find(({ store }) => store === "*");
  if (wide && (wide.mode ?? settings.MODE) === "enforce" && settings.MODE === "enforce")
    problems.push("STORES: * may not be enforced; name the artifact stores that may be purged");
  if (settings.MODE === "enforce" && names.length === 0)
    problems.push("STORES: MODE=enforce needs the artifact stores that may be purged; name them, or set MODE=report");
  return problems;
}

function listScopeConflicts({ GRAPH_SCOPE, MANAGEMENT_GROUPS, SUBSCRIPTIONS }: Settings): string[] {
  const problems: string[] = [];
  const isByGroup = GRAPH_SCOPE === "managementGroups";
  if (isByGroup && MANAGEMENT_GROUPS.length === 0)
    problems.push("MANAGEMENT_GROUPS: GRAPH_SCOPE=managementGroups needs the name of at least one");
  if (!isByGroup && MANAGEMENT_GROUPS.length > 0)
    problems.push("MANAGEMENT_GROUPS: may only be set with GRAPH_SCOPE=managementGroups");
  if (GRAPH_SCOPE === "subscriptions" && SUBSCRIPTIONS.length === 0)
    problems.push("SUBSCRIPTIONS: GRAPH_SCOPE=subscriptions needs the id of at least one");
  return problems;
}

function toGraphScope({ GRAPH_SCOPE, MANAGEMENT_GROUPS, SUBSCRIPTIONS }: Settings): GraphScope {
  if (GRAPH_SCOPE === "managementGroups") return { of: GRAPH_SCOPE, names: MANAGEMENT_GROUPS };
  if (GRAPH_SCOPE === "subscriptions") return { of: GRAPH_SCOPE, ids: SUBSCRIPTIONS };
  return { of: GRAPH_SCOPE };
}

interface Surroundings {
  readonly storage: StorageSettings;
  /** `REGION_NAME` of the Functions platform, such as `West Europe`. */
  readonly platformRegion: string | undefined;
}

function toConfig(settings: Settings, { storage, platformRegion }: Surroundings): Config {
  return {
    schedules: { snapshot: settings.SNAPSHOT_SCHEDULE, mark: settings.MARK_SCHEDULE, purge: settings.PURGE_SCHEDULE },
    mode: settings.MODE,
    stores: settings.STORES.map((store) => ({
      store: store.store,
      // The stricter of the two: a store can be held back in report mode, not pushed ahead of the service.
      mode: settings.MODE === "enforce" && (store.mode ?? "enforce") === "enforce" ? "enforce" : "report",
      graceMs: store.grace ?? settings.GRACE,
      uploadedSince: Date.parse(store.uploadedSince),
      purgeSuperseded: store.purgeSuperseded,
      legacyProtection: store.legacyProtection,
      keepLastVersions: store.keepLastVersions,
    })),
    expectedSubscriptions: settings.SUBSCRIPTIONS,
    graphScope: toGraphScope(settings),
    appRegion: settings.APP_REGION ?? (toRegion(platformRegion ?? "") || undefined),
    maxClockSkewMs: settings.MAX_CLOCK_SKEW,
    credential: {
      kind: settings.CREDENTIAL,
      observerClientId: settings.OBSERVER_CLIENT_ID,
      purgerClientId: settings.PURGER_CLIENT_ID,
      restorerClientId: settings.RESTORER_CLIENT_ID,
    },
    cloud: {
      armEndpoint: settings.ARM_ENDPOINT,
      armAudience: settings.ARM_AUDIENCE,
      registryAudience: settings.REGISTRY_AUDIENCE,
      registryHostSuffixes: settings.REGISTRY_HOST_SUFFIXES,
    },
    storage,
    monitor: toMonitor(settings),
    snapshot: {
      retentionMs: settings.SNAPSHOT_RETENTION,
      maxAgeMs: settings.SNAPSHOT_MAX_AGE,
      maxFallShare: settings.MAX_FALL_PERCENT / 100,
    },
    breaker: {
      deletions: settings.BREAKER_DELETIONS,
      share: settings.BREAKER_PERCENT / 100,
      lastVersion: settings.BREAKER_LAST_VERSION,
    },
    freezeWindows: settings.FREEZE_WINDOWS,
    deletesPerMinute: settings.DELETES_PER_MINUTE,
    requireAppRoles: settings.REQUIRE_APP_ROLES,
    timeBudgetMs: settings.TIME_BUDGET,
  };
}

function toMonitor(settings: Settings): Config["monitor"] {
  const connectionString = settings.APPLICATIONINSIGHTS_CONNECTION_STRING;
  const identity = settings.APPLICATIONINSIGHTS_AUTHENTICATION_STRING;
  return connectionString === undefined ? undefined : { connectionString, identity };
}

/** The settings of an artifact store: its own entry, else the `*` entry, else undefined: not enrolled. */
export function findStoreSettings(config: Pick<Config, "stores">, storeId: string): StoreSettings | undefined {
  return config.stores.find(({ store }) => store === storeId) ?? config.stores.find(({ store }) => store === "*");
}
