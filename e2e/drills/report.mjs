// The figures of a drill beside their bars, and where they are written down.
import { readFileSync, writeFileSync } from "node:fs";
import { fixed, table } from "../../bench/lib/numbers.mjs";

const PAGE = new URL("../../docs/reference/drills.md", import.meta.url);
/** Seconds from the end of a fault until everything succeeds. */
const RECOVERS = 15;

const none = (name, key) => ({ name: `${name} (0)`, figure: (figures) => figures[key], isMet: (figures) => figures[key] === 0 });

const total = ({ failed }) => Object.values(failed).reduce((sum, one) => sum + one, 0);
const byAnswer = ({ failed }) => Object.entries(failed).map(([answer, count]) => `${count} × ${answer}`).join(", ") || "0";

/** The columns of the table, each with what must hold. */
const BARS = [
  none("sign-outs caused", "signOutsCaused"),
  {
    name: "acknowledged sign-ins lost (0)",
    figure: ({ signInsLost: all, signInsLostBeyond: beyond }) => (all > beyond ? `${all}, of which ${beyond} older than 2 s` : all),
    isMet: ({ signInsLostBeyond }) => signInsLostBeyond === 0,
  },
  none("sign-outs undone", "signOutsUndone"),
  none("cookies cleared", "cookiesCleared"),
  none("answers for somebody else", "foreign"),
  none("5xx for strangers", "anonymous"),
  {
    name: "failed requests of people signed in (0 where it is planned)",
    figure: byAnswer,
    isMet: (figures, drill) => !drill.isPlanned || total(figures) === 0,
    isBar: (drill) => drill.isPlanned,
  },
  {
    name: `s from the fault, and from its end (≤ ${RECOVERS}), until all succeeds`,
    figure: ({ isWell, sinceFault, sinceEnd }) => (isWell ? `${fixed(sinceFault / 1000)}, ${fixed(sinceEnd / 1000)}` : "never"),
    isMet: ({ isWell, sinceEnd }) => isWell && sinceEnd <= RECOVERS * 1000,
  },
];

export const isGood = (drill) => (figures) => BARS.every(({ isMet }) => isMet(figures, drill));

const mark = (isMet) => (isMet ? "✓" : "✗");

function cells(drill, { figures, error }) {
  if (error) return [`${error.message} ✗`, ...BARS.slice(1).map(() => "–")];
  const marked = ({ isMet, isBar = () => true }) => (isBar(drill) ? ` ${mark(isMet(figures, drill))}` : "");
  return BARS.map((bar) => `${bar.figure(figures)}${marked(bar)}`);
}

function share({ figures }) {
  if (!figures) return "–";
  const { people, answers, signIns, signOuts } = figures;
  return `${people} people, ${answers} answers, ${signIns.done} sign-ins, ${signOuts.done} sign-outs`;
}

/** What happened on one store, in Markdown. */
export function markdownOf({ drills, measures }, about) {
  const head = ["drill", ...BARS.map(({ name }) => name), "what there was to lose"];
  const rows = drills.map(({ drill, outcome }) => [drill.what, ...cells(drill, outcome), share(outcome)]);
  const all = measures.flatMap((outcome) => outcome.rows);
  const measured = all.map(({ name, figure, bar, isMet }) => [name, figure, bar, mark(isMet)]);
  const tables = [];
  if (rows.length > 0) tables.push(table(head, rows));
  if (measured.length > 0) tables.push(table(["measured", "figure", "bar", ""], measured));
  return [about, ...tables].join("\n\n");
}

/** Puts it between the markers of this store in the page. */
export function write(storeName, markdown) {
  const [begin, end] = [`<!-- begin: drills on ${storeName} -->`, `<!-- end: drills on ${storeName} -->`];
  const page = readFileSync(PAGE, "utf8");
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`docs/reference/drills.md has no markers for ${storeName}`);
  writeFileSync(PAGE, `${before}${begin}\n${markdown}\n${end}${after}`);
}
