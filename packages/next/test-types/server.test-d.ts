import type { GetServerSideProps, GetServerSidePropsContext } from "next";
import type { NextRequest, NextResponse } from "next/server.js";
import { expectTypeOf, test } from "vitest";
import { crossgateMiddleware, type CrossgateMiddleware, crossgateRewrites } from "@crossgate/next/middleware";
import {
  ApiError,
  apiFetch,
  apiFetchFor,
  createServer,
  getSession,
  getSessionFromRequest,
  requireSession,
  ServerError,
  type ServerErrorCode,
  type ServerSession,
  type Session,
  type SessionUser,
  withAuthRoute,
  withAuthSsr,
} from "@crossgate/next/server";
import { signedIn, testIdentities } from "@crossgate/next/testing/server";

test("a session is readonly and all there is about who is asking", () => {
  expectTypeOf<ServerSession>().toEqualTypeOf<{
    readonly subject: string;
    readonly sessionHandle: string;
    readonly user: SessionUser;
  }>();
  expectTypeOf(getSession).returns.resolves.toEqualTypeOf<ServerSession | null>();
  expectTypeOf(requireSession).returns.resolves.toEqualTypeOf<ServerSession>();
  // @ts-expect-error there are two ways only
  void requireSession({ otherwise: "ignore" });
});

test("requests of both kinds are at hand", () => {
  expectTypeOf(getSessionFromRequest).toBeCallableWith({} as NextRequest);
  expectTypeOf(getSessionFromRequest).toBeCallableWith({} as Request);
  expectTypeOf(getSessionFromRequest).toBeCallableWith({} as GetServerSidePropsContext["req"]);
  expectTypeOf(apiFetchFor).toBeCallableWith({} as GetServerSidePropsContext["req"]);
});

test("a page of the Pages Router has its own props and the session", () => {
  const getServerSideProps = withAuthSsr(async (_context, session) => {
    expectTypeOf(session).toEqualTypeOf<ServerSession>();
    return { props: { orders: [1] } };
  });
  expectTypeOf(getServerSideProps).toExtend<GetServerSideProps<{ orders: number[]; session: ServerSession }>>();
  expectTypeOf(withAuthSsr()).toExtend<GetServerSideProps<{ session: ServerSession }>>();
});

test("a route handler has its own request and context", () => {
  const get = withAuthRoute<NextRequest, { params: Promise<{ id: string }> }>(async (request, session, { params }) => {
    expectTypeOf(request.nextUrl.pathname).toEqualTypeOf<string>();
    return Response.json([session.subject, (await params).id]);
  });
  expectTypeOf(get).parameters.toEqualTypeOf<[NextRequest, { params: Promise<{ id: string }> }]>();
  expectTypeOf(get).returns.resolves.toEqualTypeOf<Response>();
});

test("an app in front of Crossgate has another session and calls no API", () => {
  const server = createServer({ source: "gateway" });
  expectTypeOf(server.getSession).returns.resolves.toEqualTypeOf<Session | null>();
  expectTypeOf(server).not.toHaveProperty("apiFetch");
  // @ts-expect-error an API is for apps behind Crossgate
  createServer({ source: "gateway", apiUrl: "http://127.0.0.1:4000" });
});

test("a redirect is not the caller's to follow", () => {
  expectTypeOf(apiFetch).returns.resolves.toEqualTypeOf<Response>();
  // @ts-expect-error tokens go where they were meant to go
  void apiFetch("/api/orders", { redirect: "follow" });
});

test("the middleware fits middleware and proxy of Next.js, and rewrites fit its configuration", () => {
  expectTypeOf(crossgateMiddleware).returns.toEqualTypeOf<CrossgateMiddleware>();
  expectTypeOf<CrossgateMiddleware>().toEqualTypeOf<(request: NextRequest) => Promise<NextResponse>>();
  // @ts-expect-error what is protected must be said
  crossgateMiddleware({});
  type Rewrites = NonNullable<import("next").NextConfig["rewrites"]>;
  expectTypeOf(async () => crossgateRewrites({ url: "http://10.0.0.5:8080" })).toExtend<Rewrites>();
});

test("the codes are a closed union, and errors are errors", () => {
  expectTypeOf<ServerError["code"]>().toEqualTypeOf<ServerErrorCode>();
  expectTypeOf<ServerErrorCode>().toEqualTypeOf<
    | "not_signed_in"
    | "path_refused"
    | "loop_detected"
    | "key_set_unavailable"
    | "gateway_unavailable"
    | "api_unreachable"
    | "api_address_refused"
    | "configuration_invalid"
  >();
  expectTypeOf<ServerError>().toExtend<Error>();
  expectTypeOf<ApiError>().toExtend<Error>();
});

test("people for tests fit the options", async () => {
  const { publicUrl, keys } = await testIdentities();
  createServer({ publicUrl, keys });
  expectTypeOf(signedIn).parameter(0).toExtend<{ subject: string }>();
});
