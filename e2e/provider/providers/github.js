// Like GitHub: OAuth 2 with a page, errors under status 200, and two places that say who somebody is.
import { createHash, randomBytes } from "node:crypto";
import { gateways } from "../support/environment.js";
import { escape, json, page } from "../support/html.js";
import { bearerToken, readForm, redirect, sendHtml, sendJson } from "../support/server.js";
import { clientSecret } from "./openid.js";
import { isName, personOf } from "./people.js";

const DENIED = { error: "access_denied", error_description: "The user has denied your application access." };
const BAD_CODE = { error: "bad_verification_code", error_description: "The code passed is incorrect or expired." };
const BAD_CLIENT = { error: "incorrect_client_credentials", error_description: "The client_id and/or client_secret passed are incorrect." };

const randomText = () => randomBytes(20).toString("hex");
const challengeOf = (verifier) => createHash("sha256").update(verifier ?? "").digest("base64url");

/** Why a request for authorization is refused without sending anybody back; absent if it is not. */
function problemOf(query) {
  const gateway = gateways().find(({ name }) => query.get("client_id") === `crossgate-${name}`);
  if (!gateway) return "There is no such client.";
  if (query.get("redirect_uri") !== `${gateway.url}/api/auth/callback/github`) return "The redirect_uri is not associated with this application.";
  if (!query.get("state")) return "The request has no state.";
  if (query.get("code_challenge_method") !== "S256" || !query.get("code_challenge")) return "The request has no S256 challenge.";
  return undefined;
}

function question(query) {
  const field = ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`;
  const form = `<form method="post" action="/login/oauth/authorize">${[...query].map(field).join("")}
    <label>Name <input name="login_name" value="${escape(query.get("login") ?? "")}" autocomplete="off"></label>
    <button name="authorize" value="1">Authorize</button> <button name="authorize" value="0" formnovalidate>Cancel</button></form>`;
  return page("Sign in at GitHub", form + json("parameters", Object.fromEntries(query)));
}

/** A GitHub without people: whoever comes is somebody. */
export function github() {
  const codes = new Map();
  const tokens = new Map();

  function sendBack(response, { redirect_uri: target, state }, answer) {
    const url = new URL(target);
    for (const [name, value] of Object.entries({ ...answer, state })) url.searchParams.set(name, value);
    redirect(response, url.href);
  }

  async function authorize(request, response, query) {
    const form = request.method === "POST" ? await readForm(request) : undefined;
    const problem = problemOf(form ? new URLSearchParams(form) : query);
    if (problem) return sendHtml(response, 400, page("GitHub", escape(problem)));
    if (!form) return sendHtml(response, 200, question(query));
    if (form.authorize !== "1") return sendBack(response, form, DENIED);
    if (!isName(form.login_name)) return sendHtml(response, 200, question(new URLSearchParams(form)));
    const code = randomText();
    codes.set(code, form);
    sendBack(response, form, { code });
  }

  /** What a code is worth; a code is worth something once. */
  function redeem(form) {
    const begun = codes.get(form.code);
    codes.delete(form.code);
    if (form.client_secret !== clientSecret()) return BAD_CLIENT;
    const fits = begun?.client_id === form.client_id && begun?.redirect_uri === form.redirect_uri;
    if (!fits || challengeOf(form.code_verifier) !== begun.code_challenge) return BAD_CODE;
    const token = `gho_${randomText()}`;
    tokens.set(token, personOf(begun.login_name));
    return { access_token: token, token_type: "bearer", scope: "read:user,user:email" };
  }

  /** JSON for those who ask for it, as GitHub has it; everybody else gets a form. */
  async function giveToken(request, response) {
    const answer = redeem(await readForm(request));
    if (request.headers.accept?.includes("application/json")) return sendJson(response, 200, answer);
    response.writeHead(200, { "content-type": "application/x-www-form-urlencoded" }).end(new URLSearchParams(answer).toString());
  }

  const numberOf = (login) => createHash("sha256").update(login).digest().readUInt32BE();
  const profileOf = ({ login, name, picture }) => ({ id: numberOf(login), login, name, avatar_url: picture, email: null });
  const emailsOf = ({ email, login }) => [
    { email: `${login}@users.noreply.example`, primary: false, verified: false, visibility: null },
    { email, primary: true, verified: true, visibility: "private" },
  ];

  function tell(request, response, read) {
    if (!request.headers["user-agent"]) return sendJson(response, 403, { message: "Request forbidden by administrative rules." });
    const person = tokens.get(bearerToken(request));
    return person ? sendJson(response, 200, read(person)) : sendJson(response, 401, { message: "Bad credentials" });
  }

  return (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://github");
    switch (pathname) {
      case "/login/oauth/authorize": return authorize(request, response, searchParams);
      case "/login/oauth/access_token": return giveToken(request, response);
      case "/user": return tell(request, response, profileOf);
      case "/user/emails": return tell(request, response, emailsOf);
      default: return sendJson(response, 404, { message: "Not Found" });
    }
  };
}
