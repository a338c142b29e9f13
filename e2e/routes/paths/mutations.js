// One thing that is done to a target, to make of it another way to the same page.

const letters = (path) => [...path].flatMap((character, at) => (/[a-z]/i.test(character) ? [at] : []));
const slashes = (path) => [...path].flatMap((character, at) => (character === "/" ? [at] : []));
const replaced = (path, at, text) => path.slice(0, at) + text + path.slice(at + 1);
const inserted = (path, at, text) => path.slice(0, at) + text + path.slice(at);
const hex = (character) => character.charCodeAt(0).toString(16);

/** Changes the character at one of the places, if there is one. */
const somewhere = (places, change) => (path, random) => {
  const found = places(path);
  return found.length === 0 ? path : change(path, random.pick(found), random);
};

const flip = (character) => (character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase());
const FULL_WIDTH = 0xfee0;
const fullWidth = (character) => encodeURIComponent(String.fromCharCode(character.charCodeAt(0) + FULL_WIDTH));

const atLetter = (change) => somewhere(letters, (path, at) => replaced(path, at, change(path[at])));
const atSlash = (text) => somewhere(slashes, (path, at) => replaced(path, at, text));
const behindSlash = (text) => somewhere(slashes, (path, at) => inserted(path, at + 1, text));
const atEnd = (text) => (path) => path + text;
const inFront = (text) => (path) => text + path;
const asQuery = (text) => (path) => `${path}${path.includes("?") ? "&" : "?"}${text}`;

function withoutSegment(path, random) {
  const parts = path.split("/");
  parts.splice(random.below(parts.length), 1);
  return parts.join("/") || "/";
}

function twiceSegment(path, random) {
  const parts = path.split("/");
  const at = random.below(parts.length);
  return [...parts.slice(0, at), parts[at], ...parts.slice(at)].join("/");
}

const CASE = [atLetter(flip), (path) => path.toUpperCase(), atLetter((letter) => `%${hex(letter)}`)];
const ENCODING = [
  atLetter((letter) => `%${hex(letter).toUpperCase()}`),
  atLetter((letter) => `%25${hex(letter)}`),
  atLetter((letter) => `%u00${hex(letter)}`),
  atLetter(fullWidth),
  atLetter((letter) => `${letter}%CC%81`),
  atLetter((letter) => `${letter}%E2%80%8B`),
];
const SLASHES = "// %2f %2F %5c \\ /./ /x/../ /%2e/ /x/%2e%2e/ /.%2e/ %252f /;/ /;x=1/ /%20 %20/ /..;/".split(" ");
const SEGMENTS = "(.) (..) (..)(..) (...) @ _ . [id]/ (office)/ @modal/ @stats/ index/ _next/ en/ de/ %00 ~".split(" ");
const ENDINGS = [
  ..."/ // /. /.. %2f %20 %00 %0a %0d . .. ; ;x=1 ? # #x ?. ~".split(" "),
  ...".json .rsc .js .map .html .txt .prefetch.rsc .segments .segments/_tree.segment.rsc".split(" "),
  "/index",
  "/page",
  "/route",
  "/layout",
  "/page.js",
  "/index.html",
  "/children",
  "/@modal",
  "/__PAGE__",
  "/(__SLOT__)",
  "/opengraph-image",
  "/x",
];
const FRONTS = [
  ..."/ /. /_next/.. /_next/static/.. /_next/data/build /_next /shop /en /DE".split(" "),
  ..."/index /(office) /@modal /%2e /\\".split(" "),
];
const QUERIES = [
  "_rsc=1a2b3",
  "_rsc",
  "__nextLocale=de",
  "__nextDefaultLocale=de",
  "__nextDataReq=1",
  "_nextDataReq=1",
  "__nextInferredLocaleFromDefault=1",
  "__nextPPROnly=1",
  "__NEXT_ROUTER_BASEPATH=x",
  "__flight__=1",
  "amp=1",
  "nxtPname=admin",
  "nxtPpath=internal",
  "nxtPpath=private",
  "nxtPslug=draft",
  "nxtIid=1",
  "name=admin",
  "path=internal",
  "path=private",
  "slug=draft",
  "slug[]=draft",
  "1=admin",
  "x-matched-path=/dashboard",
  "url=%2Fprivate%2Fplan.svg",
  "path=%2Fdashboard",
  "dpl=x",
  "__rsc=1",
];

const MUTATIONS = [
  CASE,
  ENCODING,
  SLASHES.map(atSlash),
  SEGMENTS.map(behindSlash),
  ENDINGS.map(atEnd),
  FRONTS.map(inFront),
  QUERIES.map(asQuery),
  [withoutSegment, twiceSegment],
];

/** Done to the path, or, where that is what it is about, to the query. */
export function mutate(target, random) {
  const group = random.pick(MUTATIONS);
  const mutation = random.pick(group);
  const at = target.indexOf("?");
  if (at < 0 || random.chance(25)) return mutation(target, random);
  return mutation(target.slice(0, at), random) + target.slice(at);
}
