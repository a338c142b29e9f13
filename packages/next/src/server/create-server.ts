// What code on the app's server calls, made from options.
import type { JSONWebKeySet } from "jose";
import type { GetServerSideProps } from "next";
import { invalid, ServerError } from "../gateway/server-error.js";
import { type GatewayOptions, type GatewaySettings, gatewaySettings, signInAddress } from "../gateway/settings.js";
import type { Session } from "../shared/session.js";
import { type ApiFetch, apiSettings, callApi } from "./call-api.js";
import { perRequest } from "./per-request.js";
import { currentHeaders, headersOf, type RequestLike } from "./request-headers.js";
import type { ServerSession } from "./session.js";
import { fromGateway, fromIdentity, type Source } from "./sources.js";
import { type RouteHandlerWithSession, withAuthRoute } from "./with-auth-route.js";
import { type GetPropsWithSession, withAuthSsr, type WithAuthSsrOptions } from "./with-auth-ssr.js";

/** Settings of {@link createServer}. What is left out comes from the environment. */
export interface ServerOptions extends GatewayOptions {
  /** From the header that Crossgate sends. This is the default. */
  readonly source?: "identity" | undefined;
  /** The API itself, not Crossgate: `http://127.0.0.1:4000`. Else `CROSSGATE_API_URL` or `API_URL`. */
  readonly apiUrl?: string | undefined;
  /** `header` of `[[api]]`, where that is not `authorization`: which headers of the page's request the API gets. */
  readonly apiHeaders?: readonly string[] | undefined;
  /** Keys in place of Crossgate's, for tests: those of `@crossgate/next/testing/server`. */
  readonly keys?: JSONWebKeySet | undefined;
}

/** Settings of {@link createServer} for an app in front of Crossgate. */
export interface GatewaySourceOptions extends GatewayOptions {
  /** Asks Crossgate with the cookies of each request, where Next.js stands in front and there is no identity header. */
  readonly source: "gateway";
}

/** Settings of {@link SessionFunctions.requireSession}. */
export interface RequireSessionOptions {
  /** Where to come back to after the sign-in, path and query as the browser spells them. Default `/`. */
  readonly callbackUrl?: string | undefined;
  /**
   * What happens where nobody is signed in: `"redirect"` (default) leads to the sign-in page, for pages and Server
   * Actions; `"throw"` throws a {@link ServerError} `not_signed_in`.
   */
  readonly otherwise?: "redirect" | "throw" | undefined;
}

/** Who is asking. The functions need no `this`, so they can be taken out. */
export interface SessionFunctions<S> {
  /**
   * Who is asking, in Server Components, route handlers and Server Actions; `null` for nobody. The page becomes a
   * dynamic one. While React renders, a request is judged once.
   *
   * @throws {@link ServerError} `key_set_unavailable`, `gateway_unavailable`: nobody knows. Never `null` then.
   */
  readonly getSession: () => Promise<S | null>;
  /** The same for a request that is at hand: `getServerSideProps`, API routes, `NextRequest`. */
  readonly getSessionFromRequest: (request: RequestLike) => Promise<S | null>;
  /** As `getSession`, and where nobody is signed in the sign-in page, or an error. */
  readonly requireSession: (options?: RequireSessionOptions) => Promise<S>;
  /** A route handler for people who are signed in. Others, and outages, are answered with a status and JSON. */
  readonly withAuthRoute: <R extends Request = Request, C = unknown>(
    handler: RouteHandlerWithSession<S, R, C>,
  ) => (request: R, context: C) => Promise<Response>;
  /**
   * `getServerSideProps` of a page for people who are signed in. Its props have `session`; others are led to the
   * sign-in page and from there back.
   */
  readonly withAuthSsr: <P extends { [name: string]: unknown } = Record<never, never>>(
    getProps?: GetPropsWithSession<S, P>,
    options?: WithAuthSsrOptions,
  ) => GetServerSideProps<P & { session: S }>;
}

/** What {@link createServer} gives to an app behind Crossgate. */
export interface Server extends SessionFunctions<ServerSession> {
  /** Calls the API as the person whose request the App Router is answering. */
  readonly apiFetch: ApiFetch;
  /** {@link ApiFetch} for a request that is at hand: `getServerSideProps`, API routes. */
  readonly apiFetchFor: (request: RequestLike) => ApiFetch;
}

/** What {@link createServer} gives to an app in front of Crossgate. Its requests carry no token, so it calls no API. */
export type GatewayServer = SessionFunctions<Session>;

/**
 * The functions of this module for options of your own, where the environment does not say them.
 *
 * Nothing is fetched or checked before the first call.
 */
export function createServer(options?: ServerOptions): Server;
export function createServer(options: GatewaySourceOptions): GatewayServer;
export function createServer(options: ServerOptions | GatewaySourceOptions = {}): Server | GatewayServer {
  const settings = () => gatewaySettings(options);
  if (options.source === "gateway") return sessionFunctions(fromGateway, settings);
  if (options.source !== undefined && options.source !== "identity") {
    throw invalid('source is unknown; fix: "identity" or "gateway"');
  }
  return { ...sessionFunctions(fromIdentity(options.keys), settings), ...apiFunctions(options) };
}

function sessionFunctions<S>(source: Source<S>, settings: () => GatewaySettings): SessionFunctions<S> {
  const getSession = perRequest(async () => {
    // First, because at build, when no setting is there yet, it tells Next.js that this page is made for each request.
    const read = await currentHeaders();
    return source(settings(), read);
  });
  const getSessionFromRequest = async (request: RequestLike) => source(settings(), headersOf(request));
  const requireSession: SessionFunctions<S>["requireSession"] = async (options = {}) =>
    (await getSession()) ?? refuseStranger(settings(), options);
  return {
    getSession,
    getSessionFromRequest,
    requireSession,
    withAuthRoute: (handler) => withAuthRoute(() => requireSession({ otherwise: "throw" }), handler),
    withAuthSsr: (getProps, options = {}) => withAuthSsr({ find: getSessionFromRequest, settings, getProps, options }),
  };
}

async function refuseStranger(settings: GatewaySettings, options: RequireSessionOptions): Promise<never> {
  if (options.otherwise === "throw") throw new ServerError("not_signed_in", "nobody is signed in");
  // Without ".js": only under this name Next.js puts the server's half in its place. And not at the top, because Node
  // itself, which loads this for the Pages Router, does not find it under this name.
  // @ts-expect-error -- Next.js has no "exports", so TypeScript does not find it under this name either
  const { redirect } = (await import("next/navigation")) as typeof import("next/navigation.js");
  return redirect(signInAddress(settings, options.callbackUrl ?? "/"));
}

function apiFunctions({ apiUrl, apiHeaders }: ServerOptions): Pick<Server, "apiFetch" | "apiFetchFor"> {
  const api = () => apiSettings(apiUrl, apiHeaders);
  return {
    apiFetch: async (path, init) => {
      const read = await currentHeaders();
      return callApi(api(), read, path, init);
    },
    apiFetchFor: (request) => async (path, init) => callApi(api(), headersOf(request), path, init),
  };
}
