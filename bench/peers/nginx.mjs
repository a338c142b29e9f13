// nginx: what everything is in front of, and the bare proxy that everything is compared with.
import { spawn } from "node:child_process";
import { truncateSync, writeFileSync } from "node:fs";
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

const KEPT = "proxy_http_version 1.1; proxy_set_header Connection \"\";";

/**
 * App and API in one: a small body, 100 kB, a page, 1 GiB that takes no room on the disk, and an upload that is answered
 * when all of it has been read. Whoever signs in is somebody else each time.
 */
export function startUpstream(folder, port) {
  writeFileSync(join(folder, "large"), Buffer.alloc(100_000, "x"));
  writeFileSync(join(folder, "huge"), "");
  truncateSync(join(folder, "huge"), 1 << 30);
  return start(folder, "upstream", 1, `
    upstream self { server 127.0.0.1:${port}; keepalive 256; keepalive_requests 1000000000; }
    server { listen 127.0.0.1:${port} reuseport backlog=4096; default_type application/json; root ${folder};
      location = /api/login { return 200 '${LOGIN.replace('"id":1', '"id":"$request_id"')}'; }
      location = /api/large { alias ${folder}/large; }
      location = /api/huge { alias ${folder}/huge; }
      location = /api/upload { client_max_body_size 0; client_body_buffer_size 2m; proxy_pass http://self/api/orders;
        ${KEPT} proxy_pass_request_body off; proxy_set_header Content-Length ""; proxy_method GET; }
      location / { return 200 '${ORDERS}'; } }`);
}

/** `proxy_pass` with kept connections, and nothing else. Uploads pass through as they come, as with all others. */
export function startBare(folder, { port, upstream, workers }) {
  return start(folder, "bare", workers, `
    upstream api { server 127.0.0.1:${upstream}; keepalive 256; keepalive_requests 1000000000; }
    server { listen 127.0.0.1:${port} reuseport backlog=4096;
      location / { proxy_pass http://api; ${KEPT} proxy_request_buffering off; client_max_body_size 0; } }`);
}
