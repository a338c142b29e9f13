import assert from "node:assert/strict";

function assertContains(actual, expected, where) {
  for (const [name, value] of Object.entries(expected)) {
    const place = `${where}/${name}`;
    if (typeof value === "object" && !Array.isArray(value)) assertContains(actual?.[name], value, place);
    else assert.deepEqual(actual?.[name], value, place);
  }
}

/** The answer is the API's and about the person. */
export function assertData(style, answer) {
  assert.equal(answer.status, 200, answer.text);
  assertContains(answer.body, style.data, "");
}

/** The answer is Crossgate's: 401 with this code. */
export function assertRefused(answer, code) {
  assert.deepEqual([answer.status, answer.body?.error], [401, code], answer.text);
}

/** It worked. */
export function assertSignedIn(result) {
  assert.deepEqual([result.status, result.error], [200, null], result.url);
}
