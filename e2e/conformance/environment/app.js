// The app: every page says with which headers it was asked for, and sets the cookies that the query names.
import { serve } from "./serve.js";

const SHOWN = ["cookie", "host", "location", "authorization"];
const isShown = (name) => SHOWN.includes(name) || name.startsWith("x-") || name.startsWith("next-");

/** Starts it. */
export async function startApp() {
  return serve((request, response) => {
    const { searchParams } = new URL(request.url, "http://app");
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => isShown(name)));
    response.setHeader("content-type", "application/json");
    response.setHeader("set-cookie", searchParams.getAll("set"));
    response.end(JSON.stringify({ path: request.url, headers }));
  });
}
