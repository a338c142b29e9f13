// next-auth's client as a browser gets it from a Next.js app: bundled, and not changed.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The scripts by name. */
export async function bundle(names) {
  const { outputFiles } = await build({
    entryPoints: names.map((name) => fileURLToPath(new URL(`client/${name}.jsx`, import.meta.url))),
    bundle: true,
    write: false,
    outdir: "assets",
    jsx: "automatic",
    // Next.js puts its own values in place of these.
    define: { "process.env.NODE_ENV": '"production"', "process.env": "{}" },
  });
  return new Map(outputFiles.map(({ path, text }) => [/(\w+)\.js$/.exec(path)[1], text]));
}
