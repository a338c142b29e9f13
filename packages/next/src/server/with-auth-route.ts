// Route handlers of the App Router.
import { ServerError } from "../gateway/server-error.js";

/** As a route handler, and it knows who is asking. `context` has `params`, as Next.js hands it over. */
export type RouteHandlerWithSession<S, R extends Request, C> = (request: R, session: S, context: C) => Response | Promise<Response>;

/** A route handler for people who are signed in. */
export function withAuthRoute<S, R extends Request, C>(
  requireSession: () => Promise<S>,
  handler: RouteHandlerWithSession<S, R, C>,
): (request: R, context: C) => Promise<Response> {
  return async (request, context) => {
    try {
      return await handler(request, await requireSession(), context);
    } catch (error) {
      // What Next.js throws, and what the app does, is theirs.
      if (error instanceof ServerError) return answerTo(error);
      throw error;
    }
  };
}

/** A stranger is an everyday answer; the rest is for the operator. */
function answerTo(error: ServerError): Response {
  if (error.status >= 500) console.error(`[crossgate] ${error.message}`);
  return error.toResponse();
}
