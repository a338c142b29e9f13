// Everybody has an account everywhere, under the name they type.

/** Text that may be somebody's name at a provider. */
export const isName = (login) => /^[a-z][a-z0-9-]{0,40}$/.test(login);

/** Ada Lovelace is `ada`, and her address says so. */
export function personOf(login) {
  const name = login.replace(/^./, (letter) => letter.toUpperCase());
  return { login, name, email: `${login}@id.example`, picture: `https://id.example/${login}.png` };
}
