// One gateway of several.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../../bench/lib/ports.mjs";
import { configure } from "../../../bench/measured.mjs";
import { require } from "../../stores/support/install.mjs";
import { Program, temporaryFolder } from "../../stores/support/program.mjs";

const build = (profile) => new URL(`../../../target/${profile}/crossgate`, import.meta.url).pathname;

/** The release build where there is one, else the other; `CROSSGATE_BINARY` names another. */
export const PROGRAM = process.env.CROSSGATE_BINARY ?? [build("release"), build("debug")].find(existsSync);

const LIFE = `refresh = { request = "POST /api/refresh" }
    logout = { request = "POST /api/logout", body = { refreshToken = "{refresh_token}" } }
    login = { request = "POST /api/login", access_token = "/token", refresh_token = "/refreshToken", expires_in = "/expiresIn" }`;
/** All of them come from one address. */
const SECTIONS = `[throttle]
    per_account = 1000000
    per_address = 1000000
    [pages]
    protected = ["/account/**"]`;

/** Debian's libfaketime, for programs with several threads: in a folder of its architecture. */
async function faketime() {
  await require(["faketime"], ["faketime"]);
  const files = readdirSync("/usr/lib").map((folder) => join("/usr/lib", folder, "faketime/libfaketimeMT.so.1"));
  const file = files.find(existsSync);
  if (!file) throw new Error("there is no libfaketimeMT.so.1 below /usr/lib");
  return file;
}

export class Node {
  /** `upstream`: the port of the API; `publicPort`: of the load balancer; `store`: the URL. */
  static async create(number, { upstream, publicPort, store }) {
    const node = new Node();
    const folder = temporaryFolder(`node-${number}`);
    Object.assign(node, { number, name: `node-${number}`, port: await freePort(), admin: await freePort() });
    const listen = 'shutdown_grace = "5s"\n    trusted_proxies = ["127.0.0.1"]';
    const own = { port: node.port, admin: node.admin, publicPort, upstream, store, workers: 1, token: "api" };
    const file = configure(folder, { ...own, listen, credentials: LIFE, sections: SECTIONS });
    node.program = new Program(PROGRAM, ["serve", "--config", file], { folder, name: node.name });
    return node;
  }

  get log() {
    return this.program.log;
  }

  /** Whether its readiness check is content. */
  async isReady() {
    const asked = fetch(`http://127.0.0.1:${this.admin}/ready`, { signal: AbortSignal.timeout(2000) });
    return asked.then((answer) => answer.status === 200, () => false);
  }

  start() {
    return this.program.start(() => this.isReady());
  }

  kill9() {
    return this.program.kill9();
  }

  stop() {
    return this.program.stop();
  }

  /** The next start sees a clock that is so many seconds ahead, or behind. What measures how long something takes stays. */
  async skew(seconds) {
    const offset = `${seconds < 0 ? "" : "+"}${seconds}s`;
    this.program.environment = { LD_PRELOAD: await faketime(), FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: "1" };
  }

  /** What its clock said when it began to serve, in milliseconds: from its log. */
  clock() {
    const lines = readFileSync(this.log, "utf8").split("\n").filter((line) => line.includes('"serving"'));
    return Date.parse(JSON.parse(lines.at(-1)).timestamp);
  }
}
