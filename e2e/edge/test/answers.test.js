// Mutated answers of an upstream: the client gets a well-formed answer or a 502, and the next request gets its own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { answersOf } from "../mutations/answers.js";
import { exchange } from "../support/exchange.js";
import { startGateway } from "../support/gateway.js";
import { startLiar } from "../support/liar.js";
import { randomOf } from "../support/random.js";
import { Tally } from "../support/tally.js";
import { Malformed, answerIn } from "../support/wire.js";

const SEED = Number(process.env.CROSSGATE_EDGE_SEED ?? 20261126);
const CASES = Number(process.env.CROSSGATE_EDGE_ANSWERS ?? 1500);

let liar;
let gateway;
before(async () => {
  liar = await startLiar();
  gateway = await startGateway(liar.port);
});
after(async () => {
  await gateway?.stop();
  liar?.close();
});

/** Two requests on one connection: the first is answered by a lie, the second honestly. */
function requestsFor(method, number, host) {
  const origin = `Host: ${host}\r\nOrigin: http://${host}\r\nAccept: application/json\r\n`;
  const length = method === "POST" ? "Content-Length: 0\r\n" : "";
  return `${method} /answer HTTP/1.1\r\n${origin}${length}\r\nGET /next/${number} HTTP/1.1\r\n${origin}Connection: close\r\n\r\n`;
}

/** All answers in what came, as a strict client reads them; an unfinished one only says that it is. */
function answersIn(text, methods, ended) {
  const answers = [];
  for (let rest = text; rest !== ""; ) {
    const answer = answerIn(rest, methods[answers.filter(({ status }) => status >= 200).length] ?? "GET", ended === "closed");
    if (!answer) return [...answers, { status: 0, body: rest, headers: [] }];
    answers.push(answer);
    rest = rest.slice(answer.end);
  }
  return answers;
}

function isForged({ headers }) {
  return headers.some(([name, value]) => name === "set-cookie" && value.startsWith("forged"));
}

function judgeAnswers(answers, number, findings) {
  const finals = answers.filter(({ status }) => status >= 200);
  if (finals.length > 2) findings.push("more answers than requests");
  if (finals.length === 2 && finals[1].body !== `this answers /next/${number}`) findings.push(`not its own answer: ${finals[1].body}`);
  if (answers.some(isForged)) findings.push("a forged header arrived");
  return finals[0]?.status ?? "cut off";
}

/** The same on a connection of its own: nothing was left on a connection to the upstream. */
async function judgeNeighbour(number, host, findings) {
  const text = `GET /neighbour/${number} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  const answer = await exchange(gateway.port, text, {});
  if (!answer.text.endsWith(`this answers /neighbour/${number}`)) findings.push(`a neighbour got: ${answer.text}`);
}

async function judge(lie, number, tally) {
  const findings = [];
  const host = `localhost:${gateway.port}`;
  liar.tell(lie);
  const { text, ended } = await exchange(gateway.port, requestsFor(lie.method, number, host), { mayWait: !lie.closes });
  try {
    tally.add(`first answer: ${judgeAnswers(answersIn(text, [lie.method, "GET"], ended), number, findings)}`);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    findings.push(`malformed at the client: ${error.message}: ${text}`);
  }
  if (ended === "waiting" && lie.closes) findings.push("the gateway neither answers nor closes");
  await judgeNeighbour(number, host, findings);
  return findings;
}

test("whatever an upstream answers, every request gets its own answer", { timeout: 600_000 }, async (context) => {
  const tally = new Tally();
  const wrong = [];
  context.diagnostic(`seed ${SEED}, ${CASES} answers`);
  for (const [number, lie] of answersOf(randomOf(SEED), CASES).entries()) {
    const findings = await judge(lie, number, tally);
    if (findings.length > 0) wrong.push({ ...lie, text: lie.text.slice(0, 1000), findings });
  }
  for (const line of tally.lines()) context.diagnostic(line);
  assert.ok(gateway.isAlive(), "the gateway runs on");
  assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} answers did harm`);
  assert.ok(tally.count("first answer: 200") >= CASES / 10, "enough is passed on for the test to mean something");
  assert.ok(tally.count("first answer: 502") >= CASES / 10, "enough is refused");
});
