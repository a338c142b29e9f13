// Cases for a client: the unmodified `next-auth/react` of one version, in front of both servers.
import { after, before } from "node:test";
import { Browser } from "../browser.js";
import { conformance } from "../conform.js";
import { LIFECYCLE } from "./lifecycle.js";
import { SIGNING } from "./signing.js";
import { Tab } from "./tab.js";
import { TABS } from "./tabs.js";

/** What is tried with every version that is supported. */
const SMALL = ["B01", "B02", "B03", "B08", "B09", "B13", "B13.2"];

const majorOf = (client) => (client.includes("-v4") ? "v4" : "v5");

/** What a case works with: pages in a browser of its own. */
function inBrowser(tabs, { side, major, servers }) {
  const browser = new Browser(side, major);
  const page = (options) => tabs[0].open(browser, { ...options, others: [tabs[1]] });
  const secondPage = (options) => tabs[1].open(browser, { ...options, others: [tabs[0]] });
  return { browser, side, major, servers, page, secondPage, server: () => tabs[0].openServer(browser) };
}

async function closing(tabs, run) {
  try {
    return await run();
  } finally {
    await Promise.all(tabs.map((tab) => tab.close()));
  }
}

/** Defines the cases for a client; with an older `version` a smaller set. */
export function clientCases(group, client, { version } = {}) {
  const conform = conformance(group);
  const tabs = [];
  before(() => tabs.push(new Tab(client), new Tab(client)));
  after(() => Promise.all(tabs.map((tab) => tab.end())));
  const major = majorOf(client);
  const cases = [...SIGNING, ...LIFECYCLE, ...TABS].filter(
    ({ id, majors = [major] }) => majors.includes(major) && (!version || SMALL.includes(id)),
  );
  for (const { run, what, ...definition } of cases) {
    conform({
      ...definition,
      what: version ? `${what} (${version})` : what,
      majors: [major],
      run: (context) => closing(tabs, () => run(inBrowser(tabs, context))),
    });
  }
}
