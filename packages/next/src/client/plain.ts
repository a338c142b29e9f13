// The client of those who have nothing to say about it.
import { createClient } from "./client.js";

export const client = /* @__PURE__ */ createClient();
