// Who may sign in, and what becomes of it. Crossgate asks the API; the reference asks the same API in `authorize`.

/** The one password that is right. */
export const PASSWORD = "correct horse";

const person = (name, more = {}) => ({
  id: `user-${name.toLowerCase()}`,
  name,
  email: `${name.toLowerCase()}@example.com`,
  image: "http://img.example/x.png",
  ...more,
});

/** By e-mail address. `brief` has a token that ends at once, so that the first call has to renew it. */
const PEOPLE = {
  "ada@example.com": { user: person("Ada", { role: "admin" }) },
  "grace@example.com": { user: person("Grace", { role: "reader" }) },
  "brief@example.com": { user: person("Brief"), expiresIn: 1 },
  "bare@example.com": { user: { id: "user-bare" } },
  "refused@example.com": { user: person("Refused"), isRefused: true },
  "message@example.com": { refusal: { message: "Falsch: 3 Versuche übrig & mehr?", code: "three_left" } },
  "broken@example.com": { isBroken: true },
};

/** Somebody about whom there is as much to say as their address asks for: `size-4000@example.com`. */
function personOfSize(email = "") {
  const [, size] = /^size-(\d+)@/.exec(email) ?? [];
  return size && { user: { ...person("Size"), email, note: "x".repeat(Number(size)) } };
}

/** Whom the API knows by this address. */
export const personAt = (email) => PEOPLE[email] ?? personOfSize(email);
