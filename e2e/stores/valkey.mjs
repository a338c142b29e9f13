// Valkey for tests, or Redis where the system has no Valkey: a single server, one that Sentinels watch over, or a cluster of
// three masters and three replicas.
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../../bench/lib/ports.mjs";
import { find, require } from "./support/install.mjs";
import { Program, temporaryFolder, until } from "./support/program.mjs";

const run = promisify(execFile);
const MASTERS = 3;
/** A master that does not answer for so long is replaced, in milliseconds. */
const NODE_TIMEOUT = 2000;
/** Nodes of a cluster talk to each other here: so far above the port of clients. */
const BUS = 10_000;

/** Every write is in the file of the system when it is acknowledged, and on the disk a second later. */
const KEPT = ["--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction", "--save", ""];

/** One server and its data. */
export class Valkey {
  constructor(server, port, more = []) {
    const folder = temporaryFolder("valkey");
    const address = ["--port", port, "--bind", "127.0.0.1", "--dir", folder, "--daemonize", "no"];
    Object.assign(this, { server, port, folder, name: `valkey-${port}` });
    this.program = new Program(server, [...address, ...KEPT, ...more].map(String), this);
  }

  get address() {
    return `127.0.0.1:${this.port}`;
  }

  get url() {
    return `redis://${this.address}`;
  }

  /** What the command line client prints for a command. */
  async cli(...words) {
    const client = find("valkey-cli", "redis-cli");
    const { stdout } = await run(client, ["-h", "127.0.0.1", "-p", this.port, ...words].map(String));
    return stdout.trim();
  }

  async answers() {
    return this.cli("PING").then((answer) => answer === "PONG", () => false);
  }

  /** A field of `INFO`. */
  async info(field) {
    return new RegExp(`^${field}:(.*?)\r?$`, "m").exec(await this.cli("INFO"))?.[1];
  }

  async isMaster() {
    return (await this.info("role")) === "master";
  }

  start() {
    return this.program.start(() => this.answers());
  }

  isRunning() {
    return this.program.isRunning();
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

  stop() {
    return this.program.stop();
  }

  /** A replica takes its master's place, whether that is there or not (`CLUSTER FAILOVER TAKEOVER`). */
  async promote() {
    await this.cli("CLUSTER", "FAILOVER", "TAKEOVER");
    await until(() => this.isMaster(), "the replica was not promoted");
  }
}

const program = () => require(["valkey-server", "redis-server"], ["valkey-server", "redis-server"]);

/** A single server. */
export async function startValkey() {
  const server = new Valkey(await program(), await freePort());
  await server.start();
  return server;
}

/** Ports below 55536, so that the bus has its port too. */
async function clusterPort() {
  for (;;) {
    const port = await freePort();
    if (port + BUS < 65_536) return port;
  }
}

export class Cluster {
  constructor(nodes) {
    this.nodes = nodes;
  }

  get url() {
    return `redis://${this.nodes.map((node) => node.address).join(",")}?cluster=true`;
  }

  async isWell(node) {
    const state = await node.cli("CLUSTER", "INFO").catch(() => "");
    return state.includes("cluster_state:ok") && state.includes(`cluster_known_nodes:${this.nodes.length}`);
  }

  /** Masters that run, with their replicas that follow. */
  async shape() {
    const running = this.nodes.filter((node) => node.isRunning());
    const roles = await Promise.all(running.map(async (node) => ((await node.isMaster()) ? "master" : await node.info("master_port"))));
    const masters = running.filter((_, index) => roles[index] === "master");
    return masters.map((master) => ({ master, replicas: running.filter((_, index) => Number(roles[index]) === master.port) }));
  }

  /** Every replica has a live link, so that what is written from now on is in two places. */
  async isReplicated() {
    const links = await Promise.all(this.nodes.map((node) => node.info("master_link_status")));
    return links.filter((link) => link === "up").length === this.nodes.length - MASTERS;
  }

