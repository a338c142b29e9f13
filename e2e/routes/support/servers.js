// A real Next.js, and the real gateway in front of it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, startProgram, temporaryFolder } from "../../edge/support/program.js";
import { PROTECTED } from "../paths/pages.js";

const configuration = ({ port, app, api, basePath, locales }) => `
public_url = "http://localhost:${port}"
secret     = "a secret of the tests that is long enough for anybody"
[listen]
address = "127.0.0.1:${port}"
admin   = false
workers = 1
[app]
url       = "http://127.0.0.1:${app}"
base_path = "${basePath}"
locales   = ${JSON.stringify(locales)}
[pages]
protected      = ${JSON.stringify(PROTECTED)}
server_actions = "session"
[[api]]
path   = "/backend"
url    = "http://127.0.0.1:${api}"
token  = "none"
[sign_in.credentials]
login = { request = "POST /backend/login", user = "/user" }
[store]
url = "memory:"
`;

/** `next start` of a build. */
export async function startApp({ folder: site, program, env }) {
  const [folder, port] = [temporaryFolder(), await freePort()];
  const words = [program, "start", site, "-H", "127.0.0.1", "-p", String(port)];
  return startProgram(process.execPath, words, { folder, port, environment: env });
}

/** No API listens where nobody signs in. */
const NO_API = 9;

export async function startGateway({ app, api = NO_API }, { basePath, locales }) {
  const program = process.env.CROSSGATE_BINARY;
  if (!program) throw new Error("CROSSGATE_BINARY names the gateway's program");
  const [folder, port] = [temporaryFolder(), await freePort()];
  writeFileSync(join(folder, "crossgate.toml"), configuration({ port, app, api, basePath, locales }));
  const environment = { CROSSGATE_LOG: "error" };
  return startProgram(program, ["serve", "--config", "crossgate.toml"], { folder, port, environment });
}
