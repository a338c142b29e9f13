// The middleware.
import type { IncomingMessage, ServerResponse } from "node:http";
import { bearerToken } from "./bearer.js";
import { type ClaimValue, claimValue, isAccepted } from "./claims.js";
import { CrossgateError } from "./errors.js";
import { Identifier } from "./identifier.js";
import type { Identity } from "./identity.js";
import { checkOptions, type CrossgateOptions, invalid } from "./options.js";

/**
 * Middleware for Express 4 and 5. It is typed by what it uses of request and response, so that it fits the types of
 * either and leaves `req.params` to the route.
 */
export type CrossgateHandler = (
  request: IncomingMessage & { identity?: Identity | undefined },
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** Settings of one route. */
export interface SessionOptions {
  /**
   * Asks Crossgate on every request whether the session is still there, for a payment or a deletion. Without it a token
   * goes on counting for some minutes after a sign-out. Needs `client`.
   */
  readonly introspect?: boolean | undefined;
}

/** What {@link crossgate} gives. The functions need no `this`, so they can be taken out. */
export interface Crossgate {
  /** Lets requests through that come with a good token. `req.identity` is who is asking. */
  readonly requireSession: (options?: SessionOptions) => CrossgateHandler;
  /** Lets requests without a token through as well; `req.identity` is `undefined` then. A bad token is refused. */
  readonly optionalSession: (options?: SessionOptions) => CrossgateHandler;
  /** As `requireSession()`, and the claim of the role (`roleClaim`) must be one of these, or hold one of these. */
  readonly requireRole: (...roles: readonly [string, ...string[]]) => CrossgateHandler;
  /**
   * As `requireSession()`, and a claim must be one of these values, or hold one of these. Without values it must only be
   * there.
   *
   * @param claim A name, or a JSON Pointer such as `/user/plan`.
   */
  readonly requireClaim: (claim: string, ...accepted: readonly ClaimValue[]) => CrossgateHandler;
}

/**
 * Who is asking, for an API with `token = "issued"` in Crossgate's configuration.
 *
 * ```js
 * const { requireSession } = crossgate({ issuer: "https://shop.example.com", audience: "http://127.0.0.1:4000" });
 * app.get("/api/orders", requireSession(), (req, res) => res.json(ordersOf(req.identity.subject)));
 * ```
 *
 * Make one and use it everywhere: the key set and the verified tokens that it remembers are its own.
 *
 * @throws {@link CrossgateError} `options_invalid`, with what to write instead.
 */
export function crossgate(options: CrossgateOptions): Crossgate {
  const settings = checkOptions(options);
  const gate = new Gate(new Identifier(settings), settings.errors);
  const requireClaim: Crossgate["requireClaim"] = (claim, ...accepted) =>
    gate.guard({ isRequired: true }, (identity) => checkClaim(identity, claim, accepted));
  return {
    requireSession: (session) => gate.guard({ ...session, isRequired: true }),
    optionalSession: (session) => gate.guard({ ...session, isRequired: false }),
    requireRole: (...roles) => {
      if (roles.length === 0) throw invalid("requireRole() names no role; fix: requireRole(\"admin\")");
      return requireClaim(settings.roleClaim, ...roles);
    },
    requireClaim,
  };
}

function checkClaim(identity: Identity, claim: string, accepted: readonly ClaimValue[]): void {
  if (isAccepted(claimValue(identity.claims, claim), accepted)) return;
  throw new CrossgateError("forbidden", `the claim ${claim} is not what this route needs`);
}

interface GuardSettings extends SessionOptions {
  readonly isRequired: boolean;
}

type Check = (identity: Identity) => void;
type CrossgateRequest = Parameters<CrossgateHandler>[0];

class Gate {
  readonly #identifier: Identifier;
  readonly #errors: "answer" | "next";

  constructor(identifier: Identifier, errors: "answer" | "next") {
    this.#identifier = identifier;
    this.#errors = errors;
  }

  /** A remembered token is judged without a promise: the next handler runs in the same turn. */
  guard(settings: GuardSettings, check?: Check): CrossgateHandler {
    if (settings.introspect && !this.#identifier.canIntrospect) {
      throw invalid("introspect needs to know who this API is; fix: client in crossgate(), as in [api.client]");
    }
    return (request, response, next) => {
      let found: Identity | undefined | Promise<Identity>;
      try {
        found = this.#identify(request, settings);
        if (!(found instanceof Promise)) pass(request, found, check);
      } catch (error) {
        return this.#refuse(error, response, next);
      }
      if (!(found instanceof Promise)) return next();
      const passed = found.then((identity) => pass(request, identity, check));
      passed.then(() => next(), (error: unknown) => this.#refuse(error, response, next));
    };
  }

  #identify(request: CrossgateRequest, settings: GuardSettings): Identity | undefined | Promise<Identity> {
    const token = bearerToken(request);
    if (token !== undefined) {
      return settings.introspect ? this.#identifier.identifyLive(token) : this.#identifier.identify(token);
    }
    if (settings.isRequired) throw new CrossgateError("not_signed_in", "no bearer token came with the request");
    return undefined;
  }

  #refuse(error: unknown, response: ServerResponse, next: (error: unknown) => void): void {
    if (this.#errors === "next" || !(error instanceof CrossgateError) || response.headersSent) return next(error);
    for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
    response.statusCode = error.status;
    response.setHeader("Content-Type", "application/json; charset=utf-8");
    response.end(JSON.stringify(error));
  }
}

function pass(request: CrossgateRequest, identity: Identity | undefined, check?: Check): void {
  if (identity) check?.(identity);
  request.identity = identity;
}
