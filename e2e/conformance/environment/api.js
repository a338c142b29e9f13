// The API: an ordinary Express server with a login of its own, and routes that say what reached it.
import { randomUUID } from "node:crypto";
import cookieParser from "cookie-parser";
import express from "express";
import { PASSWORD, personAt } from "./people.js";
import { serve } from "./serve.js";
import { readTokens } from "./tokens.js";

const HOUR = 3600;

class Api {
  #owners = new Map();
  #renewals = new Map();

  login(request, response) {
    const { email, password } = request.body ?? {};
    const known = personAt(email);
    if (known?.isBroken) return response.sendStatus(500);
    if (known?.refusal) return response.status(401).json(known.refusal);
    if (!known || password !== PASSWORD) return response.sendStatus(401);
    if (known.isRefused) return response.sendStatus(423);
    return response.json({ user: known.user, ...this.#tokens(known.user, known.expiresIn) });
  }

  /** Every refresh token is good once: whoever asks twice at the same time is refused. */
  refresh(request, response) {
    const { refreshToken } = request.body ?? {};
    const user = this.#renewals.get(refreshToken);
    if (!user) return response.sendStatus(401);
    this.#renewals.delete(refreshToken);
    return response.json(this.#tokens(user));
  }

  me(request, response) {
    const user = this.#owners.get(/^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1]);
    return user ? response.json(user) : response.sendStatus(401);
  }

  #tokens(user, expiresIn = HOUR) {
    const [token, refreshToken] = [randomUUID(), randomUUID()];
    this.#owners.set(token, user);
    this.#renewals.set(refreshToken, user);
    return { token, refreshToken, expiresIn };
  }
}

function claims(request, response) {
  const { sub, trigger, data } = request.body;
  response.json({
    claims: { plan: sub === "user-ada" ? "gold" : "plain", trigger, ...(data?.theme && { theme: data.theme }) },
  });
}

/** Starts it. */
export async function startApi() {
  const api = new Api();
  const app = express().disable("x-powered-by").use(express.json(), cookieParser());
  app.post("/api/login", (request, response) => api.login(request, response));
  app.post("/api/refresh", (request, response) => api.refresh(request, response));
  app.post("/api/session-claims", claims);
  app.get("/api/me", (request, response) => api.me(request, response));
  app.get("/tokens/read", async (request, response) => response.json(await readTokens(request)));
  return serve(app);
}
