// The page of a provider on which people say who they are. It takes their consent for granted.
import { page, escape, json } from "../support/html.js";
import { readForm, redirect, sendHtml } from "../support/server.js";
import { isName } from "./people.js";

/** Signing in, agreeing and choosing an account in one go. */
const agreedBy = (login) => ({ login: { accountId: login }, consent: {}, select_account: {} });
const CANCELLED = { error: "access_denied", error_description: "The person has cancelled." };

/** Answers `/interaction/<uid>` and what its page leads to; says whether the request was one of these. */
export async function interact(provider, title, request, response) {
  const [, uid, action] = /^\/interaction\/([\w-]+)(\/cancel)?$/.exec(request.url) ?? [];
  if (!uid) return false;
  const { params, session } = await provider.interactionDetails(request, response);
  if (action) return finish(provider, request, response, CANCELLED);
  if (request.method === "POST") {
    const { login } = await readForm(request);
    if (isName(login)) return finish(provider, request, response, agreedBy(login));
  }
  sendHtml(response, 200, question(title, request.originalUrl ?? request.url, params, session?.accountId));
  return true;
}

async function finish(provider, request, response, result) {
  redirect(response, await provider.interactionResult(request, response, result, { mergeWithLastSubmission: false }));
  return true;
}

/** The tests read from this page what the request said. */
function question(title, path, params, signedIn) {
  const name = params.login_hint ?? signedIn ?? "";
  const form = `<form method="post" action="${escape(path)}">
    <label>Name <input name="login" value="${escape(name)}" autocomplete="off" required></label>
    <button>Continue</button> <a href="${escape(path)}/cancel">Cancel</a></form>`;
  return page(`Sign in at ${title}`, form + json("parameters", params));
}
