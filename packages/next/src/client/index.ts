"use client";
/**
 * Who is signed in, signing in and out, and calls to the API, in the browser of a Next.js app behind Crossgate.
 *
 * @packageDocumentation
 */
import type { Client } from "./client.js";
import { client } from "./plain.js";

/** {@link Client.getSession} */
export const getSession: Client["getSession"] = client.getSession;
/** {@link Client.getCsrfToken} */
export const getCsrfToken: Client["getCsrfToken"] = client.getCsrfToken;
/** {@link Client.getProviders} */
export const getProviders: Client["getProviders"] = client.getProviders;
/** {@link Client.signIn} */
export const signIn: Client["signIn"] = client.signIn;
/** {@link Client.signOut} */
export const signOut: Client["signOut"] = client.signOut;
/** {@link Client.apiFetch} */
export const apiFetch: Client["apiFetch"] = client.apiFetch;
/** {@link Client.apiJson} */
export const apiJson: Client["apiJson"] = client.apiJson;

export type { ApiFetch, ApiJson, JsonInit } from "./api-fetch.js";
export { createClient, type Client, type ClientOptions, type Provider } from "./client.js";
export { ClientError, type ClientErrorCode } from "./client-error.js";
export type { SessionAnswer, SessionEndReason } from "./session-answer.js";
export { SessionProvider, type SessionProviderProps } from "./session-provider.js";
export type { SessionState } from "./session-store.js";
export type { AuthorizationParameters, SignInOptions, SignInResult, SignOutOptions } from "./sign-in.js";
export {
  type RequiredSessionInfo,
  type SessionActions,
  type SessionInfo,
  useSession,
  type UseSessionOptions,
} from "./use-session.js";
export { withAuth, type WithAuthOptions, type WithSession } from "./with-auth.js";
export {
  ApiError,
  type ApiErrorCode,
  type ApiErrorDetails,
  type CrossgateErrorCode,
  type GatewayCode,
} from "../shared/api-error.js";
// Everything in it, as a whole: only so can an app add to SessionUser. Types alone: Next.js lets no module of the browser
// hand on all of another.
export type * from "../shared/session.js";
