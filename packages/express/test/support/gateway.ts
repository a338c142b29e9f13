// The real Crossgate, in front of an API that has a login of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const BUILT = fileURLToPath(new URL("../../../../target/debug/crossgate", import.meta.url));
export const BINARY = process.env["CROSSGATE_BINARY"] ?? BUILT;
export const CLIENT = { id: "shop-api", secret: randomBytes(32).toString("hex") };

// Below the range from which systems take ports for outgoing connections: between our looking and the gateway's
// listening no such connection can take the port away. Two runs at the same time look at different ports.
const FIRST = 18_000;
const COUNT = 12_000;

async function isFree(port: number): Promise<boolean> {
  const server = net.createServer().listen(port, "127.0.0.1");
  const isListening = await Promise.race([once(server, "listening").then(() => true), once(server, "error").then(() => false)]);
  if (isListening) await new Promise((resolve) => server.close(resolve));
  return isListening;
}

/** A free port, for a server that has to know its own before it starts. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < COUNT; tries += 1) {
    const port = FIRST + ((process.pid * 61 + tries) % COUNT);
    if (await isFree(port)) return port;
  }
  throw new Error("there is no free port");
}

export interface Site {
  /** The API, which is there before the gateway. */
  readonly apiUrl: string;
  readonly gatewayPort: number;
  /** With HS256. */
  readonly secret?: string | undefined;
  readonly publicUrl: string;
}

/** A site whose API gets tokens that Crossgate signs. */
export function configurationOf({ apiUrl, gatewayPort, secret, publicUrl }: Site): string {
  const signing = secret ? `algorithm = "HS256", secret = "${secret}", ` : "";
  return `
    public_url = "${publicUrl}"
    secret = "${randomBytes(32).toString("hex")}"
    listen = { address = "127.0.0.1:${gatewayPort}", admin = false }
    app = { url = "${apiUrl}" }
    store = { url = "sqlite:crossgate.db" }
    [[api]]
    path = "/api"
    url = "${apiUrl}"
    token = "issued"
    issued = { ${signing}audience = "https://api.shop.example", claims = { role = "{user.role}" } }
    client = { id = "${CLIENT.id}", secret = "${CLIENT.secret}" }
    [sign_in.credentials]
    login = { request = "POST /api/login" }`;
}

export class Gateway {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #said: string[] = [];

  private constructor(configuration: string) {
    this.#folder = fs.mkdtempSync(path.join(os.tmpdir(), "crossgate-packages-"));
    const file = path.join(this.#folder, "crossgate.toml");
    fs.writeFileSync(file, configuration);
    this.#child = spawn(BINARY, ["serve", "--config", file], { cwd: this.#folder, stdio: ["ignore", "pipe", "pipe"] });
  }

  /** With the text of a `crossgate.toml`. */
  static async start(configuration: string): Promise<Gateway> {
    const gateway = new Gateway(configuration);
    await gateway.#ready();
    return gateway;
  }

  #ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      for (const stream of [this.#child.stdout, this.#child.stderr]) {
        if (stream === null) continue;
        createInterface({ input: stream }).on("line", (line) => {
          this.#said.push(line);
          if (line.startsWith("Crossgate is ready")) resolve();
        });
      }
      this.#child.on("error", reject);
      this.#child.on("exit", () => reject(new Error(`Crossgate ended:\n${this.#said.slice(-30).join("\n")}`)));
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill("SIGTERM");
      await once(this.#child, "exit");
    }
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}
