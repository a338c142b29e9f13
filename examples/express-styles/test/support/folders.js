import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of all styles. */
export const HERE = fileURLToPath(new URL("../..", import.meta.url));
/** Where a style is. */
export const folderOf = (style) => path.join(HERE, style.folder);
/** Where its configuration is. */
export const configOf = (style) => path.join(folderOf(style), style.config ?? "crossgate.toml");
