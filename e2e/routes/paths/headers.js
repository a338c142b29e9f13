// What a client may say beside its target.
import { OPEN_PATHS, SECRET_PATHS } from "./pages.js";

const page = ({ random }) => random.pick(random.chance(80) ? SECRET_PATHS : OPEN_PATHS);

/** The tree of a page as the client router keeps it: segments below each other. */
function treeOf(path) {
  const parts = path.split("/").filter(Boolean);
  const leaf = ["__PAGE__", {}, null, "refetch"];
  const tree = parts.reduceRight((below, part) => [part, { children: below }], leaf);
  return encodeURIComponent(JSON.stringify(["", { children: tree }, null, null, true]));
}

const RSC = ["RSC", "1"];
const SEGMENTS = ["/_tree", "/_index", "/_full", "/dashboard/__PAGE__"];
const SETS = [
  () => [RSC],
  () => [RSC],
  () => [RSC, ["Next-Router-Prefetch", "1"]],
  ({ random }) => [RSC, ["Next-Router-Prefetch", "1"], ["Next-Router-Segment-Prefetch", random.pick(SEGMENTS)]],
  (site) => [RSC, ["Next-Url", page(site)]],
  (site) => [RSC, ["Next-Url", site.basePath + page(site)]],
  (site) => [RSC, ["Next-Router-State-Tree", treeOf(page(site))]],
  (site) => [RSC, ["Next-Router-State-Tree", treeOf(page(site))], ["Next-Url", page(site)]],
  () => [["X-Nextjs-Data", "1"]],
  () => [["Purpose", "prefetch"], ["X-Middleware-Prefetch", "1"]],
  (site) => [["X-Matched-Path", page(site)]],
  (site) => [["X-Invoke-Path", page(site)], ["X-Invoke-Status", "200"]],
  (site) => [["X-Middleware-Rewrite", page(site)]],
  (site) => [["X-Nextjs-Rewrite", page(site)]],
  (site) => [["X-Original-Url", page(site)], ["X-Rewrite-Url", page(site)]],
  (site) => [["X-Now-Route-Matches", `1=admin&path=internal&nxtPname=admin`], ["X-Matched-Path", page(site)]],
  (site) => [["X-Forwarded-Prefix", page(site)], ["X-Forwarded-Host", "evil.test"]],
  () => [["X-Middleware-Subrequest", "middleware:middleware:middleware:middleware:middleware"]],
  () => [["X-Prerender-Revalidate", "1"]],
  () => [["Cookie", "NEXT_LOCALE=de; __prerender_bypass=1; __next_preview_data=1"]],
  () => [["Accept-Language", "de"]],
  () => [["Accept", "text/x-component"]],
  (site) => [["Next-Url", page(site)]],
  ({ random }) => [["Range", `bytes=0-${random.below(4000)}`]],
];

/** An ordinary request says nothing; half of all are ordinary. */
export function headersOf(site) {
  return site.random.chance(50) ? [] : site.random.pick(SETS)(site);
}

const BOUNDARY = "----boundary";
const fieldOf = (name) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n\r\n`;
const formOf = (name) => `${fieldOf(name)}--${BOUNDARY}--\r\n`;
const CALL = [
  ["Content-Type", "text/plain;charset=UTF-8"],
  ["Accept", "text/x-component"],
];

/** A Server Action, as the client router calls it, or as a form without script does. */
export function actionOf(site, host) {
  const id = site.random.pick(site.actions);
  const origin = site.random.chance(85) ? [["Origin", `http://${host}`]] : [];
  if (site.random.chance(60)) return { headers: [...origin, ["Next-Action", id], ...CALL], body: "[]" };
  const type = site.random.pick(["multipart/form-data", "Multipart/Form-Data", " multipart/form-data"]);
  const name = site.random.pick([`$ACTION_ID_${id}`, `1_$ACTION_ID_${id}`, `$ACTION_REF_1`]);
  return { headers: [...origin, ["Content-Type", `${type}; boundary=${BOUNDARY}`]], body: formOf(name) };
}
