// `npm test`: starts everything, runs the cases and the report one after the other, and ends everything.
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Environment } from "./environment/main.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const CASES = "test/cases";
const REPORT = "test/report.test.js";

/** The report comes last; node's runner keeps the order of names, and one file is run at a time. */
const filesOf = (chosen) =>
  chosen.length > 0 ? chosen : [...fs.readdirSync(path.join(HERE, CASES)).map((name) => `${CASES}/${name}`), REPORT];

async function run(environment, results) {
  const isWriting = process.argv.includes("--write-report");
  const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
  const variables = {
    CONFORMANCE: environment.describe(),
    CONFORMANCE_RESULTS: results,
    ...(isWriting && { CONFORMANCE_WRITES: "1" }),
  };
  const child = spawn(
    process.execPath,
    ["--test", "--test-concurrency=1", "--test-reporter=spec", ...filesOf(chosen)],
    {
      cwd: HERE,
      env: { ...process.env, ...variables },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  const [code] = await once(child, "exit");
  return code ?? 1;
}

const results = fs.mkdtempSync(path.join(os.tmpdir(), "crossgate-conformance-results-"));
const environment = await Environment.start();
try {
  process.exitCode = await run(environment, results);
} finally {
  await environment.stop();
  fs.rmSync(results, { recursive: true, force: true });
}
