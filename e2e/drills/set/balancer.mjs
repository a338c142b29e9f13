// The load balancer: HAProxy, as docs/guide/scaling.md would have it before several gateways.
//
// A node that is not ready is left out. Where none is, because the store they share is away, all that are alive serve on:
// strangers see open pages, and whoever is known stays signed in. What can be sent twice without harm is sent to another
// node where one breaks off.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../../bench/lib/ports.mjs";
import { require } from "../../stores/support/install.mjs";
import { accepts, Program, temporaryFolder } from "../../stores/support/program.mjs";

const server = ({ name, port, admin }) => `  server ${name} 127.0.0.1:${port} check port ${admin} inter 250ms fall 1 rise 2`;
const servers = (nodes) => nodes.map(server).join("\n");

const configuration = (port, nodes) => `
global
  nbthread 1
  maxconn 8000
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  timeout check 2s
  retries 3
  option redispatch 1
  option forwardfor
  retry-on conn-failure empty-response
frontend public
  bind 127.0.0.1:${port}
  http-request disable-l7-retry unless METH_GET
  use_backend alive if { nbsrv(ready) eq 0 }
  default_backend ready
backend ready
  option httpchk GET /ready
${servers(nodes)}
backend alive
  option httpchk GET /live
${servers(nodes)}
`;

export class Balancer {
  static async create() {
    const balancer = new Balancer();
    balancer.port = await freePort();
    balancer.file = await require(["haproxy"], ["haproxy"]);
    return balancer;
  }

  async start(nodes) {
    const folder = temporaryFolder("balancer");
    const file = join(folder, "haproxy.cfg");
    writeFileSync(file, configuration(this.port, nodes));
    this.program = new Program(this.file, ["-db", "-f", file], { folder, name: "haproxy" });
    await this.program.start(() => accepts(this.port));
  }

  get log() {
    return this.program.log;
  }

  stop() {
    return this.program?.stop("SIGKILL");
  }
}
