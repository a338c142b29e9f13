// nginx, HAProxy and Apache, each a reverse proxy as plain as it can be before a recorder, and Node by itself.
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { freePort, startProgram, temporaryFolder } from "./program.js";
import { startNode, startRecorder } from "./recorder.js";

/** Debian keeps servers where ordinary users do not look for programs. */
process.env.PATH = [process.env.PATH, "/usr/sbin", "/usr/local/sbin"].join(delimiter);

// What nginx would leave out of a request silently is passed on, so that it can be compared.
const nginx = (port, recorder, folder) => `
daemon off; master_process off; worker_processes 1; pid ${folder}/pid; error_log stderr crit;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  underscores_in_headers on; ignore_invalid_headers off; merge_slashes off;
  upstream recorder { server 127.0.0.1:${recorder}; keepalive 8; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://recorder; proxy_http_version 1.1;
      proxy_set_header Host $http_host; proxy_set_header Connection "";
    }
  }
}`;

const haproxy = (port, recorder) => `
global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 10s
  timeout server 10s
listen edge
  bind 127.0.0.1:${port}
  server recorder 127.0.0.1:${recorder}
`;

const MODULES = "/usr/lib/apache2/modules";
const apache = (port, recorder, folder) => `
ServerRoot ${folder}
ServerName localhost
PidFile ${folder}/pid
DefaultRuntimeDir ${folder}
ErrorLog ${folder}/logs/error
LogLevel crit
Listen 127.0.0.1:${port}
LoadModule mpm_event_module ${MODULES}/mod_mpm_event.so
LoadModule authz_core_module ${MODULES}/mod_authz_core.so
LoadModule proxy_module ${MODULES}/mod_proxy.so
LoadModule proxy_http_module ${MODULES}/mod_proxy_http.so
StartServers 1
ServerLimit 1
ThreadsPerChild 8
MaxRequestWorkers 8
MergeSlashes Off
AllowEncodedSlashes NoDecode
ProxyPreserveHost On
ProxyAddHeaders Off
ProxyPass / http://127.0.0.1:${recorder}/ nocanon
`;

const PROXIES = [
  { name: "nginx", file: "nginx", text: nginx, parameters: (path, folder) => ["-p", folder, "-e", "stderr", "-c", path] },
  { name: "HAProxy", file: "haproxy", text: haproxy, parameters: (path) => ["-db", "-q", "-f", path] },
  { name: "Apache", file: "apache2", text: apache, parameters: (path) => ["-X", "-f", path] },
];

async function startProxy({ name, file, text, parameters }) {
  const recorder = await startRecorder();
  const folder = temporaryFolder();
  const port = await freePort();
  const path = join(folder, "configuration");
  mkdirSync(join(folder, "logs"));
  writeFileSync(path, text(port, recorder.port, folder));
  const program = await startProgram(file, parameters(path, folder), { folder, port });
  const stop = async () => {
    await program.stop();
    recorder.close();
  };
  return { name, port, take: recorder.take, stop };
}

/** All four, each `{ name, port, take, stop }`. */
export async function startServers() {
  const node = await startNode();
  const proxies = await Promise.all(PROXIES.map(startProxy));
  return [{ name: "Node", ...node, stop: async () => node.close() }, ...proxies];
}
