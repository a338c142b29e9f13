// The whole set: a store, three gateways, the load balancer, the API with the app, and who uses it.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { keptConnections } from "../../bench/lib/ask.mjs";
import { until } from "../stores/support/program.mjs";
import { Crowd, each } from "./people/crowd.mjs";
import { Ledger } from "./people/ledger.mjs";
import { door } from "./people/person.mjs";
import { Balancer } from "./set/balancer.mjs";
import { Node } from "./set/node.mjs";
import { STORES } from "./set/stores.mjs";
import { Upstream } from "./set/upstream.mjs";

const NODES = 3;
const KEPT = new URL("../../target/drills/", import.meta.url).pathname;
/** The end of a session must be known everywhere, and what is unknown is forgotten after ten seconds. */
const SETTLED = 1500;

export class Scene {
  ledger = new Ledger();
  upstream = new Upstream();
  nodes = [];

  /** Starts everything on a store of this name. */
  static async start(storeName) {
    const scene = new Scene();
    try {
      await scene.#start(STORES[storeName]);
      return scene;
    } catch (error) {
      await scene.stop();
      throw error;
    }
  }

  async #start({ Store }) {
    this.balancer = await Balancer.create();
    await this.upstream.start();
    this.store = await Store.start();
    for (let number = 0; number < NODES; number += 1) {
      const setting = { upstream: this.upstream.port, publicPort: this.balancer.port, store: await this.store.urlOf(number) };
      this.nodes.push(await Node.create(number, setting));
    }
    for (const node of this.nodes) await node.start();
    await this.balancer.start(this.nodes);
    this.agent = keptConnections(100);
    this.doors = this.nodes.map((node) => door(this.agent, node.port, this.balancer.port));
    this.crowd = new Crowd(this.ledger, this.balancer.port);
  }

  /** Says what is done now, and does it. */
  async fault(what, work) {
    this.ledger.fault(what);
    await work();
  }

  pause(milliseconds) {
    return wait(milliseconds);
  }

  async allReady(patience = 30_000) {
    const areReady = async () => (await Promise.all(this.nodes.map((node) => node.isReady()))).every(Boolean);
    await until(areReady, "the nodes were not ready again", patience);
  }

  /** When all is over: whoever is signed in is so on every node, whoever is gone is gone on every node. */
  async lookAtEverybody() {
    await this.allReady();
    await wait(SETTLED);
    const pairs = this.doors.flatMap((at) => this.crowd.people.map((person) => ({ at, person })));
    await each(pairs, ({ at, person }) => this.#look(at, person));
  }

  async #look(at, person) {
    const before = Date.now();
    const answer = { ...(await person.ask(at, "/api/mine")), node: `node-${this.doors.indexOf(at)}` };
    if (person.state === "present") this.ledger.present(person, answer);
    if (person.state === "gone") this.ledger.gone(person, answer, before);
  }

  /** What is needed to understand a drill that failed; gives the folder. */
  keep(name, outcome) {
    const folder = join(KEPT, name);
    mkdirSync(folder, { recursive: true });
    const programs = [...this.nodes, this.balancer].map(({ log }) => log);
    programs.filter(Boolean).forEach((log) => cpSync(log, join(folder, log.split("/").at(-1))));
    writeFileSync(join(folder, "outcome.json"), `${JSON.stringify(outcome, null, 1)}\n`);
    return folder;
  }

  async stop() {
    this.crowd?.close();
    this.agent?.destroy();
    await this.balancer?.stop();
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.store?.stop();
    this.upstream.stop();
  }
}
