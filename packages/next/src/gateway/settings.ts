// Where Crossgate is, as the developer says it or the environment does.
import { invalid } from "./server-error.js";

/** Where Crossgate is. What is left out comes from the environment, each time that it is needed. */
export interface GatewayOptions {
  /** `public_url` of Crossgate's configuration: `https://shop.example.com`. Else `CROSSGATE_PUBLIC_URL`. */
  readonly publicUrl?: string | undefined;
  /**
   * Where this server reaches Crossgate: `http://10.0.0.5:8080`. Else `CROSSGATE_INTERNAL_URL`, and without that
   * the public address.
   */
  readonly internalUrl?: string | undefined;
  /** `app.next_auth.base_path` of Crossgate's configuration. Else `CROSSGATE_BASE_PATH`, and without that `/api/auth`. */
  readonly basePath?: string | undefined;
}

/** Options with what the environment says and with their defaults. */
export interface GatewaySettings {
  /** An origin. */
  readonly publicUrl: string;
  /** An origin. */
  readonly internalUrl: string;
  /** Begins with a slash and ends without one. */
  readonly basePath: string;
}

/** @throws {@link ServerError} `configuration_invalid`, with what to write instead. */
export function gatewaySettings(options: GatewayOptions): GatewaySettings {
  const publicUrl = checkPublicUrl(options.publicUrl ?? process.env["CROSSGATE_PUBLIC_URL"]);
  const internalUrl = options.internalUrl ?? process.env["CROSSGATE_INTERNAL_URL"];
  const basePath = options.basePath ?? process.env["CROSSGATE_BASE_PATH"];
  return {
    publicUrl,
    internalUrl: internalUrl ? checkOrigin("internalUrl (CROSSGATE_INTERNAL_URL)", internalUrl) : publicUrl,
    basePath: basePath ? checkPath(basePath) : "/api/auth",
  };
}

/** It is compared with `iss` and `aud` character by character. */
function checkPublicUrl(text: string | undefined): string {
  if (!text) throw invalid("CROSSGATE_PUBLIC_URL is not set; fix: CROSSGATE_PUBLIC_URL=<public_url of crossgate.toml>");
  const origin = checkOrigin("publicUrl (CROSSGATE_PUBLIC_URL)", text);
  const { protocol, hostname } = new URL(origin);
  if (protocol === "https:" || isLoopback(hostname)) return origin;
  throw invalid("publicUrl (CROSSGATE_PUBLIC_URL) must be https, except on loopback; fix: https there, and http in internalUrl");
}

/** The origin that a text is. @throws {@link ServerError} `configuration_invalid` */
export function checkOrigin(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  if (!url || !isWeb) throw invalid(`${name} is no address; fix: scheme, host and port, such as http://10.0.0.5:8080`);
  if (text !== url.origin && text !== `${url.origin}/`) throw invalid(`${name} must be an origin; fix: write ${url.origin}`);
  return url.origin;
}

function checkPath(text: string): string {
  const path = text.replace(/\/$/, "");
  if (/^(\/[\w.~-]+)+$/.test(path)) return path;
  throw invalid("basePath (CROSSGATE_BASE_PATH) is no path; fix: as app.next_auth.base_path in crossgate.toml, such as /api/auth");
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Where people sign in. Crossgate leads on to the app's own page, if it has one, and checks `callbackUrl`. */
export function signInAddress({ publicUrl, basePath }: GatewaySettings, callbackUrl: string): string {
  return `${publicUrl}${basePath}/signin?${new URLSearchParams({ callbackUrl })}`;
}
