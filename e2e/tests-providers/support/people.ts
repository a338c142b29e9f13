// People at providers. Everybody has an account everywhere, under the name they type.
import { randomUUID } from "node:crypto";

export type Person = { login: string; name: string; email: string };

/** Somebody whom no other test knows. */
export function somebody(firstName = "ada"): Person {
  const login = `${firstName}-${randomUUID().slice(0, 8)}`;
  return { login, name: login.replace(/^./, (letter) => letter.toUpperCase()), email: `${login}@id.example` };
}
