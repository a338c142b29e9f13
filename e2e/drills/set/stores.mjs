// What the gateways share, and how it fails.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { startPostgres } from "../../stores/postgres.mjs";
import { temporaryFolder } from "../../stores/support/program.mjs";
import { startValkeyCluster } from "../../stores/valkey.mjs";
import { every } from "../../../bench/lib/pace.mjs";
import { Link } from "./links.mjs";

/** One file. It has no process that could fail, and wakes nobody. */
class Sqlite {
  static async start() {
    const store = new Sqlite();
    store.file = join(temporaryFolder("sqlite"), "crossgate.db");
    return store;
  }

  async urlOf() {
    return `sqlite:${this.file}`;
  }

  async stop() {}
}

/** Sessions that are not shared: no store for several gateways, and every drill must say so. */
class Memory {
  static async start() {
    return new Memory();
  }

  async urlOf() {
    return "memory:";
  }

  async stop() {}
}

/** A primary and a replica; every node reaches them by ways of its own, and by one more for its events. */
class Postgres {
  links = [];

  static async start() {
    const store = new Postgres();
    store.servers = await startPostgres({ replica: true, synchronous: true });
    return store;
  }

  /** Both servers, by links that are remembered for this node. */
  async #through(node) {
    const { primary, replica } = this.servers;
    const [one, other] = [await Link.to(primary.port), await Link.to(replica.port)];
    const hosts = `127.0.0.1:${one.port},127.0.0.1:${other.port}`;
    const url = `postgres://crossgate:${primary.password}@${hosts}/crossgate?target_session_attrs=read-write`;
    return { node, links: [one, other], url };
  }

  async urlOf(node) {
    const [data, events] = [await this.#through(node), await this.#through(node)];
    this.links.push({ ...data, isForEvents: false }, { ...events, isForEvents: true });
    return `${data.url}&listen=${encodeURIComponent(events.url)}`;
  }

  /** The ways of one node, or the ways of all for events. */
  async #each(isMeant, work) {
    await Promise.all(this.links.filter(isMeant).flatMap(({ links }) => links.map(work)));
  }

  cutOff(node) {
    return this.#each((way) => way.node === node, (link) => link.break());
  }

  reconnect(node) {
    return this.#each((way) => way.node === node, (link) => link.mend());
  }

  loseEvents() {
    return this.#each((way) => way.isForEvents, (link) => link.break());
  }

  regainEvents() {
    return this.#each((way) => way.isForEvents, (link) => link.mend());
  }

  /** The primary is gone, so that connections to it are refused, and its replica is promoted at once. */
  async failOver() {
    await this.servers.primary.kill9();
    await Promise.all(this.links.map(({ links: [toPrimary] }) => toPrimary.break()));
    await this.servers.replica.promote();
  }

  async pause() {
    this.servers.primary.pause();
  }

  async resume() {
    this.servers.primary.resume();
  }

  async stop() {
    this.links.flatMap(({ links }) => links).forEach((link) => link.stop());
    await this.servers.stop();
  }
}

/** Every node has a name and a password of its own at the cluster, so that one of them can be shut out. */
class ValkeyCluster {
  static async start() {
    const store = new ValkeyCluster();
    store.cluster = await startValkeyCluster();
    store.password = randomBytes(12).toString("hex");
    return store;
  }

  /** A command at every server that runs. */
  async #everywhere(...words) {
    const running = this.cluster.nodes.filter((node) => node.isRunning());
    await Promise.all(running.map((node) => node.cli(...words)));
  }

  async urlOf(node) {
    const name = `node-${node}`;
    await this.#everywhere("ACL", "SETUSER", name, "on", `>${this.password}`, "allkeys", "allchannels", "+@all");
    return this.cluster.url.replace("redis://", `redis://${name}:${this.password}@`);
  }

  async cutOff(node) {
    await this.#everywhere("ACL", "SETUSER", `node-${node}`, "off");
    await this.#everywhere("CLIENT", "KILL", "USER", `node-${node}`);
  }

  async reconnect(node) {
    await this.#everywhere("ACL", "SETUSER", `node-${node}`, "on");
  }

  /** Whoever subscribes is thrown out, over and over. */
  async loseEvents() {
    this.isSilent = true;
    this.silencing = every(50, () => (this.isSilent ? Infinity : 0), () => this.#everywhere("CLIENT", "KILL", "TYPE", "pubsub"));
  }

  async regainEvents() {
    this.isSilent = false;
    await this.silencing;
  }

  /** One of three masters is gone; the cluster replaces it by itself. */
  async failOver() {
    const [{ master }] = await this.cluster.shape();
    await master.kill9();
  }

  async pause() {
    this.cluster.nodes.forEach((node) => node.pause());
  }

  async resume() {
    this.cluster.nodes.forEach((node) => node.resume());
  }

  async stop() {
    await this.regainEvents();
    await this.cluster.stop();
  }
}

/**
 * By the name of `--store`: how it starts, how soon a sign-out must be known everywhere (p99, in milliseconds), and for
 * how long before a failover what was acknowledged may be lost.
 */
export const STORES = {
  sqlite: { Store: Sqlite, known: 1000, mayLose: 0 },
  postgres: { Store: Postgres, known: 100, mayLose: 0 },
  "valkey-cluster": { Store: ValkeyCluster, known: 100, mayLose: 2000 },
  memory: { Store: Memory, known: 1000, mayLose: 0 },
};
