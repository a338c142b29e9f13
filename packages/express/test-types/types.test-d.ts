import express4 from "express4";
import express5 from "express5";
import { expectTypeOf, test } from "vitest";
import {
  type ApiClient,
  type Crossgate,
  crossgate,
  CrossgateError,
  type CrossgateErrorCode,
  type CrossgateHandler,
  type CrossgateOptions,
  type Identity,
  identityOf,
  type IdentityClaims,
  type SessionOptions,
} from "@crossgate/express";

declare module "@crossgate/express" {
  interface IdentityClaims {
    readonly role: "admin" | "customer";
  }
}

const gate = crossgate({ issuer: "https://shop.example.com", audience: "http://127.0.0.1:4000" });

test("handlers fit both majors, and leave the parameters of the route alone", () => {
  express4().get("/orders/:id", gate.requireSession(), (request) => {
    expectTypeOf(request.identity).toEqualTypeOf<Identity | undefined>();
    expectTypeOf(request.params.id).toEqualTypeOf<string>();
  });
  express5().get("/orders/:id", gate.requireSession(), gate.requireRole("admin"), (request) => {
    expectTypeOf(request.identity).toEqualTypeOf<Identity | undefined>();
    expectTypeOf(request.params.id).toEqualTypeOf<string>();
    expectTypeOf(identityOf(request)).toEqualTypeOf<Identity>();
  });
  express4().use(gate.optionalSession());
  express5().use("/api", gate.optionalSession({ introspect: true }));
  express5.Router().use(gate.requireClaim("plan", "pro", 1, true));
});

test("an identity is readonly and all there is about who is asking", () => {
  expectTypeOf<Identity>().toEqualTypeOf<{
    readonly subject: string;
    readonly sessionHandle: string;
    readonly expiresAt: number;
    readonly claims: IdentityClaims;
  }>();
});

test("an app says which claims it has, and the others are unknown", () => {
  expectTypeOf<Identity["claims"]["role"]>().toEqualTypeOf<"admin" | "customer">();
  expectTypeOf<Identity["claims"]["other"]>().toEqualTypeOf<unknown>();
});

test("what crossgate() wants and gives", () => {
  expectTypeOf(crossgate).parameters.toEqualTypeOf<[CrossgateOptions]>();
  expectTypeOf(crossgate).returns.toEqualTypeOf<Crossgate>();
  expectTypeOf<keyof Crossgate>().toEqualTypeOf<"requireSession" | "optionalSession" | "requireRole" | "requireClaim">();
  expectTypeOf(gate.requireSession).parameters.toEqualTypeOf<[(SessionOptions | undefined)?]>();
  expectTypeOf(gate.requireRole).returns.toEqualTypeOf<CrossgateHandler>();
  expectTypeOf<CrossgateOptions["client"]>().toEqualTypeOf<ApiClient | undefined>();
  // @ts-expect-error an audience is needed
  crossgate({ issuer: "https://shop.example.com" });
  // @ts-expect-error a role is needed
  gate.requireRole();
  // @ts-expect-error an object cannot be compared with
  gate.requireClaim("user", { plan: "pro" });
});

test("the codes are a closed union", () => {
  expectTypeOf<CrossgateError["code"]>().toEqualTypeOf<CrossgateErrorCode>();
  expectTypeOf<CrossgateErrorCode>().toEqualTypeOf<
    | "authorization_malformed"
    | "not_signed_in"
    | "token_invalid"
    | "token_expired"
    | "session_ended"
    | "forbidden"
    | "key_set_unavailable"
    | "introspection_unavailable"
    | "introspection_refused"
    | "identity_missing"
    | "options_invalid"
  >();
  expectTypeOf<CrossgateError>().toExtend<Error>();
});
