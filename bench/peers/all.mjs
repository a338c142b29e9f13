// Everybody who is measured: how each is started, and what a signed-in request carries there.
import { spawn } from "node:child_process";
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../lib/ports.mjs";
import { changing, configure, PROGRAM, reachable, SECRET, signIn } from "../measured.mjs";
import { startHaproxy } from "./haproxy.mjs";
import { startNextAuth } from "./next-auth.mjs";
import { startBare } from "./nginx.mjs";

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A JWT (RFC 7519 §3.1) of an hour, made by `signer`. */
function token(alg, signer) {
  const now = Math.floor(Date.now() / 1000);
  const text = `${encode({ alg, typ: "JWT" })}.${encode({ sub: "1", role: "customer", iat: now, exp: now + 3600 })}`;
  return `${text}.${signer(text).toString("base64url")}`;
}

const hs256 = () => token("HS256", (text) => createHmac("sha256", SECRET).update(text).digest());

function es256(folder) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = join(folder, "es256.pem");
  writeFileSync(key, publicKey.export({ type: "spki", format: "pem" }));
  return { key, token: token("ES256", (text) => sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" })) };
}

/**
 * By name: starts one on a port; gives the process and the headers of somebody who is signed in. `changing`: the headers
 * of a request that changes something, where those are others.
 */
const starters = {
  "nginx bare": async (folder, at) => ({ child: startBare(folder, at), headers: { Cookie: "theme=dark" } }),
  "HAProxy bare": async (folder, at) => ({ child: startHaproxy(folder, "bare", at), headers: { Cookie: "theme=dark" } }),
  "HAProxy HS256": async (folder, at) => ({
    child: startHaproxy(folder, "hs256", { ...at, verify: { algorithm: "HS256", key: SECRET } }),
    headers: { Authorization: `Bearer ${hs256()}` },
  }),
  "HAProxy ES256": async (folder, at) => {
    const { key, token: signed } = es256(folder);
    return { child: startHaproxy(folder, "es256", { ...at, verify: { algorithm: "ES256", key } }), headers: { Authorization: `Bearer ${signed}` } };
  },
  Express: async (_folder, { port, upstream }) => {
    const server = new URL("express/server.mjs", import.meta.url).pathname;
    const child = spawn(process.execPath, [server, port, upstream, SECRET], { stdio: "ignore", env: { ...process.env, NODE_ENV: "production" } });
    return { child, headers: { Cookie: `theme=dark; session=${hs256()}` } };
  },
  "Next.js with next-auth": (_folder, at) => startNextAuth(at, hs256()),
  Crossgate: async (folder, at) => {
    const file = configure(folder, { ...at, admin: await freePort(), api: 'body = "2MiB"' });
    const child = spawn(PROGRAM, ["serve", "--config", file], { stdio: "ignore" });
    await reachable(at.port, child);
    const cookie = `theme=dark; ${await signIn(at.port)}`;
    return { child, headers: { Cookie: cookie }, changing: await changing(at.port, cookie) };
  },
};

export const NAMES = Object.keys(starters);

/** Starts one of them and waits until it answers. */
export async function startPeer(name, folder, { upstream, workers }) {
  const port = await freePort();
  const peer = { name, port, ...(await starters[name](folder, { port, upstream, workers })) };
  await reachable(port, peer.child);
  return peer;
}

/** The upstream itself, without anybody in front. */
export const direct = (child, port) => ({ name: "direct", port, child, headers: { Cookie: "theme=dark" } });
