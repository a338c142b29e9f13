// Deviations that refuse nothing more than next-auth does. All others are stricter.

/** Names in `DEVIATIONS`, and why nothing is open through them that is closed at next-auth. */
export const KINDER = {
  "CSRF refusal is an object": "It is refused all the same.",
  "bad callback cookie": "The cookie is not read at all.",
  "an outage is no wrong password": "Nobody is signed in.",
  "a missing field is said": "Nobody is signed in.",
  "a locked account has a code": "Nobody is signed in. What a page learns is what the API says.",
  "HEAD as GET": "It is judged as GET is, and changes nothing.",
  "no provider, no flow": "It shows what anybody may see, and begins nothing.",
  "addresses are read as browsers read them": "They are judged after they were read.",
  "tabs side by side": "Each attempt has a state, a nonce and a verifier of its own.",
  "errors of a provider have a code": "Nobody is signed in.",
  "a refused code is a refusal": "Nobody is signed in.",
  "a claim names the session": "It opens nothing, and only the app can read it.",
  "other cookies are left aside": "They name no session.",
  "an update shows at once": "The same claims change, and no others.",
};
