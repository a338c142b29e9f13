import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import { startPostgres } from "../postgres.mjs";
import { accepts } from "../support/program.mjs";

let servers;
before(async () => (servers = await startPostgres({ replica: true, synchronous: true })));
after(() => servers?.stop());

test("a primary that is frozen answers nothing, and goes on where it was", async () => {
  await servers.primary.sql("CREATE TABLE kept (number int)");
  servers.primary.pause();
  let isAnswered = false;
  const asked = servers.primary.sql("SELECT 1").finally(() => (isAnswered = true));
  assert.ok(await accepts(servers.primary.port), "the system still takes connections");
  // As long as an answer takes.
  assert.equal(await servers.replica.sql("SELECT 1"), "1");
  assert.ok(!isAnswered);
  servers.primary.resume();
  assert.equal(await asked, "1");
});

test("what was acknowledged before a primary is killed is there when its replica takes over", async () => {
  await servers.primary.sql("INSERT INTO kept SELECT generate_series(1, 1000)");
  await servers.primary.kill9();
  await assert.rejects(servers.primary.sql("SELECT 1"));
  await assert.rejects(servers.replica.sql("INSERT INTO kept VALUES (0)"), /read-only/);
  await servers.replica.promote();
  assert.equal(await servers.replica.sql("SELECT count(*) FROM kept"), "1000");
  await servers.replica.sql("INSERT INTO kept VALUES (0)");
});

test("a primary that was killed comes back by itself", async () => {
  await servers.primary.start();
  assert.equal(await servers.primary.sql("SELECT count(*) FROM kept"), "1000");
  await servers.primary.stop();
  assert.ok(existsSync(servers.primary.data), "the data stay until the tests end");
});
