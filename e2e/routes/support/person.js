// Somebody who signs in with the API's own login.
import { createServer } from "node:http";

/** An API that lets everybody in. */
export function startApi() {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader("Content-Type", "application/json").end(JSON.stringify({ user: { id: 1, name: "Ada" } }));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve({ port: server.address().port, stop: () => server.close() }));
  });
}

const cookiesOf = (response) => response.headers.getSetCookie().map((line) => line.split(";")[0]);

/** Signs in; gives the `Cookie` header of the session. */
export async function signIn(gateway) {
  const origin = `http://localhost:${gateway.port}`;
  const endpoints = `${origin}/api/auth`;
  const first = await fetch(`${endpoints}/csrf`);
  const { csrfToken } = await first.json();
  const cookie = cookiesOf(first).join("; ");
  const body = new URLSearchParams({ csrfToken, email: "ada@example.com", password: "ada", json: "true" });
  const post = { method: "POST", redirect: "manual", headers: { origin, cookie }, body };
  const answer = await fetch(`${endpoints}/callback/credentials`, post);
  return cookiesOf(answer).join("; ");
}
