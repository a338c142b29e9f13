//! An ordinary API that knows nothing of gateways: people, a login, tokens, orders.

mod tokens;

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::TestClock;
use crate::upstream::{Reply, Seen, Upstream};
use tokens::Tokens;

pub use tokens::Rotation;

/// Somebody with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: &'static str,
    /// The e-mail address they sign in with.
    pub email: &'static str,
    /// The password.
    pub password: &'static str,
    /// The id in the API: a number, as in most databases.
    pub id: u64,
    /// The role.
    pub role: &'static str,
}

/// An administrator, whose password has everything that formats treat specially.
pub const ADA: Person = Person {
    name: "Ada Lovelace",
    email: "ada@shop.example",
    password: " pä\"ss\\w&o=r+d%41{email}🔑 ",
    id: 1,
    role: "admin",
};

/// A customer.
pub const BOB: Person = Person {
    name: "Bob",
    email: "bob@shop.example",
    password: "correct horse battery staple",
    id: 2,
    role: "customer",
};

/// Somebody whose account is locked.
pub const EVE: Person =
    Person { name: "Eve", email: "eve@shop.example", password: "let me in please", id: 3, role: "customer" };

/// The scripted API. What it does with requests in general is in [`Upstream`].
#[derive(Clone)]
pub struct Api {
    upstream: Upstream,
    accounts: Rc<Accounts>,
}

struct Accounts {
    tokens: Rc<Tokens>,
    /// Accounts at providers that were linked.
    links: RefCell<HashMap<String, Person>>,
}

impl Deref for Api {
    type Target = Upstream;

    fn deref(&self) -> &Upstream {
        &self.upstream
    }
}

impl Api {
    pub(crate) fn start(clock: &Arc<TestClock>) -> Self {
        let accounts =
            Rc::new(Accounts { tokens: Tokens::new(Arc::clone(clock)), links: RefCell::default() });
        let usual = Rc::clone(&accounts);
        Self { upstream: Upstream::start(move |seen| usual.reply(seen)), accounts }
    }

    /// From now on its tokens are JWTs that end at this second (Unix time).
    pub fn issue_tokens_until(&self, seconds: i64) {
        self.accounts.tokens.expiry.set(Some(seconds));
    }

    /// From now on its tokens live this long, and it says so.
    pub fn issue_tokens_for(&self, lifetime: Duration) {
        self.accounts.tokens.lifetime.set(Some(lifetime));
    }

    /// What it does with refresh tokens.
    pub fn rotate(&self, rotation: Rotation) {
        self.accounts.tokens.rotation.set(rotation);
    }

    /// Whether this person could still have tokens renewed there.
    #[must_use]
    pub fn has_live_refresh_token(&self, person: Person) -> bool {
        self.accounts.tokens.has_live_refresh_token(person)
    }

    /// What it usually replies.
    #[must_use]
    pub fn usual(&self, seen: &Seen) -> Reply {
        self.accounts.reply(seen)
    }

    /// What it answers when it lets somebody in: who it is, and fresh tokens.
    ///
    /// # Panics
    /// When nobody has this address.
    #[must_use]
    pub fn welcome(&self, email: &str) -> Value {
        let person = [ADA, BOB, EVE].into_iter().find(|person| person.email == email);
        self.accounts.welcome(person.expect("somebody of ours"))
    }

    /// Whose token this request carries.
    #[must_use]
    pub fn person_of(&self, seen: &Seen) -> Option<Person> {
        self.accounts.person_of(seen)
    }
}

impl Accounts {
    fn reply(&self, seen: &Seen) -> Reply {
        match (seen.method.as_str(), seen.path()) {
            ("POST", "/api/login") => self.login(&seen.json()),
            ("POST", "/api/accounts/from-provider") => self.whom(&seen.json()),
            ("POST", "/api/refresh") => self.refresh(&seen.json()),
            ("POST", "/api/logout") => {
                self.tokens.end(seen.json()["refreshToken"].as_str().unwrap_or_default());
                Reply::status(204)
            }
            (_, "/api/me" | "/api/orders") => match self.person_of(seen) {
                Some(person) => Reply::json(200, &json!({ "orders": [], "user": user(person) })),
                None => Reply::json(401, &json!({ "message": "jwt must be provided" })),
            },
            _ => Reply::json(200, &json!({ "method": seen.method, "target": seen.target })),
        }
    }

    fn login(&self, body: &Value) -> Reply {
        let by_email = [ADA, BOB, EVE].into_iter().find(|person| body["email"] == person.email);
        match by_email.filter(|person| body["password"] == person.password) {
            None => Reply::json(
                401,
                &json!({ "message": "That e-mail and password do not match.", "code": "bad_credentials" }),
            ),
            Some(person) if person == EVE => {
                Reply::json(423, &json!({ "message": "Your account is locked. Call us.", "code": "locked" }))
            }
            Some(person) => Reply::json(200, &self.welcome(person)),
        }
    }

    /// Who somebody from a provider is. People are known by issuer and subject once they were linked; before that, by
    /// an address that the provider has verified.
    fn whom(&self, body: &Value) -> Reply {
        let key = format!("{} {}", body["issuer"], body["subject"]);
        let everybody = [ADA, BOB, EVE];
        if let Some(id) = body["link_to"].as_str() {
            let person = everybody.into_iter().find(|person| person.id.to_string() == id);
            let person = person.expect("somebody of ours links an account");
            self.links.borrow_mut().insert(key, person);
            return Reply::json(200, &self.welcome(person));
        }
        let linked = self.links.borrow().get(&key).copied();
        let by_email = everybody.into_iter().find(|person| body["email"] == person.email);
        match linked.or(by_email.filter(|_| body["email_verified"] == true)) {
            None => Reply::json(403, &json!({ "message": "Nobody here knows you.", "code": "unknown" })),
            Some(person) if person == EVE => {
                Reply::json(423, &json!({ "message": "Your account is locked. Call us.", "code": "locked" }))
            }
            Some(person) => Reply::json(200, &self.welcome(person)),
        }
    }

    fn refresh(&self, body: &Value) -> Reply {
        match self.tokens.renew(body["refreshToken"].as_str().unwrap_or_default()) {
            Some(tokens) => Reply::json(200, &tokens),
            None => Reply::json(401, &json!({ "message": "Please sign in again." })),
        }
    }

    fn welcome(&self, person: Person) -> Value {
        let mut answer = self.tokens.begin(person);
        answer["user"] = user(person);
        answer
    }

    fn person_of(&self, seen: &Seen) -> Option<Person> {
        let value = seen.header("authorization").or_else(|| seen.header("x-access-token"))?;
        self.tokens.person_of(value.rsplit(' ').next()?)
    }
}

fn user(person: Person) -> Value {
    json!({
        "id": person.id, "name": person.name, "email": person.email, "role": person.role,
        "verified": true, "address": { "country": "AT" },
    })
}
