import type { Grant, Need } from "./access.ts";
import type { Reply, RegistryRequest } from "./http.ts";
import { badRequest, RegistryError, unsupported } from "./registryError.ts";

/** A request that found its route: `name` is a repository, `reference` a tag, digest or upload; empty where the path has none. */
export interface RoutedRequest extends RegistryRequest {
  readonly name: string;
  readonly reference: string;
}

export interface Route {
  /** What the call log calls it. */
  readonly kind: string;
  readonly method: string;
  /** Over the decoded path, with groups `name` and `reference`. */
  readonly path: RegExp;
  /** Query parameters that it understands; any other is refused. */
  readonly query: readonly string[];
  /** Rights that the access token must grant; `anonymous` routes need no token at all. */
  readonly needs: ((request: RoutedRequest) => readonly Need[]) | "anonymous";
  /** `grants` are those of the access token, none on an anonymous route. */
  handle(request: RoutedRequest, grants: readonly Grant[]): Reply;
}

export interface Match {
  readonly route: Route;
  readonly request: RoutedRequest;
}

const REPOSITORY = /^[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;

/** The first route that fits. Throws `RegistryError` where none does, or where it would not understand the request. */
export function matchRoute(routes: readonly Route[], request: RegistryRequest): Match {
  let otherMethod = false;
  for (const route of routes) {
    const found = route.path.exec(request.path);
    if (found === null) continue;
    otherMethod = true;
    if (route.method !== request.method) continue;
    refuseUnknownQuery(route, request);
    const name = found.groups?.["name"] ?? "";
    if (name !== "" && !isRepositoryName(name)) throw badRequest("NAME_INVALID", `invalid repository name ${name}`);
    return { route, request: { ...request, name, reference: found.groups?.["reference"] ?? "" } };
  }
  throw new RegistryError(
    otherMethod ? { status: 405, code: "UNSUPPORTED" } : { status: 404, code: "NOT_FOUND" },
    `The emulated registry does not serve ${request.method} ${request.path}`,
  );
}

const isRepositoryName = (name: string): boolean => name.length <= 255 && REPOSITORY.test(name);

function refuseUnknownQuery(route: Route, request: RegistryRequest): void {
  for (const parameter of request.query.keys()) {
    if (parameter !== "api-version" && !route.query.includes(parameter))
      throw unsupported(`the query parameter ${parameter} of ${request.path}`);
  }
}
