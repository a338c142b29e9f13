// @crossgate/next/testing/server, as the tests of the app use it: in Node, without Next.js around it.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "./support/fixtures.ts";

const USES = `
  const people = await testIdentities({ publicUrl: "https://shop.example.com" });
  const server = createServer({ publicUrl: people.publicUrl, keys: people.keys });
  const headers = await people.headersOf({ subject: "1", user: { role: "admin" } });
  const ended = await people.headersOf({ subject: "1", expiresIn: -60 });
  const grace = await signedIn({ subject: "2" });
  const subjects = [
    (await server.getSessionFromRequest({ headers }))?.subject,
    (await server.getSessionFromRequest({ headers: ended }))?.subject ?? "nobody",
    (await createServer({ publicUrl: grace.publicUrl, keys: grace.keys }).getSessionFromRequest(grace))?.subject,
  ];
  console.log(JSON.stringify(subjects));
`;
const NAMES = { "@crossgate/next/testing/server": "{ signedIn, testIdentities }", "@crossgate/next/server": "{ createServer }" };
const names = Object.entries(NAMES);

const PROGRAMS = {
  import: ["module", `${names.map(([from, what]) => `import ${what} from "${from}";`).join("\n")}${USES}`],
  require: ["commonjs", `${names.map(([from, what]) => `const ${what} = require("${from}");`).join("\n")}(async () => {${USES}})();`],
} as const;

for (const [way, [type, program]] of Object.entries(PROGRAMS)) {
  test(`testIdentities and signedIn, by ${way}`, async ({ site }) => {
    const words = [`--input-type=${type}`, "--eval", program];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: site.folder });
    expect(JSON.parse(stdout)).toEqual(["1", "nobody", "2"]);
  });
}
