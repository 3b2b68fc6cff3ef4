import { randomBytes, randomUUID } from "node:crypto";
import type {
  Callback,
  CoreInvocation,
  Hook,
  InvocationModel,
  ProgrammingModel,
  Registry,
  TypedData,
} from "./coreApi.ts";
import type { Failure, LogLine } from "./messages.ts";

export interface TriggerInput {
  /** The trigger binding's name. */
  readonly binding: string;
  readonly data: TypedData;
  readonly triggerMetadata?: Readonly<Record<string, TypedData>>;
}

/** Calls a function and returns its return value; throws what the function threw, after it was logged and reported. */
export type Invoke = (name: string, input: TriggerInput) => Promise<TypedData | undefined>;

export interface InvokerOptions {
  /** An invocation that takes longer is logged, not stopped; `undefined` = no limit. */
  readonly functionTimeoutMs: number | undefined;
  readonly onLog: (line: LogLine) => void;
  readonly onFailure: (failure: Failure) => void;
}

type RegisteredFunction = NonNullable<ReturnType<Registry["functions"]["get"]>>;

interface Invocation {
  readonly core: CoreInvocation;
  readonly model: InvocationModel;
  readonly context: unknown;
  readonly inputs: unknown[];
  readonly callback: Callback;
}

/** Invocations go through the real model of `@azure/functions`, hooks included, in the worker's order. */
export function createInvoker(registry: Registry, options: InvokerOptions): Invoke {
  return async (name, input) => {
    const registered = registry.functions.get(name);
    if (registered === undefined || registry.model === undefined) throw new Error(`There is no function ${name}`);
    const line = { function: name, invocationId: randomUUID() };
    const log = (level: LogLine["level"], message: string) =>
      options.onLog({ ...line, level, category: "host", message, time: new Date().toISOString() });
    const timer = watchTimeout(options.functionTimeoutMs, (text) => log("error", text));
    try {
      const invocation = await begin({ registry, registered, model: registry.model }, input, { ...line, ...options });
      return await execute(registry, invocation);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log("error", `Executed 'Functions.${name}' (Failed): ${text}`);
      options.onFailure({ ...line, error: text, time: new Date().toISOString() });
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
}

function watchTimeout(timeoutMs: number | undefined, log: (text: string) => void): NodeJS.Timeout | undefined {
  if (timeoutMs === undefined) return undefined;
  const text = `Timeout value of ${timeoutMs} ms was exceeded; Azure would end the worker now, this host lets it run`;
  return setTimeout(() => log(text), timeoutMs).unref();
}

interface Target {
  readonly registry: Registry;
  readonly registered: RegisteredFunction;
  readonly model: ProgrammingModel;
}

interface Line {
  readonly function: string;
  readonly invocationId: string;
  readonly onLog: (line: LogLine) => void;
}

async function begin(target: Target, input: TriggerInput, line: Line): Promise<Invocation> {
  const { invocationId } = line;
  const scope: { context: unknown } = { context: undefined };
  const core: CoreInvocation = {
    invocationId,
    metadata: target.registered.metadata,
    state: undefined,
    request: {
      invocationId,
      functionId: line.function,
      inputData: [{ name: input.binding, data: input.data }],
      triggerMetadata: input.triggerMetadata ?? {},
      traceContext: { traceParent: newTraceParent(), attributes: {} },
    },
    log: (level, category, message) => {
      const entry = { level, category, message, invocationContext: scope.context, hookData: {} };
      if (category === "user") runLogHooks(target.registry.hooks.log, entry);
      const time = new Date().toISOString();
      const { function: name, onLog } = line;
      onLog({ time, function: name, invocationId, level: entry.level, category, message: entry.message });
    },
  };
  const model = target.model.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  scope.context = context;
  return { core, model, context, inputs, callback: target.registered.callback };
}

/** A log hook may change `level` and `message` of the entry. */
function runLogHooks(hooks: readonly Hook[], entry: Record<string, unknown>): void {
  for (const hook of hooks) hook(entry);
}

async function execute({ hooks }: Registry, invocation: Invocation): Promise<TypedData | undefined> {
  const { core, model, context: invocationContext } = invocation;
  const hookData = {};
  const before = { invocationContext, hookData, inputs: invocation.inputs, functionCallback: invocation.callback };
  core.state = "preInvocationHooks";
  for (const hook of hooks.preInvocation) await hook(before);
  core.state = "invocation";
  const outcome = await settle(() => model.invokeFunction(invocationContext, before.inputs, before.functionCallback));
  const after = { invocationContext, hookData, inputs: before.inputs, ...outcome };
  core.state = "postInvocationHooks";
  for (const hook of hooks.postInvocation) await hook(after);
  core.state = undefined;
  // A hook may have replaced either; like the worker, take what it left.
  if (after.error !== null) throw after.error;
  const { returnValue } = await model.getResponse(invocationContext, after.result);
  return returnValue ?? undefined;
}

async function settle(work: () => Promise<unknown>): Promise<{ result: unknown; error: unknown }> {
  try {
    return { result: await work(), error: null };
  } catch (error) {
    return { result: undefined, error: error ?? new Error("The function threw nothing") };
  }
}

function newTraceParent(): string {
  return `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-01`;
}
