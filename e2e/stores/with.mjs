// Runs a command while PostgreSQL and Valkey are there, which it finds by variables.
//
// usage: node e2e/stores/with.mjs -- <command> [parameters]
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { startPostgres } from "./postgres.mjs";
import { startValkey, startValkeyCluster, startValkeySentinel } from "./valkey.mjs";

/** The command's end as a shell would tell it. */
function run([command, ...parameters], variables) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { stdio: "inherit", env: { ...process.env, ...variables } });
    process.once("exit", () => child.kill("SIGTERM"));
    child.on("error", reject).on("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

const command = process.argv.slice(process.argv[2] === "--" ? 3 : 2);
if (command.length === 0) {
  console.error("usage: node e2e/stores/with.mjs -- <command> [parameters]");
  process.exit(2);
}

try {
  // One after the other: installing takes a lock.
  const postgres = await startPostgres();
  const valkey = await startValkey();
  const watched = await startValkeySentinel();
  const cluster = await startValkeyCluster();
  const code = await run(command, {
    CROSSGATE_TEST_POSTGRES: postgres.primary.url,
    CROSSGATE_TEST_VALKEY: valkey.url,
    CROSSGATE_TEST_VALKEY_SENTINEL: watched.url,
    CROSSGATE_TEST_VALKEY_CLUSTER: cluster.url,
  });
  await Promise.all([postgres, valkey, watched, cluster].map((server) => server.stop()));
  process.exitCode = code;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
// What is still there goes with this program.
process.exit();
