// People who do what they should: they ask at a steady pace, sign in and sign out.
import { Agent, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

/** One request over a kept connection; gives status, code of a refusal (docs/reference/error-codes.md), and when. */
export function ask(agent, port, path, { cookie = "", method = "GET", headers = {}, body = "" } = {}) {
  return new Promise((done) => {
    const options = { agent, port, host: "127.0.0.1", path, method, headers: { cookie, accept: "application/json", ...headers } };
    const failed = (error) => done({ status: 0, code: error.code, path, at: Date.now() });
    const sent = request(options, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => answer.statusCode >= 500 && chunks.push(chunk));
      answer.on("error", failed);
      answer.on("end", () => done({ status: answer.statusCode, code: codeOf(Buffer.concat(chunks)), path, at: Date.now(), headers: answer.headers }));
    });
    sent.on("error", failed).end(body);
  });
}

/** The code of a refusal. A sign-in that cannot be judged answers as next-auth does: with the address of its error page. */
function codeOf(bytes) {
  try {
    const { error, url } = JSON.parse(bytes.toString());
    return error ?? (url?.includes("/error?error=") ? "sign_in_unavailable" : undefined);
  } catch {
    return undefined;
  }
}

/** Asks in turn as fast as answers come, over so many connections, until `until`; gives requests per second. */
export async function capacity(port, paths, cookie, { connections, seconds }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const until = Date.now() + seconds * 1000;
  let count = 0;
  const one = async () => {
    while (Date.now() < until) await ask(agent, port, paths[count++ % paths.length], { cookie });
  };
  await Promise.all(Array.from({ length: connections }, one));
  agent.destroy();
  return count / seconds;
}

/** Asks at this rate, whether answers come or not, until `until`. At most `most` requests wait at a time. */
export async function steady(port, paths, cookie, { rate, until, most, note }) {
  const agent = new Agent({ keepAlive: true, maxSockets: most });
  const began = Date.now();
  let [sent, open, count] = [0, 0, 0];
  while (Date.now() < until()) {
    const due = ((Date.now() - began) / 1000) * rate - sent;
    for (let left = Math.floor(due); left > 0; left -= 1, sent += 1) {
      if (open >= most) continue;
      open += 1;
      ask(agent, port, paths[count++ % paths.length], { cookie }).then((answer) => (note(answer), (open -= 1)));
    }
    await wait(2);
  }
  while (open > 0) await wait(20);
  agent.destroy();
}

const cookiesOf = (answer) => (answer.headers?.["set-cookie"] ?? []).map((line) => line.split(";")[0]).join("; ");

/** A person who signs in, asks once, signs out, and asks with the cookie that is worth nothing now. */
export async function comeAndGo(port, name, note) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const origin = `http://127.0.0.1:${port}`;
  try {
    const csrf = await fetch(`${origin}/api/auth/csrf`);
    const { csrfToken } = await csrf.json();
    const before = csrf.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
    const form = (fields) => ({ method: "POST", headers: { origin, "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams({ csrfToken, json: "true", ...fields }).toString() });
    const signedIn = await ask(agent, port, "/api/auth/callback/credentials", { cookie: before, ...form({ user: name, password: "soak" }) });
    note(signedIn);
    if (signedIn.status !== 200) return;
    const cookie = cookiesOf(signedIn);
    note(await ask(agent, port, "/api/orders", { cookie }));
    await signOut(agent, port, origin, cookie, note);
    const after = await ask(agent, port, "/api/orders", { cookie });
    note(after.status === 200 ? { ...after, status: 599, code: "an_ended_session_was_served" } : { ...after, expected: 401 });
  } finally {
    agent.destroy();
  }
}

async function signOut(agent, port, origin, cookie, note) {
  const answer = await fetch(`${origin}/api/auth/csrf`, { headers: { cookie } });
  const { csrfToken } = await answer.json();
  const body = new URLSearchParams({ csrfToken, json: "true" }).toString();
  const headers = { origin, "content-type": "application/x-www-form-urlencoded" };
  note(await ask(agent, port, "/api/auth/signout", { cookie, method: "POST", headers, body }));
}
