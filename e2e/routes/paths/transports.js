// The ways in which Next.js is asked for a page, and some in which it might be.
import { OPEN_PATHS, SECRET_PATHS } from "./pages.js";

const dataName = (page) => (page === "/" ? "/index" : page);

/** `/page` becomes `/page<ending>`. */
const ending = (text) => (page) => `${page === "/" ? "/index" : page}${text}`;

function data(page, { random, locales }) {
  const locale = locales.length > 0 && random.chance(75) ? `/${random.pick(locales)}` : "";
  const name = random.chance(10) ? `/index${page}` : dataName(page);
  return `/_next/data/${random.chance(90) ? "build" : "other"}${locale}${name}${random.chance(92) ? ".json" : ""}`;
}

function image(page, { random, basePath }) {
  const written = (source) => (random.chance(50) ? encodeURIComponent(source) : source);
  const source = `${random.chance(85) ? basePath : ""}${page}`;
  const image = `/_next/image?url=${written(source)}&w=${random.pick([64, 640])}&q=75`;
  return random.chance(90) ? image : `/_next/image?url=${written(basePath + image)}&w=64&q=75`;
}

function segments(page, { random }) {
  const last = page.split("/").filter(Boolean);
  const file = random.pick(["_tree", "_index", "_full", "_head", [...last, "__PAGE__"].join("/"), last.join("/")]);
  return `${ending("")(page)}.segments/${file}${random.chance(85) ? ".segment.rsc" : ""}`;
}

const same = (page) => page;
const TRANSPORTS = [
  ...Array(26).fill(same),
  data,
  data,
  data,
  image,
  segments,
  ending(".rsc"),
  ending(".prefetch.rsc"),
  ending(".json"),
  ending(".html"),
  ending(".txt"),
  ending("/index"),
  ending("/page"),
  ending("/route"),
];

/** The page that a case is about; two in three are protected. */
export function pageOf(random) {
  if (random.chance(6)) return random.pick(["/images/x", "/_next/static/x.js", "/_error", "/404", "/500", "/_not-found", "/_document"]);
  return random.pick(random.chance(65) ? SECRET_PATHS : OPEN_PATHS);
}

function withLocale(path, { random, locales }) {
  const share = locales.length > 0 ? 22 : 4;
  return random.chance(share) ? `/${random.pick([...locales, "en", "de", "DE", "fr", "de-at"])}${path}` : path;
}

function withBasePath(path, { random, basePath }) {
  if (basePath === "") return random.chance(2) ? `/shop${path}` : path;
  if (random.chance(92)) return basePath + path;
  return random.chance(50) ? basePath + basePath + path : path;
}

function withSlash(path, { random, basePath }) {
  // `trailingSlash`: without one, most answers would be redirections.
  const [name, query] = path.split("?");
  const share = basePath === "" ? 6 : 85;
  const isFile = /\.[a-z]+$/.test(name);
  if (isFile || name.endsWith("/") || !random.chance(share)) return path;
  return `${name}/${query === undefined ? "" : `?${query}`}`;
}

/** A target that an honest client might ask for. */
export function targetOf(page, site) {
  const target = site.random.pick(TRANSPORTS)(page, site);
  const isInternal = target.startsWith("/_next/");
  const named = isInternal ? target : withLocale(target, site);
  return withSlash(withBasePath(named, site), site);
}
