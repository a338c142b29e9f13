// Quantiles, and how numbers are written.

/** The value below which the part `q` of the numbers lies. */
export function quantile(numbers, q) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
}

export const median = (numbers) => quantile(numbers, 0.5);

/** With so many digits behind the point, or a dash where nothing was measured. */
export const fixed = (number, digits = 1) => (number === undefined || Number.isNaN(number) ? "–" : number.toFixed(digits));

/** A table in Markdown. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
