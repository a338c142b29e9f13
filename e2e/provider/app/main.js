// The app behind the gateways: a few pages, two of them with next-auth's own client.
import { required } from "../support/environment.js";
import { escape, json, page } from "../support/html.js";
import { sendHtml, serve } from "../support/server.js";
import { bundle } from "./bundle.js";

const scripts = await bundle(["v4", "v5"]);

/** A token is for the app alone: only its kind may be seen in a browser. */
function shownHeaders({ authorization, "x-crossgate-identity": identity, ...others }) {
  return {
    ...others,
    ...(authorization && { authorization: authorization.replace(/ .*/, " …") }),
    ...(identity && { "x-crossgate-identity": "…" }),
  };
}

const withClient = (version) => page(`next-auth ${version}`, `<div id="root"></div><script src="/assets/${version}.js"></script>`);

function sendScript(response, version) {
  response.writeHead(200, { "content-type": "text/javascript", "cache-control": "no-store" });
  response.end(scripts.get(version));
}

function handle(request, response) {
  const { pathname, search } = new URL(request.url, "http://app");
  switch (pathname) {
    case "/": return sendHtml(response, 200, page("The app", '<a href="/private">Private</a>'));
    case "/private": return sendHtml(response, 200, page("Private", `<p data-testid="query">${escape(search)}</p>${json("headers", shownHeaders(request.headers))}`));
    case "/v4": return sendHtml(response, 200, withClient("v4"));
    case "/v5": return sendHtml(response, 200, withClient("v5"));
    case "/assets/v4.js": return sendScript(response, "v4");
    case "/assets/v5.js": return sendScript(response, "v5");
    default: return sendHtml(response, 404, page("Not found", ""));
  }
}

await serve("app", required("APP_URL"), handle);
