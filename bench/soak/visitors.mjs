// People who do what they should: they ask at a steady pace, sign in and sign out.
import { ask, keptConnections } from "../lib/ask.mjs";
import { paced } from "../lib/pace.mjs";
import { beforeSignIn } from "../measured.mjs";

/** Asks in turn as fast as answers come, over so many connections, until `until`; gives requests per second. */
export async function capacity(port, paths, cookie, { connections, seconds }) {
  const agent = keptConnections(connections);
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
  const agent = keptConnections(most);
  let count = 0;
  await paced({ rate, until, most }, async () => note(await ask(agent, port, paths[count++ % paths.length], { cookie })));
  agent.destroy();
}

const cookiesOf = (answer) => (answer.headers?.["set-cookie"] ?? []).map((line) => line.split(";")[0]).join("; ");

const form = (origin, fields) => ({
  method: "POST",
  headers: { origin, "content-type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams({ json: "true", ...fields }).toString(),
});

async function signIn(agent, port, origin, name, note) {
  const { csrfToken, cookie } = await beforeSignIn(port);
  const fields = form(origin, { csrfToken, user: name, password: "soak" });
  const signedIn = await ask(agent, port, "/api/auth/callback/credentials", { cookie, ...fields });
  note(signedIn);
  return signedIn.status === 200 ? cookiesOf(signedIn) : undefined;
}

async function signOut(agent, port, origin, cookie, note) {
  const answer = await fetch(`${origin}/api/auth/csrf`, { headers: { cookie } });
  const { csrfToken } = await answer.json();
  note(await ask(agent, port, "/api/auth/signout", { cookie, ...form(origin, { csrfToken }) }));
}

/** A person who signs in, asks once, signs out, and asks with the cookie that is worth nothing now. */
export async function comeAndGo(port, name, note) {
  const agent = keptConnections(1);
  const origin = `http://127.0.0.1:${port}`;
  try {
    const cookie = await signIn(agent, port, origin, name, note);
    if (!cookie) return;
    note(await ask(agent, port, "/api/orders", { cookie }));
    await signOut(agent, port, origin, cookie, note);
    const after = await ask(agent, port, "/api/orders", { cookie });
    note(after.status === 200 ? { ...after, status: 599, code: "an_ended_session_was_served" } : { ...after, expected: 401 });
  } finally {
    agent.destroy();
  }
}
