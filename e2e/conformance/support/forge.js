// Tokens that no library would make by itself: for what must be refused.
import { hkdfSync } from "node:crypto";
import { base64url, CompactEncrypt, EncryptJWT } from "jose";
import { APP_SECRET, nameOf } from "./next-auth.js";

/** The key of a session cookie: 32 bytes for version 4 and the older form of version 5, otherwise 64. */
function keyOf(major, length) {
  const [salt, info] =
    major === "v4"
      ? ["", "NextAuth.js Generated Encryption Key"]
      : [nameOf("v5"), `Auth.js Generated Encryption Key (${nameOf("v5")})`];
  return new Uint8Array(hkdfSync("sha256", APP_SECRET, salt, info, length));
}

const SEALS = { v4: ["A256GCM", 32], v5: ["A256CBC-HS512", 64] };
const PERSON = { name: "Ada", email: "ada@example.com", sub: "user-ada" };

function jwt(major, header, claims) {
  const [enc, length] = header.enc === "A256GCM" ? ["A256GCM", 32] : SEALS[major];
  return new EncryptJWT({ ...PERSON, ...claims })
    .setProtectedHeader({ alg: "dir", enc, ...header })
    .encrypt(keyOf(major, length));
}

const inOneHour = () => Math.floor(Date.now() / 1000) + 3600;

/** The last letters of a part carry the tag, or are padding: a change in front of them is one for sure. */
function changed(token, part, edit) {
  const parts = token.split(".");
  parts[part] = edit(parts[part]);
  return parts.join(".");
}

const swapped = (text) => (text.startsWith("A") ? "B" : "A") + text.slice(1);
const otherHeader = (change) => (part) =>
  base64url.encode(JSON.stringify({ ...JSON.parse(new TextDecoder().decode(base64url.decode(part))), ...change }));

/** What is done to a token that would be good otherwise. */
export const FORGERIES = {
  nothing: (major) => jwt(major, {}, { exp: inOneHour() }),
  "its tag is shorter": async (major) =>
    changed(await jwt(major, {}, { exp: inOneHour() }), 4, (tag) => tag.slice(0, -4)),
  "its text is changed": async (major) => changed(await jwt(major, {}, { exp: inOneHour() }), 3, swapped),
  "its header names another encryption": async (major) =>
    changed(await jwt(major, {}, { exp: inOneHour() }), 0, otherHeader({ enc: "A128GCM" })),
  "its header says that it is compressed": async (major) =>
    changed(await jwt(major, {}, { exp: inOneHour() }), 0, otherHeader({ zip: "DEF" })),
  "the key is wrapped": (major) =>
    new EncryptJWT({ ...PERSON, exp: inOneHour() })
      .setProtectedHeader({ alg: "A256KW", enc: "A256GCM" })
      .encrypt(keyOf(major, 32)),
  "it is sealed with A128CBC-HS256": (major) =>
    new EncryptJWT({ ...PERSON, exp: inOneHour() })
      .setProtectedHeader({ alg: "dir", enc: "A128CBC-HS256" })
      .encrypt(keyOf(major, 32)),
  "it is a list": (major) =>
    new CompactEncrypt(new TextEncoder().encode('["ada"]'))
      .setProtectedHeader({ alg: "dir", enc: SEALS[major][0] })
      .encrypt(keyOf(major, SEALS[major][1])),
  "it never expires": (major) => jwt(major, {}, {}),
  "it has expired, 8 seconds ago": (major) => jwt(major, {}, { exp: inOneHour() - 3608 }),
  "it has expired, 20 seconds ago": (major) => jwt(major, {}, { exp: inOneHour() - 3620 }),
  "it is not yet good": (major) => jwt(major, {}, { exp: inOneHour() + 9000, nbf: inOneHour() }),
  "it says nothing of anybody": (major) =>
    new EncryptJWT({ value: "random", provider: "first", exp: inOneHour() })
      .setProtectedHeader({ alg: "dir", enc: SEALS[major][0] })
      .encrypt(keyOf(major, SEALS[major][1])),
  "it is the older form of version 5": (major) => jwt(major, { enc: "A256GCM" }, { exp: inOneHour() }),
};
