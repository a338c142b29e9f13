// An Express API that installs its Express and the package.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { environment } from "./command.js";
import { install } from "./install.js";
import { Program } from "../../../examples/express-styles/test/support/program.js";

const SOURCES = fileURLToPath(new URL("../api", import.meta.url));

/** Creates the project of one Express. */
export async function create({ name, express }, folder, { tarballs, isWriting }) {
  const project = path.join(folder, name);
  fs.cpSync(SOURCES, project, { recursive: true });
  fs.writeFileSync(path.join(project, "package.json"), JSON.stringify({ name, version: "1.0.0", private: true }));
  await install({ folder: project, name, isWriting }, [express, tarballs["@crossgate/express"]]);
}

/** What it says about itself. */
export const kindOf = ({ project, server }) => `${project.name} by ${server}`;

/** Starts it, and waits until it listens. */
export async function start({ project, server }, folder, variables) {
  const options = { cwd: path.join(folder, project.name), env: environment(variables) };
  const program = new Program(`the API ${project.name}`, process.execPath, [server], options);
  await program.heard(/^the API is ready$/);
  return program;
}
