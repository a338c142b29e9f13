import assert from "node:assert/strict";
import test from "node:test";
import { ADA, call, GRACE, login, startApi } from "../support/startApi.js";

/** Reads a stream of server-sent events until `wanted` is in what has come so far. */
async function readUntil(reader, wanted) {
  let text = "";
  while (!text.includes(wanted)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the stream ended after: ${text}`);
    text += value;
  }
  return text;
}

test("products are public", async (t) => {
  const api = await startApi(t);
  const { products } = (await call(api, "GET", "/api/products")).body;
  assert.equal(products.length, 8);
  assert.deepEqual((await call(api, "GET", "/api/products/1")).body.product, products[0]);
  for (const path of ["/api/products/999", "/api/products/one", "/api/nothing", "/nothing"]) {
    const { status, body } = await call(api, "GET", path);
    assert.deepEqual([status, body.code], [404, "not_found"], path);
  }
});

test("everybody sees only their own orders", async (t) => {
  const api = await startApi(t);
  const [ada, grace] = [await login(api, ADA), await login(api, GRACE)];
  const notes = async ({ token }) => (await call(api, "GET", "/api/orders", { token })).body.orders.map((order) => order.note);
  assert.deepEqual(await notes(ada), ["A birthday present for Charles", "For the notes on the Analytical Engine"]);
  assert.deepEqual(await notes(grace), ["For the compiler team"]);
  assert.equal((await call(api, "GET", "/api/orders/1003", { token: grace.token })).body.order.note, "For the compiler team");
  const { status, body } = await call(api, "GET", "/api/orders/1003", { token: ada.token });
  assert.deepEqual([status, body.code], [404, "not_found"]);
});

test("a cart becomes an order that is still there after a restart", async (t) => {
  const api = await startApi(t);
  const { token } = await login(api, ADA);
  await call(api, "DELETE", "/api/cart/5", { token });
  await call(api, "POST", "/api/cart", { token, body: { productId: 7, quantity: 2 } });
  const cart = (await call(api, "POST", "/api/cart", { token, body: { productId: 7, quantity: 1 } })).body;
  assert.deepEqual(cart, { items: [{ productId: 7, name: "Enamel mug", priceCents: 1600, quantity: 3, lineTotalCents: 4800 }], totalCents: 4800 });
  const { status, body } = await call(api, "POST", "/api/orders", { token, body: { note: "For the office" } });
  assert.equal(status, 201);
  await api.restart();
  assert.deepEqual((await call(api, "GET", `/api/orders/${body.order.id}`, { token })).body.order, body.order);
  assert.deepEqual((await call(api, "GET", "/api/cart", { token })).body, { items: [], totalCents: 0 });
  assert.equal((await call(api, "POST", "/api/orders", { token })).body.code, "cart_empty");
});

test("the cart takes only real products in sensible numbers", async (t) => {
  const api = await startApi(t);
  const { token } = await login(api, ADA);
  const cases = [
    [{ productId: 999 }, 404],
    [{ productId: "1" }, 400],
    [{ productId: 1, quantity: 0 }, 400],
    [{ productId: 1, quantity: 1.5 }, 400],
    [{ productId: 1, quantity: 100 }, 400],
    [{}, 400],
  ];
  for (const [body, status] of cases) {
    assert.equal((await call(api, "POST", "/api/cart", { token, body })).status, status, JSON.stringify(body));
  }
});

test("the event stream tells a user about their own orders only", async (t) => {
  const api = await startApi(t);
  const [ada, grace] = [await login(api, ADA), await login(api, GRACE)];
  const response = await fetch(`${api.url}/api/orders/events`, { headers: { authorization: `Bearer ${ada.token}` } });
  assert.match(response.headers.get("content-type"), /^text\/event-stream/);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  await readUntil(reader, ": connected\n\n");
  await call(api, "POST", "/api/orders", { token: grace.token, body: { note: "Grace's" } });
  await call(api, "POST", "/api/orders", { token: ada.token, body: { note: "Ada's" } });
  const text = await readUntil(reader, "\n\n");
  assert.match(text, /^event: order\nid: \d+\ndata: .*"note":"Ada's"/);
  assert.ok(!text.includes("Grace's"));
  await reader.cancel();
});

test("feedback is kept for the person who wrote it", async (t) => {
  const api = await startApi(t);
  const [ada, grace] = [await login(api, ADA), await login(api, GRACE)];
  assert.equal((await call(api, "POST", "/api/feedback", { token: ada.token, body: { text: "More ink, please." } })).status, 201);
  const { feedback } = (await call(api, "GET", "/api/feedback", { token: ada.token })).body;
  assert.deepEqual(feedback.map((entry) => entry.text), ["More ink, please."]);
  assert.deepEqual((await call(api, "GET", "/api/feedback", { token: grace.token })).body.feedback, []);
  assert.equal((await call(api, "POST", "/api/feedback", { token: ada.token, body: { text: " " } })).status, 400);
});
