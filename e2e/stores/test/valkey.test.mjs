import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "../support/program.mjs";
import { startValkey, startValkeyCluster, startValkeySentinel } from "../valkey.mjs";

let [server, watched, cluster] = [];
before(async () => {
  server = await startValkey();
  watched = await startValkeySentinel();
  cluster = await startValkeyCluster();
});
after(() => Promise.all([server, watched, cluster].map((one) => one?.stop())));

test("a server that was killed has what it acknowledged", async () => {
  await server.cli("SET", "kept", "1");
  await server.kill9();
  await assert.rejects(server.cli("PING"));
  await server.start();
  assert.equal(await server.cli("GET", "kept"), "1");
});

test("a cluster replaces a master that is killed", async () => {
  const [{ master, replicas: [replica] }] = await cluster.shape();
  await master.kill9();
  await until(() => replica.isMaster(), "nobody took the place of the master");
  await master.start();
  await until(async () => !(await master.isMaster()), "the master that came back did not follow");
});

test("a replica is promoted on command", async () => {
  const [{ replicas: [replica] }] = await cluster.shape();
  await replica.promote();
  assert.ok(await replica.isMaster());
});

test("Sentinels replace a server that is killed", async () => {
  const { master, replica, sentinels } = watched;
  await master.kill9();
  const areAgreed = async () => (await Promise.all(sentinels.map((one) => one.master()))).every((one) => one === replica.address);
  await until(areAgreed, "the Sentinels did not choose the replica");
  assert.ok(await replica.isMaster());
});