  async create() {
    const addresses = this.nodes.map((node) => node.address);
    await this.nodes[0].cli("--cluster", "create", ...addresses, "--cluster-replicas", "1", "--cluster-yes");
    await until(async () => (await Promise.all(this.nodes.map((node) => this.isWell(node)))).every(Boolean), "the cluster was not well");
    await until(() => this.isReplicated(), "the replicas did not follow");
  }

  async stop() {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }
}

/** Three masters and three replicas. */
export async function startValkeyCluster() {
  const server = await program();
  const own = ["--cluster-enabled", "yes", "--cluster-node-timeout", NODE_TIMEOUT, "--cluster-require-full-coverage", "no"];
  const nodes = [];
  for (let number = 0; number < 2 * MASTERS; number += 1) {
    const node = new Valkey(server, await clusterPort(), own);
    await node.start();
    nodes.push(node);
  }
  const cluster = new Cluster(nodes);
  await cluster.create();
  return cluster;
}

/** What the Sentinels call the server that they watch over, how many there are, and how many have to agree. */
const [WATCHED, SENTINELS, QUORUM] = ["main", 3, 2];

/**
 * A server that the Sentinels replaced while it runs hears of it some seconds later. Without its replica it must not write
 * meanwhile.
 */
const CAREFUL = ["--min-replicas-to-write", "1"];

/** One Sentinel. It writes what it learns into its own configuration. */
class Sentinel extends Valkey {
  constructor(server, port, master) {
    super(server, port);
    const file = join(this.folder, "sentinel.conf");
    const watch = [
      `monitor ${WATCHED} 127.0.0.1 ${master.port} ${QUORUM}`,
      `down-after-milliseconds ${WATCHED} ${NODE_TIMEOUT}`,
      `failover-timeout ${WATCHED} ${5 * NODE_TIMEOUT}`,
    ];
    const lines = [`port ${port}`, "bind 127.0.0.1", `dir ${this.folder}`, ...watch.map((line) => `sentinel ${line}`)];
    writeFileSync(file, `${lines.join("\n")}\n`);
    this.program = new Program(server, [file, "--sentinel"], this);
  }

  /** Whether it knows the replica, and all others that watch. */
  async seesAll() {
    const known = await this.cli("SENTINEL", "MASTER", WATCHED).catch(() => "");
    const fields = known.split("\n");
    const field = (name) => fields[fields.indexOf(name) + 1];
    return field("num-slaves") === "1" && field("num-other-sentinels") === String(SENTINELS - 1) && field("flags") === "master";
  }

  async master() {
    const [host, port] = (await this.cli("SENTINEL", "GET-MASTER-ADDR-BY-NAME", WATCHED)).split("\n");
    return `${host}:${port}`;
  }
}

/** A server and its replica, and the Sentinels that watch over them. */
export class Watched {
  constructor(master, replica, sentinels) {
    Object.assign(this, { master, replica, sentinels });
  }

  get url() {
    return `redis://${this.sentinels.map((sentinel) => sentinel.address).join(",")}?sentinel=${WATCHED}`;
  }

  async stop() {
    // First those that would call for a failover.
    await Promise.all(this.sentinels.map((sentinel) => sentinel.stop()));
    await Promise.all([this.master.stop(), this.replica.stop()]);
  }
}

/** A server with one replica, and three Sentinels. */
export async function startValkeySentinel() {
  const server = await program();
  const master = new Valkey(server, await freePort(), CAREFUL);
  await master.start();
  const replica = new Valkey(server, await freePort(), [...CAREFUL, "--replicaof", "127.0.0.1", master.port]);
  await replica.start();
  await until(async () => (await replica.info("master_link_status")) === "up", "the replica did not follow");
  const sentinels = [];
  for (let number = 0; number < SENTINELS; number += 1) {
    sentinels.push(new Sentinel(server, await freePort(), master));
    await sentinels.at(-1).start();
  }
  const seesAll = async () => (await Promise.all(sentinels.map((sentinel) => sentinel.seesAll()))).every(Boolean);
  await until(seesAll, "the Sentinels did not find each other");
  return new Watched(master, replica, sentinels);
}
