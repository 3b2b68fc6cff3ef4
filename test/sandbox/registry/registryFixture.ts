import { request } from "node:https";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { ContainerRegistryClient, ContainerRegistryContentClient } from "@azure/container-registry";
import type { AccessToken, TokenCredential } from "@azure/core-auth";
import { z } from "zod";
import { createCertificates } from "../certificates.ts";
import type { Certificates } from "../contracts.ts";
import { RegistrySchema } from "../estate.ts";
import { createRegistry, type EmulatedRegistry } from "./createRegistry.ts";

/** Monday, the second of March 2026, at two in the morning. */
export const STARTS_AT = "2026-03-02T02:00:00Z";
export const NOW = Date.parse(STARTS_AT);
export const NAME = "contosoregistry";
const CLEANER = ["AcrPull", "AcrDelete"];

export type RegistryInput = Partial<z.input<typeof RegistrySchema>>;
export type Repositories = NonNullable<RegistryInput["repositories"]>;

/** A registry under test with its clock, which a test may move, and what a client needs to trust it. */
export interface Bench {
  readonly registry: EmulatedRegistry;
  readonly clock: { at: number; now(): number };
  readonly ca: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly json: unknown;
}

export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

let certificates: Promise<Certificates> | undefined;

export async function startBench(input: RegistryInput): Promise<Bench> {
  const { caPem, ...keyPair } = await (certificates ??= createCertificates());
  const clock = {
    at: NOW,
    now(): number {
      return this.at;
    },
  };
  const resourceId = `/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/${NAME}`;
  const estate = RegistrySchema.parse({ name: NAME, resourceId, ...input });
  const registry = await createRegistry(estate, { clock, certificates: { caPem, ...keyPair }, startsAt: STARTS_AT });
  return { registry, clock, ca: caPem };
}

/** An Entra token with these claims over those of a clean-up identity. */
export function anEntraToken(clock: { now(): number }, claims: Record<string, unknown> = {}): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const defaults = {
    aud: "https://containerregistry.azure.net",
    oid: "cleaner",
    appid: "cleaner-app",
    exp: Math.floor(clock.now() / 1000) + 3600,
    roles: CLEANER,
  };
  return `${encode({ alg: "none", typ: "JWT" })}.${encode({ ...defaults, ...claims })}.sig`;
}

/** The real client of the whole registry. */
export function aClient(bench: Bench, roles: readonly string[] = CLEANER): ContainerRegistryClient {
  return new ContainerRegistryClient(bench.registry.url, aCredential(bench, roles), {
    tlsOptions: { ca: bench.ca },
    retryOptions: { maxRetries: 0 },
  });
}

/** The real client of one repository's content. */
export function aContentClient(
  bench: Bench,
  repository: string,
  roles: readonly string[] = CLEANER,
): ContainerRegistryContentClient {
  return new ContainerRegistryContentClient(bench.registry.url, repository, aCredential(bench, roles), {
    tlsOptions: { ca: bench.ca },
    retryOptions: { maxRetries: 0 },
  });
}

function aCredential({ clock }: Bench, roles: readonly string[]): TokenCredential {
  const token = (): AccessToken => ({
    token: anEntraToken(clock, { roles }),
    expiresOnTimestamp: Date.now() + 3_600_000,
  });
  return { getToken: () => Promise.resolve(token()) };
}

/** Fails where the connection is cut. */
export async function send({ registry, ca }: Pick<Bench, "registry" | "ca">, raw: RawRequest): Promise<RawAnswer> {
  const authorization = raw.token === undefined ? {} : { Authorization: `Bearer ${raw.token}` };
  const outgoing = request(`${registry.url}${raw.path}`, {
    method: raw.method ?? "GET",
    ca,
    agent: false,
    headers: { ...authorization, ...raw.headers },
  });
  outgoing.end(raw.body);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  outgoing.once("response", resolve);
  outgoing.once("error", reject);
  const message = await promise;
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const isJson = message.headers["content-type"]?.includes("json") === true && body.length > 0;
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    body,
    json: isJson ? JSON.parse(body.toString()) : undefined,
  };
}

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };

export async function exchange(bench: Bench, entraToken: string): Promise<RawAnswer> {
  const form = { grant_type: "access_token", service: bench.registry.loginServer, access_token: entraToken };
  const body = new URLSearchParams(form).toString();
  return await send(bench, { method: "POST", path: "/oauth2/exchange", headers: FORM, body });
}

export async function redeem(bench: Bench, refreshToken: string, scope: string): Promise<RawAnswer> {
  const form = {
    grant_type: "refresh_token",
    service: bench.registry.loginServer,
    refresh_token: refreshToken,
    scope,
  };
  return await send(bench, {
    method: "POST",
    path: "/oauth2/token",
    headers: FORM,
    body: new URLSearchParams(form).toString(),
  });
}

/** An access token for the scope, through both steps. */
export async function fetchToken(bench: Bench, scope: string, roles: readonly string[] = CLEANER): Promise<string> {
  const refreshToken = member(await exchange(bench, anEntraToken(bench.clock, { roles })), "refresh_token");
  return member(await redeem(bench, refreshToken, scope), "access_token");
}

/** A text member of the JSON answer; fails where it is absent. */
export function member(answer: RawAnswer, name: string): string {
  const value: unknown = Reflect.get(Object(answer.json), name);
  if (typeof value !== "string") throw new Error(`${answer.status} without ${name}: ${answer.body.toString()}`);
  return value;
}

export function claimsOf(token: string): Record<string, unknown> {
  const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
  return z.record(z.string(), z.unknown()).parse(JSON.parse(payload));
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
