// nginx: what everything is in front of, and the bare proxy that everything is compared with.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { LOGIN, ORDERS } from "../measured.mjs";

function start(folder, name, workers, body) {
  const file = join(folder, `${name}.conf`);
  writeFileSync(file, `
    worker_processes ${workers}; pid ${folder}/${name}.pid; error_log ${folder}/${name}.log; daemon off;
    events { worker_connections 4096; }
    http { access_log off; keepalive_requests 1000000000;
           client_body_temp_path ${folder}/${name}-body;
           proxy_temp_path ${folder}/${name}-proxy; fastcgi_temp_path ${folder}/x1; uwsgi_temp_path ${folder}/x2;
           scgi_temp_path ${folder}/x3; ${body} }`);
  return spawn("nginx", ["-c", file, "-p", folder], { stdio: "ignore" });
}

/** App and API in one: a small body, 100 kB, and a page. */
export function startUpstream(folder, port) {
  writeFileSync(join(folder, "large"), Buffer.alloc(100_000, "x"));
  return start(folder, "upstream", 1, `
    server { listen 127.0.0.1:${port} reuseport backlog=4096; default_type application/json; root ${folder};
      location = /api/login { return 200 '${LOGIN}'; }
      location = /api/large { alias ${folder}/large; }
      location / { return 200 '${ORDERS}'; } }`);
}

/** `proxy_pass` with kept connections, and nothing else. */
export function startBare(folder, { port, upstream, workers }) {
  return start(folder, "bare", workers, `
    upstream api { server 127.0.0.1:${upstream}; keepalive 256; keepalive_requests 1000000000; }
    server { listen 127.0.0.1:${port} reuseport backlog=4096;
      location / { proxy_pass http://api; proxy_http_version 1.1; proxy_set_header Connection ""; } }`);
}
