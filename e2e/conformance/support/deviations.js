// Where Crossgate differs from next-auth on purpose, and why. Every difference that a case shows must be one of these,
// and those of each case are written down: it fails when one is gone, and when one more turns up. What is listed here is
// stricter than next-auth, or spares people a failure and opens nothing; what is laxer or broken is a bug and has no place.

/** The same address, absolute and as a browser writes it. */
function writtenOut(address) {
  const absolute = address
    .replace(/^\//, "ORIGIN/")
    .replace(/callbackUrl=ORIGIN(?=&|$)/, "callbackUrl=ORIGIN%2F")
    .replace(/ORIGIN$/, "ORIGIN/");
  return decodeURIComponent(absolute.replaceAll("+", " "));
}

/** The same target for a browser. */
function isSameTarget(reference, gateway) {
  const open = (text) => new URL(text.replace(/^ORIGIN(-IN-CAPITALS)?/, "http://site.example"));
  return (
    reference !== gateway &&
    /^ORIGIN/.test(reference) &&
    /^ORIGIN/.test(gateway) &&
    open(reference).href === open(gateway).href
  );
}

const isText = (value) => typeof value === "string";
const isSet = (cookie) => isText(cookie) && cookie.startsWith("set;");
const isNoCsrf = (value) => /\/signin\?(csrf=true|error=MissingCSRF)$/.test(value);
const becomes = (from, to) => (reference, gateway) => from.test(reference) && to.test(gateway);

export const DEVIATIONS = {
  303: {
    reason: "303 says that a GET follows. After 302 a client may repeat a POST, and with it a password.",
    differences: [
      { at: /status$/, when: (reference, gateway) => reference === 302 && gateway === 303 },
      {
        at: /./,
        when: (reference, gateway) =>
          isText(reference) && /^302 \S+$/.test(reference) && gateway === reference.replace("302", "303"),
      },
    ],
  },
  "addresses in full": {
    reason:
      "Addresses are absolute and are written as a browser writes them, so that nothing of a query gets into a header as it came. The target is the same.",
    differences: [
      { at: /^(body, script|body, page|sign-out|query)$/, when: isSameTarget },
      {
        at: /(location|to)$/,
        when: (reference, gateway) =>
          isText(reference) &&
          isText(gateway) &&
          writtenOut(reference) === decodeURIComponent(gateway.replaceAll("+", " ")) &&
          reference !== gateway,
      },
    ],
  },
  "no callback cookie": {
    reason: "Where to go afterwards stands in the request, not in a cookie that others can plant.",
    differences: {
      at: /cookies?.*callback-url$|(csrf|signIn)\/callback-url$/,
      when: (reference, gateway) => isSet(reference) && gateway === undefined,
    },
  },
  "CSRF cookie only with its token": {
    reason:
      "Only `csrf` and the built-in pages set it. Two requests of a first visit overwrite each other's token otherwise.",
    differences: [
      { at: /cookies\/csrf$/, when: (reference, gateway) => isSet(reference) && gateway === undefined },
      { at: /^$/, when: (reference, gateway) => isNoCsrf(reference) && gateway === "/after" },
    ],
  },
  "CSRF token of this browser": {
    reason:
      "The token is an HMAC over a name of this browser or over the session. A planted cookie proves nothing, and a changed one serves no more.",
    differences: [
      { at: /^(holdsToken|hasHash)$/, when: (reference, gateway) => reference && !gateway },
      { at: /^(pipe|part)$/, when: (reference, gateway) => reference === "ORIGIN/after" && isNoCsrf(gateway) },
    ],
  },
  "origin checked": {
    reason: "A request that changes something must also come from this site, whatever token it carries.",
    differences: [
      { at: /^\d\/to$/, when: (reference, gateway) => reference === "ORIGIN/after" && isNoCsrf(gateway) },
      { at: /^\d\/then$/, when: (reference, gateway) => reference !== "nobody" && gateway === "nobody" },
    ],
  },
  "CSRF refusal is an object": {
    reason: "`null` with 400 makes the v5 client throw in its own error handling.",
    differences: [
      {
        at: /body(\/error)?$/,
        when: (reference, gateway) =>
          (reference ?? undefined) === undefined && (gateway?.error ?? gateway) === "csrf_invalid",
      },
      { at: /^result$/, when: (reference, gateway) => reference?.threw === "TypeError" && gateway === null },
      { at: /^states\/1$/, when: (reference, gateway) => reference === undefined && /^authenticated/.test(gateway) },
    ],
  },
  "session cookie of the server": {
    reason: "The cookie is an id; the session ends when its record says so, not when a browser forgets a cookie.",
    differences: {
      at: /session$/,
      when: (reference, gateway) =>
        /Expires=<30 days>/.test(reference) &&
        isSet(gateway) &&
        gateway === reference.replace("Expires=<30 days>; HttpOnly", "HttpOnly; Max-Age=34560000"),
    },
  },
  "session is not prolonged by asking": {
    reason: "Polling must not keep a session alive, so `session` issues no cookie.",
    differences: { at: /cookies\/session$/, when: (reference, gateway) => isSet(reference) && gateway === undefined },
  },
  "cookie names": {
    reason:
      "On https all names have the prefix `__Host-Http-`, so that neither a sibling domain nor a script can set them. next-auth protects one of its cookies like this.",
    differences: {
      at: /^names\/(session|csrf|callback-url)$/,
      when: (reference, gateway) =>
        /next-auth|authjs/.test(reference) && (gateway === undefined || /^(__Host-Http-)?crossgate/.test(gateway)),
    },
  },
  "no Location beside JSON": {
    reason: "An answer to a script has its address in the body only.",
    differences: { at: /location$/, when: (reference, gateway) => isText(reference) && gateway === undefined },
  },
  "no-store everywhere": {
    reason: "An answer about a session is nobody else's.",
    differences: { at: /cache$/, when: (reference, gateway) => reference === "nothing said" && gateway === "no-store" },
  },
  "ambiguous cookie": {
    reason: "Two values under one name may be a planted one beside the right one, so they name no session.",
    differences: { at: /^body/, when: (reference, gateway) => Boolean(reference) && !gateway },
  },
  "signed out is signed out": {
    reason: "The session's record is gone. A copy of the cookie opens nothing; at next-auth it does until it expires.",
    differences: {
      at: /^$|^after$|^earlier$/,
      when: (reference, gateway) => isText(reference) && reference.includes("@") && gateway === "nobody",
    },
  },
  "bad callback cookie": {
    reason: "A cookie that somebody else planted breaks no endpoint.",
    differences: {
      at: /^\/(session|csrf|providers)$/,
      when: (reference, gateway) => reference === 500 && gateway === 200,
    },
  },
  "an outage is no wrong password": {
    reason: "503, with a sentence (v4) or a code (v5) that says so, and nothing of the API's error.",
    differences: [
      { at: /status$/, when: (reference, gateway) => [200, 401].includes(reference) && gateway === 503 },
      {
        at: /(url|location)$/,
        when: becomes(
          /error=(the%20API|Configuration$)/,
          /error=(Sign-in%20is%20not%20available|Configuration&code=sign_in_unavailable)/,
        ),
      },
    ],
  },
  "a missing field is said": {
    reason: "The person learns that a field is empty; the API is not asked.",
    differences: {
      at: /(url|location)$/,
      when: becomes(/error=CredentialsSignin&(provider|code)=credentials$/, /error=Please%20fill|code=missing_field$/),
    },
  },
  "a locked account has a code": {
    reason: "An app can tell a locked account from a wrong password by `code`; `AccessDenied` says neither.",
    differences: [
      {
        at: /(url|location|to)$/,
        when: becomes(/error=AccessDenied$/, /error=CredentialsSignin&code=account_locked$/),
      },
      { at: /result\/error$/, when: becomes(/^AccessDenied$/, /^CredentialsSignin$/) },
      { at: /result\/code$/, when: becomes(/^<undefined>$/, /^account_locked$/) },
    ],
  },
  "both triggers": {
    reason:
      "Whoever says, in the way of either major, that it is a script gets JSON, so that no script follows a redirect into a page.",
    differences: {
      at: /answer$/,
      when: (reference, gateway) => reference === "302 ORIGIN/after" && gateway === "200 ORIGIN/after",
    },
  },
  "bodies are checked": {
    reason:
      "A form or a JSON object of at most 64 KiB, no field with two values; everything else is refused before anything is done.",
    differences: [
      {
        at: /^answer$/,
        when: becomes(/^(302|400|413) /, /^(400 malformed_body|413 body_too_large|415 unsupported_media_type)$/),
      },
      { at: /^then$/, when: (reference, gateway) => reference === "ada@example.com" && gateway === "nobody" },
    ],
  },
  "an exact set of endpoints": {
    reason: "Other paths follow the route table: the API may have routes there. Here it closes them to strangers.",
    differences: { at: /^(answer)?$/, when: becomes(/^(200|302|400|500)/, /^401 not_signed_in$/) },
  },
  "405 for methods": {
    reason: "The status says what is wrong, and the body is JSON.",
    differences: { at: /^answer$/, when: becomes(/^(400|302) /, /^405 method_not_allowed$/) },
  },
  "404 for callbacks": {
    reason: "There is no such provider, or it has no address to come back to. Nobody is sent to an error page for it.",
    differences: { at: /^answer$/, when: becomes(/^(302|400|500) /, /^404 not_found$/) },
  },
  "HEAD as GET": {
    reason: "HEAD is GET without a body (RFC 9110, section 9.3.2).",
    differences: { at: /^answer$/, when: becomes(/^400/, /^200$/) },
  },
  "no provider, no flow": {
    reason:
      "There is nothing to begin, so the person gets the sign-in page itself: neither a CSRF failure nor a detour.",
    differences: {
      at: /to$|location$/,
      when: becomes(
        /\/api\/auth\/signin(\?csrf=true)?$|error=(Configuration|first)$/,
        /\/api\/auth\/signin$|\/login(\?callbackUrl=ORIGIN%2F)?$/,
      ),
    },
  },
  "parameters of the operator": {
    reason:
      "A page chooses only those parameters of the authorization request that the operator allows; next-auth takes all, `scope` and `client_id` too.",
    differences: [
      {
        at: /navigations\/0\/(prompt|scope)$/,
        when: (reference, gateway) => reference !== gateway && [undefined, "openid profile email"].includes(gateway),
      },
      {
        at: /^(client_id|redirect_uri|response_mode|scope)$/,
        when: becomes(
          /^(another|https:\/\/evil.example\/|fragment|openid everything)$/,
          /^(conformance|ORIGIN\/api\/auth\/callback\/first|undefined|openid profile email)$/,
        ),
      },
    ],
  },
  "a bad address becomes the front page": {
    reason:
      "Names and passwords, other schemes, doubled slashes, backslashes and line breaks lead nowhere, and neither does an address of more than some kilobytes; next-auth passes some of them on and fails at others.",
    differences: {
      at: /^(body, script|body, page|sign-out|query)$/,
      when: (reference, gateway) =>
        gateway === "ORIGIN/" &&
        /^(ORIGIN\/[/\\]|ORIGIN\/<many a>$|ORIGIN\/a\r\n|blob:|http:\/\/user:|text$|(ORIGIN)?\/oops\?error=Configuration$)/.test(
          reference,
        ),
    },
  },
  "addresses are read as browsers read them": {
    reason: "A relative address of this site is one, and no failure.",
    differences: {
      at: /^(body, script|body, page|sign-out|query)$/,
      when: becomes(/^(text|(ORIGIN)?\/oops\?error=Configuration)$/, /^ORIGIN\/a/),
    },
  },
  "no address in a cookie": {
    reason: "A cookie does not say where to go: whoever can plant one would choose.",
    differences: { at: /^$/, when: becomes(/^200 ORIGIN\/from-cookie$/, /^200 ORIGIN\/$/) },
  },
  "one cookie per attempt": {
    reason:
      "State, nonce, verifier and target are sealed in one cookie for each attempt, for ten minutes. It cannot be mixed with that of another attempt.",
    differences: [
      { at: /cookies\/(state|pkce|nonce)$/, when: (reference, gateway) => isText(reference) && gateway === undefined },
      {
        at: /cookies\/attempt$/,
        when: (reference, gateway) =>
          reference === undefined &&
          /^(set; HttpOnly; Max-Age=600|deleted); /.test(gateway.replace("HttpOnly; Max-Age=0; ", "")),
      },
    ],
  },
  "tabs side by side": {
    reason: "Every tab ends its own attempt. At next-auth the second one overwrites the state of the first.",
    differences: { at: /^0$/, when: becomes(/error=(OAuthCallback|Configuration)$/, /^303 ORIGIN\/one$/) },
  },
  "errors of a provider have a code": {
    reason: "Beside next-auth's word stands what happened, so that a page can say whether trying again helps.",
    differences: {
      at: /^(to|again|withOldCookies\/to)$/,
      when: (reference, gateway) =>
        isText(gateway) &&
        gateway.replace(/&code=\w+$/, "") === reference.replace(/^302/, "303") &&
        gateway !== reference,
    },
  },
  "a refused code is a refusal": {
    reason:
      "The provider has answered and refused; next-auth's word for that is the one for other errors of the provider.",
    differences: {
      at: /^to$/,
      when: becomes(
        /error=(OAuthCallback|Configuration)$/,
        /error=(Callback|OAuthCallbackError)&code=provider_refused$/,
      ),
    },
  },
  "begun elsewhere": {
    reason:
      "A sign-in that the app has begun by itself (`signIn()` on the server, version 5) was not begun by Crossgate, which holds the provider's secret; the client's `signIn()` is.",
    differences: [
      { at: /^to$/, when: becomes(/^302 ORIGIN\/after$/, /error=Configuration&code=sign_in_not_begun_here$/) },
      { at: /^then$/, when: (reference, gateway) => reference === "mary@example.com" && gateway === "nobody" },
    ],
  },
  "a claim names the session": {
    reason:
      "`sid` lets Crossgate find the session of a token that the app has sealed anew. It opens nothing by itself.",
    differences: { at: /sid$/, when: (reference, gateway) => reference === undefined && gateway === "string" },
  },
  "only tokens of a session": {
    reason:
      "Only the version's own encryption, with an end, and about somebody. next-auth opens what its library can, and takes for a session whatever it finds.",
    differences: { at: /^who$/, when: (reference, gateway) => reference !== "nobody" && gateway === "nobody" },
  },
  "other cookies are left aside": {
    reason:
      "Pieces have the cookie's name and a number. next-auth joins every cookie whose name begins like that, so any such cookie signs people out.",
    differences: { at: /^$/, when: (reference, gateway) => reference === "nobody" && gateway === "ada@example.com" },
  },
  "an update shows at once": {
    reason: "The answer to update() already says what has changed. In version 4 only the next one does.",
    differences: {
      at: /^(answer\/body|result)\/user\/name$|^states\/1$/,
      when: (reference, gateway) => isText(reference) && gateway === reference.replace(/Ada(?="|$)/, "Ada L."),
    },
  },
};
