// One major of Next.js with a Crossgate in front of it, and with one behind it, each with an Express API of its own.
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { environment } from "./command.js";
import * as expressApi from "./express-api.js";
import * as nextApp from "./next-app.js";
import { takePort } from "../../../examples/express-styles/test/support/ports.js";
import { Program } from "../../../examples/express-styles/test/support/program.js";

const CONFIGS = fileURLToPath(new URL("..", import.meta.url));
const newSecret = () => randomBytes(32).toString("hex");
const addressOf = (port) => `http://127.0.0.1:${port}`;

/** Ports are part of what is built: the app's rewrites name the Crossgate behind it. */
async function portsIn(folder) {
  const file = path.join(folder, "ports.json");
  if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, "utf8"));
  const ports = {};
  for (const name of ["app", "inFront", "behind", "inFrontApi", "behindApi"]) ports[name] = await takePort();
  fs.writeFileSync(file, JSON.stringify(ports));
  return ports;
}

export class Site {
  #programs = [];
  #ports;

  /** Its app has been created. */
  static async of(major, folder) {
    const site = new Site();
    site.major = major;
    site.folder = folder;
    site.app = path.join(folder, major.name);
    site.#ports = await portsIn(site.app);
    return site;
  }

  /** Where browsers find the app: behind Crossgate, and in front of it. */
  get addresses() {
    return { behindCrossgate: `http://localhost:${this.#ports.inFront}`, inFrontOfCrossgate: `http://localhost:${this.#ports.app}` };
  }

  /** What tests have to know. */
  describe() {
    const { inFront, behind } = this.major.apis;
    const apis = { behindCrossgate: expressApi.kindOf(inFront), inFrontOfCrossgate: expressApi.kindOf(behind) };
    return { addresses: this.addresses, apis, folder: this.app };
  }

  /** What the app is built and started with. */
  get variables() {
    return {
      CROSSGATE_PUBLIC_URL: this.addresses.behindCrossgate,
      API_URL: addressOf(this.#ports.inFrontApi),
      FRONT_PUBLIC_URL: this.addresses.inFrontOfCrossgate,
      FRONT_CROSSGATE_URL: addressOf(this.#ports.behind),
    };
  }

  /** Starts everything side by side, and waits until all of it is ready. */
  async start() {
    const { behindCrossgate, inFrontOfCrossgate } = this.addresses;
    const starting = [
      nextApp.start(this.app, this.#ports.app, this.variables),
      ...this.#startPair("inFront", behindCrossgate),
      ...this.#startPair("behind", inFrontOfCrossgate),
    ];
    // All of them, and only then the first failure: what has started meanwhile is known and can be stopped.
    const outcomes = await Promise.allSettled(starting);
    this.#programs = outcomes.filter(({ status }) => status === "fulfilled").map(({ value }) => value);
    const failed = outcomes.find(({ status }) => status === "rejected");
    if (failed) throw failed.reason;
  }

  /** A Crossgate and its API. */
  #startPair(position, publicUrl) {
    const secret = newSecret();
    const api = expressApi.start(this.major.apis[position], this.folder, {
      PORT: String(this.#ports[`${position}Api`]),
      ISSUER: publicUrl,
      INTERNAL_URL: addressOf(this.#ports[position]),
      CLIENT_SECRET: secret,
    });
    return [api, this.#startGateway(position, publicUrl, secret)];
  }

  /** The program as npm installed it. */
  async #startGateway(position, publicUrl, clientSecret) {
    const folder = path.join(this.app, "..", `${this.major.name}-${position}`);
    // The secret is new, and what an earlier run has sealed with another would not open.
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    const config = { inFront: "crossgate-in-front.toml", behind: "crossgate-behind.toml" }[position];
    fs.copyFileSync(path.join(CONFIGS, config), path.join(folder, "crossgate.toml"));
    const env = environment({
      PUBLIC_URL: publicUrl,
      CROSSGATE_PORT: String(this.#ports[position]),
      CROSSGATE_SECRET: newSecret(),
      APP_URL: addressOf(this.#ports.app),
      API_URL: addressOf(this.#ports[`${position}Api`]),
      CLIENT_SECRET: clientSecret,
    });
    const program = new Program("crossgate", path.join(this.app, "node_modules/.bin/crossgate"), ["serve"], { cwd: folder, env });
    await program.heard(/^Crossgate is ready/);
    return program;
  }

  stop() {
    return Promise.all(this.#programs.splice(0).map((program) => program.stop()));
  }
}
