// HAProxy, bare and with `jwt_verify` (configuration manual, 7.3.1, "jwt_verify").
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** The lines that let a request pass only with a good token. `key` is a secret, or the path of a public key. */
const verifying = (algorithm, key) => `
    http-request set-var(txn.token) http_auth_bearer
    http-request deny deny_status 401 unless { var(txn.token),jwt_header_query('$.alg') -m str ${algorithm} }
    http-request deny deny_status 401 unless { var(txn.token),jwt_verify("${algorithm}","${key}") 1 }`;

/** `verify`: algorithm and key, where tokens are verified. */
export function startHaproxy(folder, name, { port, upstream, workers, verify }) {
  const file = join(folder, `${name}.cfg`);
  writeFileSync(file, `
global
    nbthread ${workers}
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    http-reuse always
frontend all
    bind 127.0.0.1:${port}${verify ? verifying(verify.algorithm, verify.key) : ""}
    default_backend api
backend api
    server api 127.0.0.1:${upstream}
`);
  return spawn("haproxy", ["-db", "-f", file], { stdio: "ignore" });
}
