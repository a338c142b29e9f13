// The gateway that is measured, and somebody who is signed in at it.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** The program that is measured: the release build, or the one that the environment names. */
export const PROGRAM = process.env.CROSSGATE_BINARY ?? new URL("../target/release/crossgate", import.meta.url).pathname;

/** Ends where a program is not there. */
export function need(command, hint) {
  if (spawnSync("sh", ["-c", `command -v ${command}`]).status === 0) return;
  console.error(`${command} is missing: ${hint}`);
  process.exit(1);
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

/** Everything that the gateway seals depends on it, and so do sessions that are made without it. */
export const SECRET = "0123456789abcdef0123456789abcdef";

/**
 * Writes the configuration of a gateway in front of an API and an app, which may be one; gives the file. `publicPort`: of
 * what stands in front of it. `token`: what the API receives. `credentials`, `listen` and `api`: further
 * lines of these sections; `sections`: further sections.
 */
export function configure(folder, { port, admin, upstream, workers, ...more }) {
  const { publicPort = port, app = upstream, token = "issued", store = `sqlite:${STORE}`, ...lines } = more;
  const file = join(folder, `crossgate-${workers}.toml`);
  const { credentials = 'login = { request = "POST /api/login" }', listen = "", api = "", sections = "" } = lines;
  writeFileSync(file, `
    public_url = "http://127.0.0.1:${publicPort}"
    secret = "${SECRET}"
    [listen]
    address = "127.0.0.1:${port}"
    admin = "127.0.0.1:${admin}"
    workers = ${workers}
    ${listen}
    [app]
    url = "http://127.0.0.1:${app}"
    [[api]]
    path = "/api"
    url = "http://127.0.0.1:${upstream}"
    token = "${token}"
    ${api}
    [sign_in.credentials]
    fields = ["user", "password"]
    ${credentials}
    [store]
    url = "${store}"
    ${sections}`);
  return file;
}

/** The file of the store, beside the configuration. */
export const STORE = "bench.db";

/** What the upstream answers to a call, and to a sign-in. */
export const ORDERS = JSON.stringify({ data: "x".repeat(188) });
export const LOGIN = JSON.stringify({ user: { id: 1, name: "Bench" }, token: "t0123456789" });

const cookiesOf = (answer) => answer.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");

/** What a browser has before it signs in: its cookie, and the token that goes with it. */
export async function beforeSignIn(port) {
  const answer = await fetch(`http://127.0.0.1:${port}/api/auth/csrf`);
  const { csrfToken } = await answer.json();
  return { csrfToken, cookie: cookiesOf(answer) };
}

/** Signs in, sees that it counts and that nobody comes in without it; gives the cookies. */
export async function signIn(port) {
  const origin = `http://127.0.0.1:${port}`;
  const { csrfToken, cookie: before } = await beforeSignIn(port);
  const answer = await fetch(`${origin}/api/auth/callback/credentials`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: before, origin, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ csrfToken, user: "bench", password: "bench", json: "true" }),
  });
  const cookie = cookiesOf(answer);
  const check = await fetch(`${origin}/api/orders`, { headers: { cookie } });
  if (check.status !== 200) throw new Error(`signed-in request answered ${check.status}`);
  const anonymous = await fetch(`${origin}/api/orders`);
  if (anonymous.status !== 401) throw new Error(`anonymous request answered ${anonymous.status}`);
  return cookie;
}

/** What changes something through the gateway carries this beside the cookie. */
export async function changing(port, cookie) {
  const origin = `http://127.0.0.1:${port}`;
  const answer = await fetch(`${origin}/api/auth/csrf`, { headers: { cookie } });
  return { Cookie: cookie, Origin: origin, "X-CSRF-Token": (await answer.json()).csrfToken };
}
