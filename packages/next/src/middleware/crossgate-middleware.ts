// The middleware for an app that stands in front of Crossgate.
import { NextResponse, type NextRequest } from "next/server.js";
import { askSession, type SessionAnswer } from "../gateway/ask-session.js";
import { ServerError } from "../gateway/server-error.js";
import { type GatewayOptions, type GatewaySettings, gatewaySettings } from "../gateway/settings.js";
import { isOfGateway, PageAccess } from "./access.js";
import { refuse, toSignIn } from "./answers.js";
import { type PageRequest, pageOf } from "./page.js";
import { segmentsOf } from "./path.js";
import { PathPattern } from "./pattern.js";

/** Settings of {@link crossgateMiddleware}. */
export interface CrossgateMiddlewareOptions extends GatewayOptions {
  /**
   * Which pages need a session: `["/dashboard/**"]`. `*` stands for one segment, a final `**` for the path itself and
   * all below it. Without base path and locale.
   */
  readonly protect: readonly string[];
  /** Which of those are open all the same: `["/dashboard/help"]`. */
  readonly publicPaths?: readonly string[] | undefined;
  /** The app's own sign-in page, as the browser spells it. It is always open. Default: Crossgate's. */
  readonly signInPath?: string | undefined;
  /** `i18n.locales` of `next.config`, for an app with `skipMiddlewareUrlNormalize`. */
  readonly locales?: readonly string[] | undefined;
}

const VIA = "1.1 crossgate-next";

/** Usable as `middleware` (Next.js 14 and 15) and as `proxy` (16). */
export type CrossgateMiddleware = (request: NextRequest) => Promise<NextResponse>;

/**
 * Protects pages where Next.js has to stand in front, by asking Crossgate who is signed in.
 *
 * ```ts
 * export const proxy = crossgateMiddleware({ protect: ["/dashboard/**"] });   // in proxy.ts, before 16 middleware.ts
 * ```
 *
 * Nobody gets to a protected page while Crossgate does not answer.
 *
 * @throws {@link ServerError} `configuration_invalid`, with what to write instead.
 */
export function crossgateMiddleware(options: CrossgateMiddlewareOptions): CrossgateMiddleware {
  const access = new PageAccess(options.protect, options.publicPaths ?? []);
  const signIn = options.signInPath === undefined ? undefined : new PathPattern(options.signInPath);
  return async (request) => {
    if (hasPassedHere(request)) return refuseLoop(request);
    const { basePath, pathname } = request.nextUrl;
    const [path, wholePath] = [segmentsOf(pathname), segmentsOf(basePath + pathname)];
    if (!path || !wholePath) return refuse(request, new ServerError("path_refused", "the path is ambiguous"), false);
    const page = pageOf(path, options.locales ?? []);
    const settings = gatewaySettings(options);
    const isSignIn = signIn?.matches([...(segmentsOf(basePath || "/") ?? []), ...page.page]);
    const isOpen = page.transport === "asset" || isSignIn || !access.needsSession(page.page);
    if (isOpen || isOfGateway(wholePath, settings.basePath)) return goOn(request);
    return guard(request, page, settings, options.signInPath);
  };
}

async function guard(
  request: NextRequest,
  page: PageRequest,
  settings: GatewaySettings,
  signInPath = `${settings.basePath}/signin`,
): Promise<NextResponse> {
  const isData = page.transport !== "path" || Boolean(request.nextUrl.buildId);
  try {
    const { session, setCookies } = await whoAsks(request, settings);
    const signIn = signInAddress(request, page, settings.publicUrl, signInPath);
    const answer = session ? goOn(request) : toSignIn(request, signIn, isData);
    for (const line of setCookies) answer.headers.append("set-cookie", line);
    return answer;
  } catch (error) {
    if (!(error instanceof ServerError) || error.code !== "gateway_unavailable") throw error;
    console.error(`[crossgate] ${error.message}`);
    return refuse(request, error, isData);
  }
}

/** Whoever sends no cookie is nobody. */
async function whoAsks(request: NextRequest, settings: GatewaySettings): Promise<SessionAnswer> {
  const cookies = request.headers.get("cookie");
  return cookies === null ? { session: null, setCookies: [] } : askSession(settings, cookies);
}

/** Without what only Crossgate may say, and with our name (RFC 9110 §7.6.3), by which a request that comes back is known. */
function goOn(request: NextRequest): NextResponse {
  const headers = new Headers(request.headers);
  for (const name of request.headers.keys()) if (name.startsWith("x-crossgate-")) headers.delete(name);
  headers.append("via", VIA);
  return NextResponse.next({ request: { headers } });
}

function hasPassedHere({ headers }: NextRequest): boolean {
  return headers.get("via")?.split(/, */).includes(VIA) ?? false;
}

/** Crossgate takes a path for a page that a rewrite had sent there: they would send it to one another for ever. */
function refuseLoop(request: NextRequest): NextResponse {
  const fix = "apis of crossgateRewrites() must be those of [[api]] in crossgate.toml, and basePath app.next_auth.base_path";
  const error = new ServerError("loop_detected", `a request comes back from Crossgate; fix: ${fix}`);
  console.error(`[crossgate] ${request.nextUrl.pathname}: ${error.message}`);
  return refuse(request, error, false);
}

function signInAddress(request: NextRequest, page: PageRequest, publicUrl: string, signInPath: string): URL {
  const address = new URL(signInPath, publicUrl);
  address.searchParams.set("callbackUrl", pageAddress(request, page));
  return address;
}

/** The address that a person would type for what was asked, without the transport. */
function pageAddress({ nextUrl }: NextRequest, { page, transport }: PageRequest): string {
  const address = nextUrl.clone();
  address.buildId = "";
  address.searchParams.delete("_rsc");
  if (transport !== "path") address.pathname = `/${page.map(encodeURIComponent).join("/")}`;
  const { pathname, search } = new URL(address.href);
  return pathname + search;
}
