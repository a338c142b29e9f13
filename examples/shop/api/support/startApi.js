import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

const SERVER = new URL("../server.js", import.meta.url).pathname;

async function readAddress(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    const match = /^API listening on (http:\S+)$/.exec(line);
    if (match) return match[1];
  }
  throw new Error("the API ended before it listened");
}

function environment(databaseFile, extra) {
  return { ...process.env, JWT_SECRET: "a-secret-for-tests", DATABASE_FILE: databaseFile, HOST: "127.0.0.1", PORT: "0", ...extra };
}

/** Starts the real server in a process of its own, on a free port. */
async function launch(databaseFile, extra) {
  const child = spawn(process.execPath, [SERVER], {
    env: environment(databaseFile, extra),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await readAddress(child);
  const stop = async () => {
    if (child.exitCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  return { url, stop };
}

/** A running API with a database file in a temporary folder; both go away with test `t`. */
export async function startApi(t, extra = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "shop-api-"));
  const databaseFile = path.join(folder, "shop.db");
  const api = { databaseFile, ...(await launch(databaseFile, extra)) };
  api.restart = async () => {
    await api.stop();
    Object.assign(api, await launch(databaseFile, extra));
  };
  t.after(async () => {
    await api.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return api;
}

/** Sends a request; JSON in, `{ status, body }` out. */
export async function call(api, method, path, { token, body } = {}) {
  const headers = { ...(token && { authorization: `Bearer ${token}` }), ...(body !== undefined && { "content-type": "application/json" }) };
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers,
    body: typeof body === "string" || body === undefined ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined };
}

export const ADA = { email: "ada@shop.example", password: "correct-horse-1" };
export const GRACE = { email: "grace@shop.example", password: "correct-horse-2" };
export const LOCKED = { email: "locked@shop.example", password: "correct-horse-3" };

/** Signs somebody in and gives the answer's body. */
export async function login(api, person) {
  const { status, body } = await call(api, "POST", "/api/login", { body: person });
  if (status !== 200) throw new Error(`login answered ${status}`);
  return body;
}
