// PostgreSQL for tests: a primary, and a streaming replica where one is wanted.
import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../../bench/lib/ports.mjs";
import { require } from "./support/install.mjs";
import { Program, temporaryFolder, until } from "./support/program.mjs";

const run = promisify(execFile);
const OWNER = "crossgate";

const idOf = (kind, name) => Number(execFileSync("id", [kind, name]).toString());

/** PostgreSQL refuses to run as root; Debian's package has made a user for it. */
function user() {
  return process.getuid() === 0 ? { uid: idOf("-u", "postgres"), gid: idOf("-g", "postgres") } : {};
}

/** One server and its data. `url` is the owner's, with its password. */
export class Postgres {
  constructor(binaries, password, port, name) {
    Object.assign(this, { binaries, password, port, name, user: user() });
    this.folder = temporaryFolder(name);
    this.data = join(this.folder, "data");
    if (this.user.uid !== undefined) chownSync(this.folder, this.user.uid, this.user.gid);
    this.program = new Program(join(binaries, "postgres"), ["-D", this.data, ...this.settings()], { ...this, name });
  }

  get url() {
    return `postgres://${OWNER}:${this.password}@127.0.0.1:${this.port}/${OWNER}`;
  }

  settings() {
    const all = {
      listen_addresses: "127.0.0.1",
      port: this.port,
      unix_socket_directories: this.folder,
      fsync: "on",
      max_connections: 200,
      hot_standby: "on",
      log_checkpoints: "off",
    };
    return Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  }

  /** A program of PostgreSQL's, as the user who owns the data. */
  tool(name, parameters) {
    const env = { ...process.env, PGPASSWORD: this.password, LC_ALL: "C.UTF-8" };
    return run(join(this.binaries, name), parameters, { ...this.user, cwd: this.folder, env });
  }

  async initialise() {
    const secret = join(this.folder, "password");
    writeFileSync(secret, this.password, { mode: 0o644 });
    await this.tool("initdb", ["-D", this.data, "-U", OWNER, "-A", "scram-sha-256", `--pwfile=${secret}`, "-E", "UTF8", "--no-sync"]);
  }

  /** What psql prints for a statement, without heads and spaces. */
  async sql(statement, database = OWNER) {
    const { stdout } = await this.tool("psql", ["-h", "127.0.0.1", "-p", this.port, "-U", OWNER, "-d", database, "-XqtAc", statement]);
    return stdout.trim();
  }

  async answers() {
    return this.sql("SELECT 1", "postgres").then(() => true, () => false);
  }

  start() {
    return this.program.start(() => this.answers());
  }

  pause() {
    this.program.pause();
  }

  resume() {
    this.program.resume();
  }

  kill9() {
    return this.program.kill9();
  }

  /** Fast shutdown: connections are ended, nothing is lost. */
  stop() {
    return this.program.stop("SIGINT");
  }

  /** A replica becomes a primary; ready when it takes writes. */
  async promote() {
    await this.sql("SELECT pg_promote(true, 60)", "postgres");
    await until(async () => (await this.sql("SELECT pg_is_in_recovery()", "postgres")) === "f", "the replica was not promoted");
  }

  /** A copy of this primary that follows it from now on. */
  async replicate() {
    const replica = new Postgres(this.binaries, this.password, await freePort(), "replica");
    const from = ["-h", "127.0.0.1", "-p", this.port, "-U", OWNER];
    await replica.tool("pg_basebackup", [...from, "-D", replica.data, "-R", "-X", "stream", "-c", "fast", "--no-sync"]);
    await replica.start();
    return replica;
  }

  /**
   * A commit is acknowledged only when the replica has it too. Set after the replica was copied: promoted, it would wait
   * for a replica of its own.
   */
  async waitForReplica() {
    await this.sql("ALTER SYSTEM SET synchronous_standby_names = '*'");
    await this.sql("SELECT pg_reload_conf()");
    await until(async () => (await this.sql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")) === "1", "no replica is in step");
  }
}

/**
 * A primary with an empty database; `replica`: with a replica beside it, which is asynchronous unless `synchronous`. Gives
 * `{ primary, replica, stop }`.
 */
export async function startPostgres({ replica: isReplicated = false, synchronous = false } = {}) {
  const binaries = dirname(await require(["initdb"], ["postgresql"]));
  const primary = new Postgres(binaries, randomBytes(12).toString("hex"), await freePort(), "primary");
  await primary.initialise();
  await primary.start();
  await primary.sql(`CREATE DATABASE ${OWNER}`, "postgres");
  const replica = isReplicated ? await primary.replicate() : undefined;
  if (synchronous) await primary.waitForReplica();
  const stop = async () => {
    await replica?.stop();
    await primary.stop();
  };
  return { primary, replica, stop };
}
