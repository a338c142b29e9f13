// next-auth 4 as it is, behind what Next.js would give it: query, cookies, a parsed body and a few methods to answer.
import cookieParser from "cookie-parser";
import express from "express";
import nextAuth from "next-auth-v4";
import credentialsProvider from "next-auth-v4/providers/credentials";
import { serve } from "../serve.js";
import { commonOptions, login, providers } from "./options.js";

const PARSED = [
  express.urlencoded({ extended: false, limit: "1mb" }),
  express.json({ limit: "1mb" }),
  express.text({ limit: "1mb" }),
];
const COOKIES = {
  sessionToken: { name: "shop.session", options: { httpOnly: true, sameSite: "lax", path: "/", secure: false } },
};

function credentials(api) {
  return credentialsProvider.default({
    name: "Password",
    credentials: { email: { label: "Email" }, password: { label: "Password", type: "password" } },
    async authorize(fields) {
      const { user, isRefused, refusal } = await login(api, fields);
      if (refusal?.message) throw new Error(refusal.message);
      return isRefused ? { id: "refused", isRefused } : (user ?? null);
    },
  });
}

function openIdConnect({ issuer, ...settings }) {
  return {
    ...settings,
    type: "oauth",
    issuer,
    wellKnown: `${issuer}/.well-known/openid-configuration`,
    authorization: { params: { scope: "openid profile email" } },
    idToken: true,
    profile: ({ sub, name, email, picture }) => ({ id: sub, name, email, image: picture }),
  };
}

function optionsFor({ api, idp, ...plan }) {
  const cookies = plan.isRenamed ? COOKIES : undefined;
  return {
    ...commonOptions({ ...plan, cookies }),
    providers: [credentials(api), ...providers(idp).map(openIdConnect)],
  };
}

/** Starts it. Where it believes to be comes from a forwarded host, as behind a proxy. */
export async function startV4(plan) {
  // Without it a path of its own could only be said in one variable for the whole process.
  process.env.AUTH_TRUST_HOST = "true";
  const app = express().disable("x-powered-by").disable("etag").use(PARSED, cookieParser());
  const server = await serve(app);
  const origin = plan.origin ?? server.address;
  const base = new URL(plan.basePath ?? "/api/auth", origin);
  app.all(`${base.pathname}{/*rest}`, async (request, response) => {
    const { method, cookies, body = {} } = request;
    const headers = {
      ...request.headers,
      "x-forwarded-host": base.host + base.pathname,
      "x-forwarded-proto": base.protocol.slice(0, -1),
    };
    const query = { ...request.query, nextauth: request.path.slice(base.pathname.length).split("/").filter(Boolean) };
    await nextAuth.default({ method, headers, query, cookies, body }, response, optionsFor(plan));
  });
  app.use((error, _request, response, _next) =>
    response
      .status(error.status ?? 500)
      .type("text")
      .send("the handler has thrown"),
  );
  return { ...server, origin };
}
