// Express 5 with jose and http-proxy-middleware: the session is a JWT in a cookie, the API gets it as a bearer token.
//
// usage: node server.mjs <port> <upstream's port> <secret>
import { Agent } from "node:http";
import express from "express";
import { createProxyMiddleware } from "http-proxy-middleware";
import { jwtVerify } from "jose";

const [port, upstream, secret] = process.argv.slice(2);
const key = new TextEncoder().encode(secret);
const app = express();

app.use((request, response, next) => {
  const token = /(?:^|; )session=([^;]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
  jwtVerify(token, key, { algorithms: ["HS256"] }).then(
    () => {
      request.headers.authorization = `Bearer ${token}`;
      next();
    },
    () => response.status(401).json({ error: "unauthorized" }),
  );
});
app.use(createProxyMiddleware({ target: `http://127.0.0.1:${upstream}`, agent: new Agent({ keepAlive: true }) }));
app.listen(Number(port), "127.0.0.1");
