import { dirname, join } from "node:path";
import type { Node } from "./tree.ts";
import type { Env } from "./expressions.ts";
import { evaluate, evaluateFor, isTrue, where } from "./expressions.ts";
import { checkParams } from "./params.ts";
import type { Scope } from "./scope.ts";
import { SUBSCRIPTION, toGroup, toResourceId, toScopeId } from "./scope.ts";
import type { BicepFile, Declaration } from "./syntax.ts";
import { namedOf, parseBicep } from "./syntax.ts";
import type { ObjectValue, Value } from "./values.ts";
import { asObject, asText, ModuleRef, ResourceRef } from "./values.ts";

/** A resource that would be deployed, with every expression worked out. */
export interface Deployed {
  readonly id: string;
  readonly type: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly body: ObjectValue;
  readonly file: string;
}

export interface Deployment {
  readonly resources: readonly Deployed[];
  readonly outputs: ObjectValue;
  /** Of its modules, and of theirs: Azure keeps them in the history of deployments, too. */
  readonly innerOutputs: readonly ObjectValue[];
}

export interface Target {
  readonly scope: Scope;
  readonly params: ObjectValue;
  readonly env?: Readonly<Record<string, string>>;
}

/** What deploying a file comes to. Throws for a name, module output or parameter that is not there, as the compiler would. */
export function deployFile(path: string, target: Target): Deployment {
  const file = parseBicep(path);
  if (file.targetScope !== target.scope.of)
    throw new Error(`${path}: is for ${file.targetScope}, not ${target.scope.of}`);
  return new Evaluation(file, target).run();
}

class Evaluation {
  private readonly file: BicepFile;
  private readonly scope: Scope;
  private readonly params: ObjectValue;
  private readonly env: Env;
  private readonly values = new Map<string, Value>();
  private readonly underWay = new Set<string>();
  private readonly resources: Deployed[] = [];
  private readonly innerOutputs: ObjectValue[] = [];

  constructor(file: BicepFile, { scope, params, env = {} }: Target) {
    this.file = file;
    this.scope = scope;
    this.params = params;
    this.env = { place: { folder: dirname(file.file), scope, env }, find: (name) => this.find(name) };
  }

  run(): Deployment {
    checkParams(this.file, this.params);
    for (const { kind, name } of this.file.declarations.values())
      if (kind !== "type" && (kind !== "param" || name in this.params)) this.find(name);
    const outputs = this.file.outputs.map(({ name, value }): readonly [string, Value] => [name, this.evaluate(value)]);
    return { resources: this.resources, outputs: Object.fromEntries(outputs), innerOutputs: this.innerOutputs };
  }

  private find(name: string): Value {
    const known = this.values.get(name);
    if (known !== undefined) return known;
    const declaration = this.file.declarations.get(name);
    if (!declaration) throw new Error(`${this.file.file}: there is no ${name}`);
    if (this.underWay.has(name)) throw new Error(`${this.file.file}: ${name} rests on itself`);
    this.underWay.add(name);
    const value = this.workOut(declaration);
    this.values.set(name, value);
    return value;
  }

  private workOut(declaration: Declaration): Value {
    try {
      switch (declaration.kind) {
        case "param":
          return this.params[declaration.name] ?? this.evaluateDefault(declaration);
        case "var":
          return this.evaluate(declaration.value);
        case "resource":
          return this.each(declaration, (body, env) => this.deployResource(declaration, body, env));
        case "module":
          return this.each(declaration, (body, env) => this.deployModule(declaration, body, env));
        case "output":
        case "type":
          throw new Error("is not a value");
        default:
          return declaration.kind satisfies never;
      }
    } catch (error) {
      throw new Error(`${this.file.file}, ${declaration.kind} ${declaration.name}`, { cause: error });
    }
  }

  private evaluateDefault({ value, type }: Declaration): Value {
    return value === undefined && type.endsWith("?") ? null : this.evaluate(value);
  }

  private evaluate(node: Node | undefined, env = this.env): Value {
    if (!node) throw new Error("has no value");
    return evaluate(node, env);
  }

  /** A loop makes a list; a condition that is false, nothing that is deployed. */
  private each({ value }: Declaration, deploy: (body: Body, env: Env) => Value): Value {
    if (!value) throw new Error("has no body");
    if (value.type !== "for_statement") return deploy(this.readCondition(value, this.env), this.env);
    return evaluateFor(value, this.env).map(({ body, env }) => deploy(this.readCondition(body, env), env));
  }

  private readCondition(node: Node, env: Env): Body {
    if (node.type !== "if_statement") return { node, isDeployed: true };
    const [condition, body] = namedOf(node);
    if (!condition || !body) throw new Error(`${where(node)}: is not a condition and a body`);
    return { node: body, isDeployed: isTrue(evaluate(condition, env)) };
  }

  private deployResource(declaration: Declaration, { node, isDeployed }: Body, env: Env): Value {
    const [type = "", apiVersion = ""] = declaration.path.split("@");
    const { parent, scope, dependsOn: _, ...body } = this.readBody(node, env, isDeployed);
    const name = asText(body["name"]);
    const scopeId = scope instanceof ResourceRef ? scope.id : toScopeId(this.scope);
    const parentId = parent instanceof ResourceRef ? parent.id : undefined;
    const id = toResourceId(type, name, { scopeId, parentId });
    if (isDeployed && !declaration.isExisting)
      this.resources.push({ id, type, apiVersion, name, body, file: this.file.file });
    return new ResourceRef({ id, name, type, isDeployed });
  }

  /** Of what is not deployed, only what its id is made of is worked out. */
  private readBody(node: Node, env: Env, isDeployed: boolean): ObjectValue {
    if (isDeployed) return asObject(evaluate(node, env));
    const wanted = namedOf(node).filter((property) =>
      ["name", "parent", "scope"].includes(namedOf(property)[0]?.text ?? ""),
    );
    return Object.fromEntries(
      wanted.map((property) => [namedOf(property)[0]?.text ?? "", this.evaluate(namedOf(property)[1], env)]),
    );
  }

  private deployModule({ path }: Declaration, { node, isDeployed }: Body, env: Env): Value {
    if (!isDeployed) return new ModuleRef("not deployed", {});
    const { name, params, scope } = asObject(evaluate(node, env));
    const target = { scope: this.toScope(scope), params: asObject(params ?? {}) };
    const { resources, outputs, innerOutputs } = deployFile(join(dirname(this.file.file), path), target);
    this.resources.push(...resources);
    this.innerOutputs.push(outputs, ...innerOutputs);
    return new ModuleRef(asText(name), outputs);
  }

  private toScope(scope: Value | undefined): Scope {
    if (scope === undefined) return this.scope;
    if (scope instanceof ResourceRef && scope.type === "Microsoft.Resources/resourceGroups") return toGroup(scope.name);
    if (JSON.stringify(scope).includes("subscriptionId")) return SUBSCRIPTION;
    throw new Error(`is not a scope: ${JSON.stringify(scope)}`);
  }
}

interface Body {
  readonly node: Node;
  readonly isDeployed: boolean;
}
