// `npm test`, with `-- --seed 7 --paths 200000` to repeat a run or to try more.
import { after } from "node:test";
import { MAJORS, VARIANTS, buildOf } from "./support/builds.js";
import "./test/claims.test.js";
import "./test/paths.test.js";

// Programs that are started do not keep us: while one of them stops there may be nothing else to wait for.
const waiting = setInterval(() => {}, 1000);
after(() => clearInterval(waiting));

// All are built while the first ones are tried. Whoever needs one that fails says so.
for (const major of MAJORS) for (const variant of Object.keys(VARIANTS)) buildOf(major, variant).catch(() => {});
