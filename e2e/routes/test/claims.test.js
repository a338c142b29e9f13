// What the gateway takes for granted about Next.js, asked of each Next.js with and without the gateway.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { MAJORS, actionsOf, buildOf } from "../support/builds.js";
import { Client, askAsBrowser } from "../support/client.js";
import { signIn, startApi } from "../support/person.js";
import { startApp, startGateway } from "../support/servers.js";

const MARKER = /(?:SECRET|OPEN)-[a-z-]*[a-z]/g;
const RSC = ["RSC", "1"];

class Site {
  async start(major, variant) {
    this.build = await buildOf(major, variant);
    this.api = await startApi();
    this.app = await startApp(this.build);
    this.gateway = await startGateway({ app: this.app.port, api: this.api.port }, this.build);
    this.host = `localhost:${this.gateway.port}`;
    this.cookie = await signIn(this.gateway);
  }

  async stop() {
    await this.gateway?.stop();
    await this.app?.stop();
    this.api?.stop();
  }

  /** Asks one of them; gives the last status and the markers of all answers. */
  async ask(port, page, { method = "GET", headers = [], body = "", query = "" }) {
    const client = new Client(port);
    const answers = await askAsBrowser(client, { method, target: page + query, headers, body }, this.host);
    client.close();
    const markers = new Set(answers.flatMap(({ text }) => text.match(MARKER) ?? []));
    return { status: answers.at(-1).status, markers: [...markers].sort() };
  }

  direct(page, how = {}) {
    return this.ask(this.app.port, page, how);
  }

  stranger(page, how = {}) {
    return this.ask(this.gateway.port, page, how);
  }

  person(page, { headers = [], ...how } = {}) {
    return this.ask(this.gateway.port, page, { ...how, headers: [...headers, ["Cookie", this.cookie]] });
  }

  /** An action, called at some page. */
  action() {
    const [id] = actionsOf(this.build);
    const own = [["Origin", `http://${this.host}`], ["Next-Action", id]];
    const headers = [...own, ["Content-Type", "text/plain;charset=UTF-8"], ["Accept", "text/x-component"]];
    return { method: "POST", headers, body: "[]" };
  }
}

// Without locales: with them Next.js shows no intercepting routes, and passes actions on to no other page.
for (const major of MAJORS) {
  describe(`Next.js ${major}`, () => {
    const site = new Site();
    before(() => site.start(major, "plain"));
    after(() => site.stop());

    test("with Next-Url an intercepting route is shown in the layout of that page, without it the page itself", async () => {
      const [there, gone] = [{ headers: [RSC, ["Next-Url", "/feed"]] }, { headers: [RSC] }];
      const [shown, plain] = [await site.direct("/photos/1", there), await site.direct("/photos/1", gone)];
      assert.ok(shown.markers.includes("SECRET-feed-photo"), "an intercepting route is shown");
      assert.deepEqual(plain, { status: 200, markers: ["OPEN-photo"] });
    });

    test("strangers get the page itself, people the intercepting route", async () => {
      const there = { headers: [RSC, ["Next-Url", "/feed"]] };
      assert.deepEqual(await site.stranger("/photos/1", there), { status: 200, markers: ["OPEN-photo"] });
      const shown = await site.person("/photos/1", there);
      assert.ok(shown.markers.includes("SECRET-feed-photo"), JSON.stringify(shown));
    });

    test("an intercepting route has a path of its own, which the gateway refuses", async () => {
      assert.deepEqual((await site.direct("/(.)vault/1")).markers, ["SECRET-vault-modal"]);
      assert.deepEqual(await site.stranger("/(.)vault/1"), { status: 404, markers: [] });
      assert.deepEqual(await site.person("/(.)vault/1"), { status: 404, markers: [] });
    });

    test("an action runs at every page, and where no page is", async () => {
      for (const page of ["/actions", "/open", "/_next/nothing"]) {
        assert.ok((await site.direct(page, site.action())).markers.includes("SECRET-action"), page);
      }
      assert.equal((await site.stranger("/open", site.action())).status, 401);
      assert.equal((await site.stranger("/_next/nothing", site.action())).status, 404);
      assert.ok((await site.person("/actions", site.action())).markers.includes("SECRET-action"));
    });

    test("an image is fetched by Next.js itself", async () => {
      const query = `?url=${encodeURIComponent("/private/plan.svg")}&w=64&q=75`;
      // 14 takes no vector image without a content type that it knows.
      const reached = (await site.direct("/_next/image", { query })).markers;
      if (major !== "14") assert.deepEqual(reached, ["SECRET-plan"]);
      assert.deepEqual(await site.stranger("/_next/image", { query }), { status: 401, markers: [] });
    });

    test("names of queries that Next.js keeps for itself are refused", async () => {
      for (const query of ["?nxtPname=admin", "?nxtIname=admin", "?__nextLocale=de", "?__nextDataReq=1", "?_nextDataReq=1"]) {
        assert.deepEqual(await site.stranger("/u/ada", { query }), { status: 400, markers: [] }, query);
      }
    });
  });
}
