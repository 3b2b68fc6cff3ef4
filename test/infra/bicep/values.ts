/** What an expression of Bicep can come to. */
export type Value =
  string | number | boolean | null | readonly Value[] | ObjectValue | Runtime | ResourceRef | ModuleRef | Lambda;

export interface ObjectValue {
  readonly [name: string]: Value;
}

export type Lambda = (...values: readonly Value[]) => Value;

/** Only Azure knows it, once it deploys: `<id>.properties.clientId`. */
export class Runtime {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  toJSON(): string {
    return `<${this.path}>`;
  }
}

export class ResourceRef {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** False where its condition is: then nothing but its id and name may be asked for. */
  readonly isDeployed: boolean;

  constructor(fields: { id: string; name: string; type: string; isDeployed: boolean }) {
    this.id = fields.id;
    this.name = fields.name;
    this.type = fields.type;
    this.isDeployed = fields.isDeployed;
  }

  toJSON(): string {
    return this.id;
  }
}

export class ModuleRef {
  readonly name: string;
  readonly outputs: ObjectValue;

  constructor(name: string, outputs: ObjectValue) {
    this.name = name;
    this.outputs = outputs;
  }
}

export const isObject = (value: Value): value is ObjectValue =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Runtime || value instanceof ResourceRef || value instanceof ModuleRef);

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** Whether any of it is known in Azure only. */
export function holdsRuntime(value: Value): boolean {
  if (value instanceof Runtime) return true;
  if (isList(value)) return value.some(holdsRuntime);
  return isObject(value) && Object.values(value).some(holdsRuntime);
}

/** As it stands within another text. */
export function toText(value: Value): string {
  if (typeof value === "string") return value;
  if (value instanceof Runtime) return value.toJSON();
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (isList(value) || isObject(value)) return JSON.stringify(value);
  throw new Error(`cannot stand within a text: ${JSON.stringify(value)}`);
}

export function asText(value: Value | undefined): string {
  if (typeof value === "string") return value;
  throw new Error(`is not a text: ${JSON.stringify(value)}`);
}

export function asList(value: Value | undefined): readonly Value[] {
  if (value !== undefined && isList(value)) return value;
  throw new Error(`is not a list: ${JSON.stringify(value)}`);
}

export function asObject(value: Value | undefined): ObjectValue {
  if (value !== undefined && isObject(value)) return value;
  throw new Error(`is not an object: ${JSON.stringify(value)}`);
}

export function asLambda(value: Value | undefined): Lambda {
  if (typeof value === "function") return value;
  throw new Error(`is not a lambda: ${JSON.stringify(value)}`);
}
