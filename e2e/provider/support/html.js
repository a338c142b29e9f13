// Pages without a template engine.
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text that may stand in HTML and in a quoted attribute. */
export const escape = (text) => String(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);

/** A whole page. The icon keeps browsers from asking for one. */
export function page(title, body) {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title><link rel="icon" href="data:,">
<style>body { font: 16px system-ui; max-width: 40rem; margin: 3rem auto } pre { white-space: pre-wrap; word-break: break-all }</style>
</head><body><main><h1>${escape(title)}</h1>${body}</main></body></html>`;
}

/** Anything, readable for people and tests alike. */
export const json = (id, value) => `<pre data-testid="${id}">${escape(JSON.stringify(value, null, 2))}</pre>`;
