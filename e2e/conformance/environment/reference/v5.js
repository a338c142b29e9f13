// The core of Auth.js as it is: a function from a request and a configuration to a response.
import { Readable } from "node:stream";
import { Auth } from "@auth/core";
import { CredentialsSignin } from "@auth/core/errors";
import credentialsProvider from "@auth/core/providers/credentials";
import { serve } from "../serve.js";
import { commonOptions, login, providers } from "./options.js";

const COOKIES = { sessionToken: { name: "shop.session" } };

class Refusal extends CredentialsSignin {
  constructor(code) {
    super();
    this.code = code;
  }
}

function credentials(api) {
  return credentialsProvider({
    name: "Password",
    credentials: { email: { label: "Email" }, password: { label: "Password", type: "password" } },
    async authorize(fields) {
      const { user, isRefused, refusal } = await login(api, fields);
      if (refusal?.code) throw new Refusal(refusal.code);
      return isRefused ? { id: "refused", isRefused } : (user ?? null);
    },
  });
}

const openIdConnect = (settings) => ({ ...settings, type: "oidc" });

function configFor({ api, idp, basePath = "/api/auth", ...plan }) {
  const cookies = plan.isRenamed ? COOKIES : undefined;
  return {
    ...commonOptions({ ...plan, cookies }),
    basePath,
    trustHost: true,
    providers: [credentials(api), ...providers(idp).map(openIdConnect)],
  };
}

function toRequest(request, origin) {
  const hasBody = !["GET", "HEAD"].includes(request.method);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  return new Request(origin + request.url, {
    method: request.method,
    headers,
    ...(hasBody && { body: Readable.toWeb(request), duplex: "half" }),
  });
}

async function send(answer, response) {
  for (const [name, value] of answer.headers) if (name !== "set-cookie") response.setHeader(name, value);
  response.setHeader("set-cookie", answer.headers.getSetCookie());
  response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
}

/** Starts it. */
export async function startV5(plan) {
  const server = await serve(async (request, response) => {
    try {
      await send(await Auth(toRequest(request, origin), configFor(plan)), response);
    } catch {
      response.writeHead(500, { "content-type": "text/plain" }).end("the handler has thrown");
    }
  });
  const origin = plan.origin ?? server.address;
  return { ...server, origin };
}
