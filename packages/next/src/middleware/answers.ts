// Answers to requests that may not go on, in the caller's language.
import { NextResponse, type NextRequest } from "next/server.js";
import { ServerError } from "../gateway/server-error.js";

type Caller = "navigation" | "action" | "script";

/** Judges by headers that scripts cannot set where there are any. */
function callerOf({ method, headers }: NextRequest, isData: boolean): Caller {
  if (headers.has("next-action")) return "action";
  if (isData || headers.has("rsc") || headers.has("x-nextjs-data")) return "script";
  const mode = headers.get("sec-fetch-mode");
  if (mode !== null) return mode === "navigate" ? "navigation" : "script";
  return method === "GET" && headers.get("accept")?.includes("text/html") ? "navigation" : "script";
}

/** Leads a person to the sign-in page. Next.js's own scripts get a status upon which they navigate themselves. */
export function toSignIn(request: NextRequest, address: URL, isData: boolean): NextResponse {
  const caller = callerOf(request, isData);
  if (caller === "navigation") return uncached(NextResponse.redirect(address, 303));
  const answer = asJson(new ServerError("not_signed_in", "nobody is signed in"));
  if (caller === "action") answer.headers.set("x-action-redirect", `${address};push`);
  return answer;
}

/** A sentence for a person, JSON for a script. */
export function refuse(request: NextRequest, error: ServerError, isData: boolean): NextResponse {
  const answer = asJson(error);
  if (callerOf(request, isData) !== "navigation") return answer;
  answer.headers.set("content-type", "text/plain; charset=utf-8");
  return new NextResponse(error.publicMessage, { status: error.status, headers: answer.headers });
}

function asJson(error: ServerError): NextResponse {
  const { body, status, headers } = error.toResponse();
  return new NextResponse(body, { status, headers });
}

function uncached(answer: NextResponse): NextResponse {
  answer.headers.set("cache-control", "no-store");
  return answer;
}
