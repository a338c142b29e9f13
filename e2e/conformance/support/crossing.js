// A thousand browsers that were signed in with next-auth open the app on the day when Crossgate stands in front of it.
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { appCookie } from "../environment/configuration.js";
import { startGateway } from "../environment/gateway.js";
import { NEW_SECRET } from "../environment/tokens.js";
import { parseSetCookie } from "./jar.js";
import { encode, nameOf } from "./next-auth.js";

const ORIGIN = "https://shop.example";
const SESSION = "__Host-Http-crossgate";
const DAY = 86_400;
/** As much as a token may be cut into at most four pieces. */
const PIECE = 3900;
/** What a page asks for when it opens, all at once. */
const PATHS = ["/private/orders", "/", "/api/auth/session", "/private/orders?_rsc=1"];
const AT_ONCE = 48;

/** Two gateways that share one store. `use` gets what asks one of them, by number. */
export async function withTwoGateways({ major, servers }, use) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "crossgate-crossing-"));
  const store = `sqlite:${path.join(folder, "crossgate.db")}`;
  const nextAuth = { secret: [NEW_SECRET, appCookie().secret] };
  const plan = { major, servers, origin: ORIGIN, store, nextAuth, moveIn: { from: ["v4", "v5"] } };
  const secret = randomBytes(32).toString("hex");
  const [first, second] = [await startGateway({ ...plan, secret }), await startGateway({ ...plan, secret })];
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  try {
    return await use((number, path, cookie) => ask(agent, [first, second][number % 2].address, path, cookie));
  } finally {
    agent.destroy();
    await Promise.all([first.stop(), second.stop()]);
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function ask(agent, address, path, cookie) {
  const headers = { host: new URL(ORIGIN).host, ...(cookie && { cookie }) };
  return new Promise((resolve, reject) => {
    const request = http.get(new URL(path, address), { agent, headers, maxHeaderSize: 1 << 16 }, async (response) => {
      const parts = await response.toArray();
      const text = Buffer.concat(parts).toString("utf8");
      resolve({ path, status: response.statusCode, text, setCookie: response.headers["set-cookie"] ?? [] });
    });
    request.on("error", reject);
  });
}

/** The header of a browser that holds this token, in pieces where it is long. */
function holding(name, token) {
  if (token.length <= PIECE) return `${name}=${token}`;
  const pieces = token.match(new RegExp(`.{1,${PIECE}}`, "gs"));
  return pieces.map((piece, number) => `${name}.${number}=${piece}`).join("; ");
}

const seal = (major, claims, options) =>
  encode(major, claims, { salt: nameOf(major, true), maxAge: 30 * DAY, ...options });

/** A live cookie: every tenth in pieces, every fifth under the app's newer secret. */
async function liveCookie(major, number) {
  const note = number % 10 === 0 ? "x".repeat(5000) : undefined;
  const claims = { sub: `user-${number}`, name: `Person ${number}`, email: `person-${number}@example.com`, note };
  return holding(nameOf(major, true), await seal(major, claims, number % 5 === 0 ? { secret: NEW_SECRET } : {}));
}

/** Cookies that are none: each of them would be somebody's if it were believed. */
const NOT_LIVE = {
  "under a wrong secret": (major) => seal(major, { sub: "user-1" }, { secret: "somebody-elses-secret-0123456789" }),
  expired: (major) => seal(major, { sub: "user-1" }, { maxAge: -DAY }),
  "a state": (major) => seal(major, { value: "random", provider: "github" }),
  "a PKCE verifier": (major) => seal(major, { code_verifier: "random" }),
  changed: async (major) => (await seal(major, { sub: "user-1" })).replace(/.{8}$/, "AAAAAAAA"),
};

/** What the browser holds of ours after these answers. */
const sessionsOf = (answers) =>
  answers.flatMap(({ setCookie }) => setCookie.map(parseSetCookie).filter(({ name }) => name === SESSION));

/** Opens the page with what the browser holds, then asks once more with what it got. */
async function cross(asking, number, cookie) {
  const answers = await Promise.all(PATHS.map((path, index) => asking(number + index, path, cookie)));
  const values = new Set(sessionsOf(answers).map(({ value }) => value));
  const [value] = values;
  const later = await asking(number + 1, "/api/auth/session", value && `${SESSION}=${value}`);
  return {
    isAsked: answers.some(({ status }) => status !== 200),
    sessions: values.size,
    person: JSON.parse(later.text)?.user?.name,
  };
}

/** Does `work` for every number below `count`, so many at once. */
async function forEach(count, work) {
  const results = [];
  let next = 0;
  const worker = async () => {
    for (let number = next++; number < count; number = next++) results[number] = await work(number);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

/** Strangers who keep asking until `isOver`. How many answers were not what strangers get. */
async function strangers(asking, isOver) {
  let wrong = 0;
  for (let number = 0; !isOver(); number += 1) {
    const [open, closed] = [await asking(number, "/", ""), await asking(number, "/private/orders", "")];
    if (open.status !== 200 || closed.status === 200) wrong += 1;
  }
  return wrong;
}

/** `count` browsers with live cookies cross while strangers ask, and others try with what is no live cookie. */
export async function crossing({ major, servers }, count) {
  return withTwoGateways({ major, servers }, async (asking) => {
    let isOver = false;
    const load = Array.from({ length: 8 }, () => strangers(asking, () => isOver));
    const forging = forgeries(asking, major);
    const crossed = await forEach(count, async (number) => cross(asking, number, await liveCookie(major, number)));
    isOver = true;
    return {
      crossed: crossed.filter(({ person }, number) => person === `Person ${number}`).length,
      askedToSignIn: crossed.filter(({ isAsked }) => isAsked).length,
      sessionsOfEach: [...new Set(crossed.map(({ sessions }) => sessions))],
      strangersWronged: (await Promise.all(load)).reduce((sum, wrong) => sum + wrong, 0),
      believed: await forging,
    };
  });
}

/** Which of the cookies that are none became a session, or opened a page. */
async function forgeries(asking, major) {
  const believed = [];
  for (const [what, forge] of Object.entries(NOT_LIVE)) {
    for (let round = 0; round < 5; round += 1) {
      const cookie = holding(nameOf(major, true), await forge(major));
      const { isAsked, sessions, person } = await cross(asking, round, cookie);
      if (!isAsked || sessions > 0 || person) believed.push(what);
    }
  }
  return believed;
}
