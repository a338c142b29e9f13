// The stores that processes can share, each empty and on this machine: where it is, and how much room it takes.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { startPostgres } from "../../e2e/stores/postgres.mjs";
import { until } from "../../e2e/stores/support/program.mjs";
import { startValkey, startValkeyCluster } from "../../e2e/stores/valkey.mjs";
import { STORE } from "../measured.mjs";

const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);

/** Bytes of what lies in a folder. */
const sizeOf = (folder) => sum(readdirSync(folder).map((name) => statSync(join(folder, name)).size));

/** One file, and what has not been taken into it yet. */
async function sqlite(ground) {
  const folder = ground.subfolder("sqlite");
  const size = async () => ({ disk: sizeOf(folder) });
  return { url: `sqlite:${join(folder, STORE)}`, folder, size, stop: async () => {} };
}

/** Tables and indexes, without the log of what was written. */
const OF_THE_SCHEMA = `SELECT sum(pg_total_relation_size(oid)) FROM pg_class
  WHERE relkind = 'r' AND relnamespace = 'crossgate'::regnamespace`;

async function postgres() {
  const { primary, stop } = await startPostgres();
  const size = async () => {
    await primary.sql("CHECKPOINT");
    return { disk: Number(await primary.sql(OF_THE_SCHEMA)) };
  };
  return { url: primary.url, size, stop };
}

/** How long an append-only file may take to be written anew, in milliseconds. */
const REWRITING = 600_000;

/** What servers of a cluster have by default, in milliseconds. */
const PATIENT = 15_000;

async function memoryOf(nodes) {
  return sum(await Promise.all(nodes.map(async (node) => Number(await node.info("used_memory")))));
}

/** A server that writes its append-only file anew has two of them for as long. */
async function isQuiet(node) {
  const fields = await Promise.all(["aof_rewrite_in_progress", "aof_rewrite_scheduled"].map((name) => node.info(name)));
  return fields.every((field) => field === "0");
}

/** Of servers without their replicas, which take as much again. */
async function valkey({ url, stop }, writing) {
  const empty = await memoryOf(await writing());
  const size = async () => {
    const servers = await writing();
    const areQuiet = async () => (await Promise.all(servers.map(isQuiet))).every(Boolean);
    await until(areQuiet, "append-only files were not ready", REWRITING);
    const disk = sum(servers.map(({ folder }) => sizeOf(join(folder, "appendonlydir"))));
    return { memory: (await memoryOf(servers)) - empty, disk };
  };
  return { url, size, stop };
}

async function singleValkey() {
  const server = await startValkey();
  return valkey({ url: server.url, stop: () => server.stop() }, async () => [server]);
}

async function valkeyCluster() {
  const cluster = await startValkeyCluster();
  // Tests want a failover soon. Here all of them share the machine, and one that is only slow shall not be replaced.
  await Promise.all(cluster.nodes.map((node) => node.cli("CONFIG", "SET", "cluster-node-timeout", PATIENT)));
  const masters = async () => (await cluster.shape()).map(({ master }) => master);
  return valkey({ url: cluster.url, stop: () => cluster.stop() }, masters);
}

/** By name: starts it; gives `url`, `size()` in bytes, on the disk and in memory where it lives there, and `stop()`. */
export const STORES = { SQLite: sqlite, PostgreSQL: postgres, Valkey: singleValkey, "Valkey Cluster": valkeyCluster };
