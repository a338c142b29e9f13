/**
 * People for the tests of an app: what Crossgate would send, signed with a key of the test.
 *
 * ```ts
 * const people = await testIdentities({ publicUrl: "https://shop.example.com" });
 * const server = createServer({ publicUrl: people.publicUrl, keys: people.keys });
 * const headers = await people.headersOf({ subject: "1", user: { role: "admin" } });
 * expect(await server.getSessionFromRequest({ headers })).toMatchObject({ subject: "1" });
 * ```
 *
 * @packageDocumentation
 */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from "jose";
import type { SessionUser } from "../shared/session.js";

/** Somebody who is signed in, for a test. */
export interface TestPerson {
  /** Claim `sub`. */
  readonly subject: string;
  /** Claim `sid`. Default `"test-session"`. */
  readonly sessionHandle?: string | undefined;
  /** The user object; `name`, `email` and `image` in it are claims of their own too. */
  readonly user?: SessionUser | undefined;
  /** For how many seconds the identity counts, default 300. A negative number makes one that has ended. */
  readonly expiresIn?: number | undefined;
}

/** Makes identities that belong to one key. */
export interface TestIdentities {
  /** For the option of the same name of `createServer`. */
  readonly publicUrl: string;
  /** For the option of the same name of `createServer`. */
  readonly keys: JSONWebKeySet;
  /** The value of `X-Crossgate-Identity`. */
  readonly identityOf: (person: TestPerson) => Promise<string>;
  /** The headers that come with this person's requests. */
  readonly headersOf: (person: TestPerson) => Promise<{ "x-crossgate-identity": string }>;
}

/** Somebody who is signed in, and the key set that says so. */
export interface SignedInPerson {
  /** The headers that come with this person's requests. */
  readonly headers: { readonly "x-crossgate-identity": string };
  /** For the option of the same name of `createServer`. */
  readonly keys: JSONWebKeySet;
  /** For the option of the same name of `createServer`. */
  readonly publicUrl: string;
}

/** Settings of {@link testIdentities}. */
export interface TestIdentitiesOptions {
  /** Default `http://localhost:8080`. */
  readonly publicUrl?: string | undefined;
}

/** A throw-away key, and identities that are signed with it. */
export async function testIdentities({ publicUrl = "http://localhost:8080" }: TestIdentitiesOptions = {}): Promise<TestIdentities> {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const identityOf = (person: TestPerson) => {
    const signer = new SignJWT(claimsOf(person, publicUrl));
    return signer.setProtectedHeader({ alg: "ES256", typ: "crossgate-identity+jwt", kid }).sign(privateKey);
  };
  return {
    publicUrl,
    keys: { keys: [{ ...jwk, kid, alg: "ES256", use: "sig" }] },
    identityOf,
    headersOf: async (person) => ({ "x-crossgate-identity": await identityOf(person) }),
  };
}

/** One person with a key of their own. Several people with one key: {@link testIdentities}. */
export async function signedIn(person: TestPerson, options?: TestIdentitiesOptions): Promise<SignedInPerson> {
  const { publicUrl, keys, headersOf } = await testIdentities(options);
  return { publicUrl, keys, headers: await headersOf(person) };
}

function claimsOf({ subject, sessionHandle = "test-session", user = {}, expiresIn = 300 }: TestPerson, publicUrl: string) {
  const now = Math.floor(Date.now() / 1000);
  const { name, email, image } = user;
  return {
    iss: publicUrl,
    aud: publicUrl,
    iat: now,
    exp: now + expiresIn,
    jti: crypto.randomUUID(),
    client_id: "crossgate",
    sub: subject,
    sid: sessionHandle,
    ...Object.fromEntries(Object.entries({ name, email, image }).filter(([, value]) => value != null)),
    user,
  };
}
