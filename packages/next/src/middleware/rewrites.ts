// What of the app's addresses Crossgate answers, for an app that stands in front of it.
import { invalid } from "../gateway/server-error.js";
import { checkOrigin } from "../gateway/settings.js";
import { endpointPaths } from "./endpoints.js";

/** Settings of {@link crossgateRewrites}. */
export interface CrossgateRewritesOptions {
  /** Where this server reaches Crossgate: `http://10.0.0.5:8080`. */
  readonly url: string;
  /** The `path` of every `[[api]]` in Crossgate's configuration: `["/api"]`. */
  readonly apis?: readonly string[] | undefined;
  /** `app.next_auth.base_path` of Crossgate's configuration. Default `/api/auth`. */
  readonly basePath?: string | undefined;
}

/** One rewrite, as `next.config` has it. */
export interface CrossgateRewrite {
  source: string;
  destination: string;
  basePath: false;
}

/** What `rewrites()` of `next.config` gives. */
export interface CrossgateRewrites {
  beforeFiles: CrossgateRewrite[];
  afterFiles: CrossgateRewrite[];
  fallback: CrossgateRewrite[];
}

/**
 * `rewrites()` of `next.config`. Crossgate's endpoints go to Crossgate, whatever the app has there. So do the APIs, except
 * where the app has a page or route handler without parameters of its own. Next.js asks at build.
 *
 * ```js
 * export default { rewrites: async () => crossgateRewrites({ url: "http://10.0.0.5:8080", apis: ["/api"] }) };
 * ```
 *
 * @throws {@link ServerError} `configuration_invalid`, with what to write instead.
 */
export function crossgateRewrites({ url, apis = [], basePath = "/api/auth" }: CrossgateRewritesOptions): CrossgateRewrites {
  const origin = checkOrigin("url", url);
  const below = apis.map(checkPath).flatMap((path) => [path, `${path}/:path*`]);
  const rewrite = (source: string) => ({ source, destination: origin + source, basePath: false as const });
  return { beforeFiles: endpointPaths(checkPath(basePath)).map(rewrite), afterFiles: below.map(rewrite), fallback: [] };
}

/** `:` and the like would be parameters of a rewrite. */
function checkPath(path: string): string {
  if (/^(\/[\w.~-]+)+$/.test(path)) return path;
  throw invalid(`${JSON.stringify(path)} is no path; fix: write it as in crossgate.toml, such as "/api"`);
}
