// The gateway that is measured, and somebody who is signed in at it.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

/** The program that is measured: the release build, or the one that the environment names. */
export const PROGRAM = process.env.CROSSGATE_BINARY ?? new URL("../target/release/crossgate", import.meta.url).pathname;

/** Ends where a program is not there. */
export function need(command, hint) {
  if (spawnSync("sh", ["-c", `command -v ${command}`]).status === 0) return;
  console.error(`${command} is missing: ${hint}`);
  process.exit(1);
}

export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Waits until somebody answers there. Under valgrind that takes a while. */
export async function reachable(port, child) {
  for (let attempt = 0; attempt < 600 && child.exitCode === null; attempt += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { redirect: "manual" }).catch(() => null);
    if (answer) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`nothing listens on ${port}`);
}

/** Writes the configuration of a gateway in front of an API and an app, which may be one; gives the file. */
export function configure(folder, { port, admin, upstream, workers, app = upstream }) {
  const file = join(folder, `crossgate-${workers}.toml`);
  writeFileSync(file, `
    public_url = "http://127.0.0.1:${port}"
    secret = "0123456789abcdef0123456789abcdef"
    [listen]
    address = "127.0.0.1:${port}"
    admin = "127.0.0.1:${admin}"
    workers = ${workers}
    [app]
    url = "http://127.0.0.1:${app}"
    [[api]]
    path = "/api"
    url = "http://127.0.0.1:${upstream}"
    token = "issued"
    [sign_in.credentials]
    fields = ["user", "password"]
    login = { request = "POST /api/login" }
    [store]
    url = "sqlite:bench-${workers}.db"`);
  return file;
}

/** What the upstream answers to a call, and to a sign-in. */
export const ORDERS = JSON.stringify({ data: "x".repeat(188) });
export const LOGIN = JSON.stringify({ user: { id: 1, name: "Bench" }, token: "t0123456789" });

/** Signs in, sees that it counts and that nobody comes in without it; gives the cookies. */
export async function signIn(port) {
  const origin = `http://127.0.0.1:${port}`;
  const cookies = (answer) => answer.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  const csrf = await fetch(`${origin}/api/auth/csrf`);
  const { csrfToken } = await csrf.json();
  const answer = await fetch(`${origin}/api/auth/callback/credentials`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: cookies(csrf), origin, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ csrfToken, user: "bench", password: "bench", json: "true" }),
  });
  const cookie = cookies(answer);
  const check = await fetch(`${origin}/api/orders`, { headers: { cookie } });
  if (check.status !== 200) throw new Error(`signed-in request answered ${check.status}`);
  const anonymous = await fetch(`${origin}/api/orders`);
  if (anonymous.status !== 401) throw new Error(`anonymous request answered ${anonymous.status}`);
  return cookie;
}
