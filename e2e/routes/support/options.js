// How much is tried, and from where chance begins.
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: process.env.CROSSGATE_ROUTES_SEED ?? "20261127" },
    paths: { type: "string", default: process.env.CROSSGATE_ROUTES_PATHS ?? "20000" },
    // Every path is asked of the gateway, and each so many-th of the app itself.
    "every-nth": { type: "string", default: process.env.CROSSGATE_ROUTES_EVERY_NTH ?? "4" },
  },
});

export const options = { seed: Number(values.seed), paths: Number(values.paths), everyNth: Number(values["every-nth"]) };
