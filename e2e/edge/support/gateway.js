// The gateway as a program, before one upstream that is app and API in one.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, startProgram, temporaryFolder } from "./program.js";

const configuration = (port, admin, upstream) => `
public_url = "http://localhost:${port}"
secret     = "a secret of the tests that is long enough for anybody"
[listen]
address = "127.0.0.1:${port}"
admin   = "127.0.0.1:${admin}"
workers = 1
[app]
url = "http://127.0.0.1:${upstream}"
[pages]
protected = ["/private/**"]
[[api]]
path   = "/api"
url    = "http://127.0.0.1:${upstream}"
token  = "api"
public = ["/api/open/**"]
[sign_in.credentials]
login = { request = "POST /api/login", user = "/user", access_token = "/token" }
[store]
url = "sqlite:crossgate.db"
`;

export async function startGateway(upstream) {
  const program = process.env.CROSSGATE_BINARY;
  if (!program) throw new Error("CROSSGATE_BINARY names the gateway's program");
  const [folder, port, admin] = [temporaryFolder(), await freePort(), await freePort()];
  writeFileSync(join(folder, "crossgate.toml"), configuration(port, admin, upstream));
  return startProgram(program, ["serve", "--config", "crossgate.toml"], { folder, port });
}
