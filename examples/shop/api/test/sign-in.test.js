import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fs from "node:fs";
import test from "node:test";
import { ADA, call, GRACE, LOCKED, login, startApi } from "../support/startApi.js";

const payloadOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));

test("login gives the user, an access token for 15 minutes and a refresh token", async (t) => {
  const api = await startApi(t);
  const { user, token, refreshToken } = await login(api, ADA);
  assert.deepEqual(user, { id: 1, name: "Ada Lovelace", email: "ada@shop.example" });
  const { iat, exp, ...payload } = payloadOf(token);
  assert.deepEqual(payload, { userId: 1, email: "ada@shop.example" });
  assert.equal(exp - iat, 15 * 60);
  assert.ok(refreshToken.length >= 40);
});

test("JWT_EXPIRES_IN without a unit means seconds", async (t) => {
  const api = await startApi(t, { JWT_EXPIRES_IN: "120" });
  const { iat, exp } = payloadOf((await login(api, ADA)).token);
  assert.equal(exp - iat, 120);
});

test("login says why it refuses", async (t) => {
  const api = await startApi(t);
  const wrong = { code: "invalid_credentials", message: "Wrong e-mail or password." };
  const locked = { code: "account_locked", message: "This account is locked. Write to support@shop.example." };
  const cases = [
    ["wrong password", { ...ADA, password: "wrong" }, 401, wrong],
    ["nobody's e-mail", { ...ADA, email: "nobody@shop.example" }, 401, wrong],
    ["locked account", LOCKED, 423, locked],
    ["locked account, wrong password", { ...LOCKED, password: "wrong" }, 401, wrong],
    ["no password", { email: ADA.email }, 400, { code: "bad_request", message: 'Field "password" is required.' }],
    ["password of another type", { ...ADA, password: {} }, 400, { code: "bad_request", message: 'Field "password" is required.' }],
    ["malformed JSON", '{"email":', 400, { code: "malformed_json", message: "The request body is not valid JSON." }],
    ["too large", "x".repeat(200_000), 413, { code: "too_large", message: "The request body is too large." }],
  ];
  for (const [name, body, status, expected] of cases) {
    assert.deepEqual(await call(api, "POST", "/api/login", { body }), { status, body: expected }, name);
  }
});

test("private routes need a good bearer token", async (t) => {
  const api = await startApi(t);
  const { token } = await login(api, ADA);
  const forged = `${token.split(".").slice(0, 2).join(".")}.${"A".repeat(43)}`;
  for (const path of ["/api/me", "/api/cart", "/api/orders", "/api/orders/events", "/api/feedback"]) {
    assert.equal((await call(api, "GET", path)).body.code, "token_missing", path);
    assert.equal((await call(api, "GET", path, { token: forged })).body.code, "token_invalid", path);
  }
  assert.equal((await call(api, "GET", "/api/me", { token })).body.user.name, "Ada Lovelace");
});

test("an expired token is refused as expired", async (t) => {
  const api = await startApi(t, { JWT_EXPIRES_IN: "0" });
  const { token } = await login(api, ADA);
  const { status, body } = await call(api, "GET", "/api/me", { token });
  assert.deepEqual([status, body.code], [401, "token_expired"]);
});

test("refresh rotates: the new pair works, the old refresh token is refused", async (t) => {
  const api = await startApi(t);
  const { refreshToken } = await login(api, ADA);
  const first = await call(api, "POST", "/api/refresh", { body: { refreshToken } });
  assert.equal(first.status, 200);
  assert.notEqual(first.body.refreshToken, refreshToken);
  assert.equal((await call(api, "GET", "/api/me", { token: first.body.token })).body.user.name, "Ada Lovelace");
  const again = await call(api, "POST", "/api/refresh", { body: { refreshToken } });
  assert.deepEqual([again.status, again.body.code], [401, "invalid_refresh_token"]);
  assert.equal((await call(api, "POST", "/api/refresh", { body: { refreshToken: first.body.refreshToken } })).status, 200);
});

test("refresh tokens are not stored as they are", async (t) => {
  const api = await startApi(t);
  const { refreshToken } = await login(api, ADA);
  await api.stop();
  assert.ok(!fs.readFileSync(api.databaseFile).includes(refreshToken));
});

test("logout revokes the named refresh token, or all of this user's", async (t) => {
  const api = await startApi(t);
  const [phone, laptop, tablet, grace] = [await login(api, ADA), await login(api, ADA), await login(api, ADA), await login(api, GRACE)];
  const refreshStatus = async ({ refreshToken }) => (await call(api, "POST", "/api/refresh", { body: { refreshToken } })).status;
  assert.equal((await call(api, "POST", "/api/logout")).status, 401);
  const logout = await call(api, "POST", "/api/logout", { token: phone.token, body: { refreshToken: phone.refreshToken } });
  assert.deepEqual(logout, { status: 204, body: undefined });
  assert.deepEqual([await refreshStatus(phone), await refreshStatus(laptop)], [401, 200]);
  assert.equal((await call(api, "POST", "/api/logout", { token: phone.token })).status, 204);
  assert.deepEqual([await refreshStatus(tablet), await refreshStatus(grace)], [401, 200]);
});

test("register makes an account once", async (t) => {
  const api = await startApi(t);
  const person = { name: "Alan Turing", email: "alan@shop.example", password: "correct-horse-4" };
  const created = await call(api, "POST", "/api/register", { body: person });
  assert.equal(created.status, 201);
  assert.equal((await call(api, "GET", "/api/me", { token: created.body.token })).body.user.name, "Alan Turing");
  assert.equal((await login(api, person)).user.id, created.body.user.id);
  const again = await call(api, "POST", "/api/register", { body: { ...person, email: "ALAN@shop.example" } });
  assert.deepEqual([again.status, again.body.code], [409, "email_taken"]);
  assert.equal((await call(api, "POST", "/api/register", { body: { ...person, password: "short" } })).status, 400);
});
