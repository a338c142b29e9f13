// One style from end to end: browser → Crossgate → tap → API, and an app beside it.
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { App } from "./app.js";
import { Browser } from "./browser.js";
import { configOf, folderOf, HERE } from "./folders.js";
import { takePort } from "./ports.js";
import { Program } from "./program.js";
import { Tap } from "./tap.js";

const BINARY = process.env.CROSSGATE_BINARY ?? path.join(HERE, "../../target/debug/crossgate");
if (!fs.existsSync(BINARY)) throw new Error(`there is no ${BINARY}: set CROSSGATE_BINARY, or run \`cargo build -p crossgate\``);
const CLIENT_SECRET = randomBytes(32).toString("hex");

export class Stack {
  #stops = [];

  static async start(style, options = {}) {
    const stack = new Stack();
    try {
      await stack.#start(style, options);
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  async #start(style, { publicUrl, environment = {} }) {
    this.app = await this.#keep(new App().start());
    this.tap = await this.#keep(new Tap().start());
    const port = await takePort();
    this.address = `http://127.0.0.1:${port}`;
    this.publicUrl = publicUrl ?? this.address;
    await this.#startGateway(style, port);
    await this.#startApi(style, environment);
    this.tap.target = this.api.url;
    this.front = publicUrl ? await this.#startFront(publicUrl) : this.address;
  }

  /** What ends TLS in front of Crossgate, except that it has none. */
  async #startFront(publicUrl) {
    const front = await this.#keep(new Tap().start());
    front.target = this.address;
    front.host = new URL(publicUrl).host;
    return front.url;
  }

  async #keep(starting) {
    const started = await starting;
    this.#stops.unshift(() => started.stop());
    return started;
  }

  async #startGateway(style, port) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "express-styles-"));
    this.#stops.unshift(() => fs.rmSync(folder, { recursive: true, force: true }));
    const env = {
      ...process.env,
      PUBLIC_URL: this.publicUrl,
      CROSSGATE_SECRET: randomBytes(32).toString("hex"),
      CROSSGATE_PORT: String(port),
      APP_URL: this.app.url,
      API_URL: this.tap.url,
      STORE_FILE: path.join(folder, "crossgate.db"),
      CLIENT_SECRET,
    };
    const program = new Program("crossgate", BINARY, ["serve", "--config", configOf(style)], { env });
    this.gateway = await this.#keep(program);
    await program.heard(/^Crossgate is ready/);
  }

  async #startApi(style, environment) {
    const env = {
      ...process.env,
      PORT: "0",
      CLIENT_SECRET,
      ISSUER: this.publicUrl,
      JWKS_URI: `${this.address}/.well-known/jwks.json`,
      ...environment,
    };
    this.api = await this.#keep(new Program("the API", process.execPath, [path.join(folderOf(style), "server.js")], { env }));
    const [, url] = await this.api.heard(/^API listening on (http:\S+)$/);
    this.api.url = url;
  }

  /** Somebody new. */
  browser() {
    return new Browser(this.front, this.publicUrl);
  }

  async stop() {
    for (const stop of this.#stops.splice(0)) await stop();
  }
}
