// A route handler of Next.js that opens next-auth's cookie and asks the API with `fetch`: peers/next-auth.
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { SECRET } from "../measured.mjs";

const FOLDER = new URL("next-auth/", import.meta.url).pathname;

/** Starts the production build; gives the process and the headers of somebody who is signed in. */
export function startNextAuth({ port, upstream }, accessToken) {
  if (!existsSync(join(FOLDER, ".next/BUILD_ID"))) throw new Error(`build it first: cd ${FOLDER} && npm ci && npm run build`);
  const cookie = execFileSync(process.execPath, ["cookie.mjs", SECRET, accessToken], { cwd: FOLDER }).toString();
  const env = {
    ...process.env,
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    NEXTAUTH_SECRET: SECRET,
    NEXTAUTH_URL: `http://127.0.0.1:${port}`,
    API_URL: `http://127.0.0.1:${upstream}`,
  };
  const next = ["node_modules/next/dist/bin/next", "start", "--hostname", "127.0.0.1", "--port", String(port)];
  const child = spawn(process.execPath, next, { cwd: FOLDER, env, stdio: "ignore" });
  return { child, headers: { Cookie: `theme=dark; ${cookie}` } };
}
