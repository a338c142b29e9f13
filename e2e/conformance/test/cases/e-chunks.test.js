// Session tokens that are too long for one cookie.
import { conformance } from "../../support/conform.js";
import { chunkHeader, cookiesOfApp, encode, getToken, nameOf, pairsOf } from "../../support/next-auth.js";
import { PASSWORD, signedIn, whoIs } from "../../support/people.js";

const conform = conformance("e-chunks");
/** What fits into one cookie. */
const LIMITS = { v4: 3933, v5: 3936 };

/** The pieces in which the app gets the token of somebody about whom there is so much to say. */
async function piecesOf({ newBrowser, major }, size) {
  const header = await cookiesOfApp(await signedIn(newBrowser, `size-${size}@example.com`));
  const pieces = pairsOf(header).filter(([name]) => name.startsWith(nameOf(major)));
  return {
    header,
    names: pieces.map(([name]) => name.slice(nameOf(major).length)),
    lengths: pieces.map(([, value]) => value.length),
  };
}

const total = ({ lengths }) => lengths.reduce((sum, length) => sum + length, 0);
const isCut = ({ lengths }, limit) =>
  lengths.every((length, index) => (index < lengths.length - 1 ? length === limit : length <= limit));

/** The last size that is one cookie and the first that is two. */
async function aroundTheLimit(context, limit) {
  const start = await piecesOf(context, 1000);
  let size = 1000 + Math.floor(((limit - total(start)) * 3) / 4) - 24;
  let [before, after] = [undefined, await piecesOf(context, size)];
  while (after.lengths.length === 1) [before, after, size] = [after, await piecesOf(context, size + 1), size + 1];
  return { before, after };
}

conform({
  id: "E01",
  what: "the last token that fits, and the first that does not",
  plan: "mapped",
  expected: { before: [""], fits: true, after: [".0", ".1"], isCut: true, isOver: true, read: "user-size" },
  run: async (context) => {
    const limit = LIMITS[context.major];
    const { before, after } = await aroundTheLimit(context, limit);
    const read = (await getToken(context.major, after.header))?.sub;
    return {
      before: before.names,
      fits: total(before) <= limit,
      after: after.names,
      isCut: isCut(after, limit),
      isOver: total(after) > limit,
      read,
    };
  },
});
for (const [size, count] of [
  [4500, 2],
  [33_000, 12],
]) {
  conform({
    id: "E01.2",
    what: `a token of ${count} pieces, in their order, and getToken of the app`,
    plan: "mapped",
    expected: {
      names: Array.from({ length: count }, (_, index) => `.${index}`),
      isCut: true,
      read: "user-size",
      length: size,
    },
    run: async (context) => {
      const pieces = await piecesOf(context, size);
      const claims = await getToken(context.major, pieces.header);
      return {
        names: pieces.names,
        isCut: isCut(pieces, LIMITS[context.major]),
        read: claims?.sub,
        length: claims?.note.length,
      };
    },
  });
}

/** A token in three pieces, as a browser holds it. */
async function cut(major) {
  const token = await encode(major, { sub: "user-ada", email: "ada@example.com", note: "x".repeat(7000) });
  return [0, 1, 2, 3]
    .map((index) => [`.${index}`, token.slice(index * LIMITS[major], (index + 1) * LIMITS[major])])
    .filter(([, value]) => value);
}

const ARRANGEMENTS = {
  "in their order": (pieces) => pieces,
  "in another order": (pieces) => [pieces[2], pieces[0], pieces[1]],
  "one is missing": (pieces) => [pieces[0], pieces[2]],
  "the first is missing": (pieces) => pieces.slice(1),
  "one more, which is empty": (pieces) => [...pieces, [".3", ""]],
  "and another cookie whose name begins like theirs": (pieces) => [...pieces, ["-backup", "planted"]],
  "and one without a number": (pieces) => [...pieces, ["", "planted"]],
};
for (const [what, arrange] of Object.entries(ARRANGEMENTS)) {
  conform({
    id: "E03",
    what: `a browser brings three pieces: ${what}`,
    plan: "moving in",
    run: async ({ browser, major }) =>
      (await browser.get("/session", { cookie: chunkHeader(nameOf(major), arrange(await cut(major))) })).body?.user
        ?.email ?? "nobody",
  });
}
conform({
  id: "E04",
  what: "a browser that brought pieces has none of them after the sign-out",
  plan: "moving in",
  run: async ({ browser, major }) => {
    for (const [suffix, value] of await cut(major)) browser.jar.cookies.set(nameOf(major) + suffix, value);
    const before = await whoIs(browser);
    await browser.submit("/signout");
    return { before, left: browser.jar.names(new RegExp(`^${nameOf(major)}`)), after: await whoIs(browser) };
  },
});
conform({
  id: "E06",
  what: "no line of Set-Cookie is longer than 4096 bytes",
  run: async ({ newBrowser }) => {
    const browser = newBrowser();
    const answers = [await browser.signIn("size-9000@example.com", PASSWORD), await browser.get("/session")];
    return answers.flatMap(({ setCookie }) => setCookie).every((line) => Buffer.byteLength(line) <= 4096);
  },
});
