// The day on which Crossgate is put in front of an app, and the day on which it is taken away again.
import { conformance } from "../../support/conform.js";
import { crossing } from "../../support/crossing.js";
import { getToken } from "../../support/next-auth.js";
import { signedIn } from "../../support/people.js";

const conform = conformance("j-crossing");
const OF_ONE_TOKEN = ["iat", "exp", "jti"];

conform({
  id: "J01",
  what: "a thousand browsers with live cookies, four requests of each at once, at two gateways under load",
  plan: "moving in with old secrets",
  expected: { crossed: 1000, askedToSignIn: 0, sessionsOfEach: [1], strangersWronged: 0, believed: [] },
  run: (context) => crossing(context, 1000),
});
conform({
  id: "J02",
  what: "the browser's own cookie says what next-auth's would, and goes at sign-out",
  plan: "moving out",
  run: async ({ newBrowser, major }) => {
    const browser = await signedIn(newBrowser);
    const held = async () => getToken(major, browser.jar.header());
    const claims = Object.entries(await held()).filter(([name]) => !OF_ONE_TOKEN.includes(name));
    await browser.submit("/signout");
    return { claims: Object.fromEntries(claims), afterwards: await held() };
  },
});
