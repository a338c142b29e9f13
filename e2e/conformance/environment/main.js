// Starts everything that the cases need, once for all of them.
import { startApi } from "./api.js";
import { startApp } from "./app.js";
import { startGateway } from "./gateway.js";
import { startIdentityProvider } from "./identity-provider.js";
import { PLANS } from "./plans.js";
import { startV4 } from "./reference/v4.js";
import { startV5 } from "./reference/v5.js";

export const MAJORS = ["v4", "v5"];
const REFERENCES = { v4: startV4, v5: startV5 };

/** All of them, and only then the first failure: what has started meanwhile is known and can be stopped. */
async function all(starting) {
  const outcomes = await Promise.allSettled(starting);
  const failed = outcomes.find(({ status }) => status === "rejected");
  if (failed) throw failed.reason;
  return outcomes.map(({ value }) => value);
}

export class Environment {
  #stops = [];

  static async start() {
    const environment = new Environment();
    try {
      await environment.#start();
    } catch (error) {
      await environment.stop();
      throw error;
    }
    return environment;
  }

  async #keep(starting) {
    const { stop, ...facts } = await starting;
    this.#stops.unshift(stop);
    return facts;
  }

  async #start() {
    const [api, app, idp] = await all(
      [startApi(), startApp(), startIdentityProvider()].map((starting) => this.#keep(starting)),
    );
    this.servers = { api: api.address, app: app.address, idp: idp.address };
    const pairs = Object.entries(PLANS).flatMap(([name, plan]) =>
      MAJORS.map((major) => this.#startPair(name, major, plan)),
    );
    this.pairs = Object.fromEntries(await all(pairs));
  }

  async #startPair(name, major, { reference, gateway }) {
    const [theirs, ours] = await all([
      reference && this.#keep(REFERENCES[major]({ ...reference, ...this.servers })),
      this.#keep(startGateway({ ...gateway, major, servers: this.servers })),
    ]);
    return [`${name} ${major}`, { reference: theirs, gateway: ours }];
  }

  /** What the cases have to know, as text. */
  describe() {
    return JSON.stringify({ servers: this.servers, pairs: this.pairs });
  }

  async stop() {
    await Promise.all(this.#stops.splice(0).map((stop) => stop()));
  }
}
