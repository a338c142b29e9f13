import type { ComponentProps, ComponentType } from "react";
import { expectTypeOf, test } from "vitest";
import {
  ApiError,
  type ApiFetch,
  type ApiJson,
  apiFetch,
  apiJson,
  type Client,
  ClientError,
  type ClientErrorCode,
  createClient,
  type CrossgateErrorCode,
  getCsrfToken,
  getProviders,
  getSession,
  type Provider,
  type RequiredSessionInfo,
  type Session,
  type SessionEndReason,
  type SessionInfo,
  SessionProvider,
  signIn,
  type SignInResult,
  signOut,
  useSession,
  withAuth,
  type WithSession,
} from "@crossgate/next/client";
import { makeSession, TestSessionProvider } from "@crossgate/next/testing";

declare module "@crossgate/next/client" {
  interface SessionUser {
    readonly role?: "admin" | "customer";
  }
}

test("what an app says about its users is known everywhere", async () => {
  expectTypeOf((await getSession())?.user.role).toEqualTypeOf<"admin" | "customer" | undefined>();
  expectTypeOf(makeSession({ role: "admin" }).user.role).toEqualTypeOf<"admin" | "customer" | undefined>();
  expectTypeOf<Session["user"]["name"]>().toEqualTypeOf<string | null | undefined>();
  // @ts-expect-error -- no such role
  makeSession({ role: "king" });
});

test("the status says whether there is a session", () => {
  const info = useSession();
  expectTypeOf(info).toEqualTypeOf<SessionInfo>();
  if (info.status === "authenticated") expectTypeOf(info.session).toEqualTypeOf<Session>();
  if (info.status === "loading") expectTypeOf(info.session).toEqualTypeOf<undefined>();
  if (info.status === "unauthenticated") {
    expectTypeOf(info.session).toEqualTypeOf<null>();
    expectTypeOf(info.reason).toEqualTypeOf<SessionEndReason | undefined>();
  }
});

test("where it is required nobody is a stranger", () => {
  const info = useSession({ required: true });
  expectTypeOf(info).toEqualTypeOf<RequiredSessionInfo>();
  expectTypeOf(info.status).toEqualTypeOf<"loading" | "authenticated">();
  expectTypeOf(info.update).returns.resolves.toEqualTypeOf<Session | null>();
});

test("a result is one of two", async () => {
  const result = await signIn("credentials", { email: "a", password: "b", redirect: false });
  expectTypeOf(result).toEqualTypeOf<SignInResult>();
  if (!result.ok) expectTypeOf(result.code).toEqualTypeOf<string>();
  // @ts-expect-error -- a success has no code
  if (result.ok) void result.code;
  expectTypeOf(await signOut({ everywhere: true })).toEqualTypeOf<{ readonly url: string }>();
  // @ts-expect-error -- fields are texts
  void signIn("credentials", { email: 7 });
});

test("calls to the API", async () => {
  expectTypeOf(apiFetch).toEqualTypeOf<ApiFetch>();
  expectTypeOf(apiJson).toEqualTypeOf<ApiJson>();
  expectTypeOf(await apiJson<{ id: string }>("/api/x", { method: "POST", json: [] })).toEqualTypeOf<{ id: string }>();
  expectTypeOf(await apiJson("/api/x")).toEqualTypeOf<unknown>();
  // @ts-expect-error -- json takes its place
  void apiJson("/api/x", { body: "x" });
  const error: unknown = undefined;
  if (error instanceof ApiError) expectTypeOf(error.status).toEqualTypeOf<number>();
  if (error instanceof ClientError) expectTypeOf(error.code).toEqualTypeOf<ClientErrorCode>();
});

test("a component keeps its props, and gets its session", () => {
  const Page = withAuth((_: WithSession & { readonly count: number }) => null);
  expectTypeOf(Page).toEqualTypeOf<ComponentType<{ readonly count: number }>>();
  expectTypeOf<ComponentProps<typeof SessionProvider>["session"]>().toEqualTypeOf<Session | null | undefined>();
  expectTypeOf<ComponentProps<typeof SessionProvider>["client"]>().toEqualTypeOf<Client | undefined>();
  expectTypeOf<ComponentProps<typeof TestSessionProvider>["session"]>().toEqualTypeOf<Session | null | "loading" | undefined>();
});

test("the codes of Crossgate are a closed list", () => {
  expectTypeOf<"claims_unavailable">().toExtend<CrossgateErrorCode>();
  expectTypeOf<"sold_out">().not.toExtend<CrossgateErrorCode>();
});

test("the rest", async () => {
  expectTypeOf(createClient({ basePath: "/session" })).toEqualTypeOf<Client>();
  expectTypeOf(await getProviders()).toEqualTypeOf<Readonly<Record<string, Provider>>>();
  expectTypeOf(await getCsrfToken()).toEqualTypeOf<string>();
});
