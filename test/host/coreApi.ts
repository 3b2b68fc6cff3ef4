import { registerHooks } from "node:module";
import type { Category, Level } from "./messages.ts";

/**
 * The runtime's side of `@azure/functions-core`: the module that the real `@azure/functions` asks for when an app
 * registers its functions, and that only exists inside the Functions worker. Shapes are those of the worker's gRPC contract.
 */

export interface Binding {
  readonly type: string;
  readonly direction: string;
  readonly [setting: string]: unknown;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: unknown;
}

export type Callback = (...args: unknown[]) => unknown;

export interface TypedData {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly http?: HttpData;
}

export interface HttpData {
  readonly method?: string;
  readonly url?: string;
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly cookies?: readonly unknown[];
  readonly body?: TypedData | null;
}

export interface InvocationRequest {
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
  readonly traceContext: { readonly traceParent: string; readonly attributes: Readonly<Record<string, string>> };
}

export interface CoreInvocation {
  readonly invocationId: string;
  readonly metadata: FunctionMetadata;
  readonly request: InvocationRequest;
  state: "preInvocationHooks" | "invocation" | "postInvocationHooks" | undefined;
  log(level: Level, category: Category, message: string): void;
}

export interface InvocationModel {
  getArguments(): Promise<{ readonly context: unknown; readonly inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: Callback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ readonly returnValue?: TypedData | null }>;
}

export interface ProgrammingModel {
  getInvocationModel(invocation: CoreInvocation): InvocationModel;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

export type HookName = "appStart" | "appTerminate" | "preInvocation" | "postInvocation" | "log";
export type Hook = (context: Record<string, unknown>) => unknown;

/** What an app has registered so far. */
export interface Registry {
  readonly functions: Map<string, { readonly metadata: FunctionMetadata; readonly callback: Callback }>;
  readonly hooks: Readonly<Record<HookName, Hook[]>>;
  model: ProgrammingModel | undefined;
}

type CoreLog = (level: Level, category: Category, message: string) => void;

const MODULE = "@azure/functions-core";
const URL_OF_MODULE = "functions-core:";
const GLOBAL_KEY = "functions-core";

/** Makes the module available to every later `import` and `require`; so it must run before the app is loaded. Once per process. */
export function installCoreApi(log: CoreLog): Registry {
  const hooks = { appStart: [], appTerminate: [], preInvocation: [], postInvocation: [], log: [] };
  const registry: Registry = { functions: new Map(), hooks, model: undefined };
  Object.assign(globalThis, { [Symbol.for(GLOBAL_KEY)]: createCoreApi(registry, log) });
  const source = `module.exports = globalThis[Symbol.for(${JSON.stringify(GLOBAL_KEY)})];`;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === MODULE ? { url: URL_OF_MODULE, format: "commonjs", shortCircuit: true } : next(specifier, context),
    load: (url, context, next) =>
      url === URL_OF_MODULE ? { format: "commonjs", source, shortCircuit: true } : next(url, context),
  });
  return registry;
}

function createCoreApi(registry: Registry, log: CoreLog) {
  return {
    version: "3.12.0",
    hostVersion: "4.1040.0",
    Disposable,
    log,
    setProgrammingModel: (model: ProgrammingModel) => {
      registry.model = model;
    },
    getProgrammingModel: () => registry.model,
    registerFunction: (metadata: FunctionMetadata, callback: Callback) => {
      registerFunction(registry, metadata, callback);
      return new Disposable(() => registry.functions.delete(metadata.name));
    },
    registerHook: (name: HookName, hook: Hook) => registerHook(registry, name, hook),
  };
}

function registerFunction({ functions }: Registry, metadata: FunctionMetadata, callback: Callback): void {
  if (functions.has(metadata.name)) throw new Error(`A function with the name "${metadata.name}" already exists.`);
  functions.set(metadata.name, { metadata, callback });
}

function registerHook(registry: Registry, name: HookName, hook: Hook): Disposable {
  const hooks = registry.hooks[name];
  // The name comes from the app: another one would be a hook that this host never calls.
  if (hooks === undefined) throw new RangeError(`Unrecognized hook "${name}"`);
  hooks.push(hook);
  return new Disposable(() => hooks.splice(hooks.indexOf(hook), 1));
}

class Disposable {
  readonly #onDispose: () => unknown;

  constructor(onDispose: () => unknown) {
    this.#onDispose = onDispose;
  }

  dispose(): void {
    this.#onDispose();
  }
}
