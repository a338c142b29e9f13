//! People who have accounts at providers.

use serde_json::{Map, Value, json};

/// Somebody's account. The same login has the same `sub` at every provider: only the issuer tells them apart.
pub(super) struct Account {
    pub(super) login: &'static str,
    pub(super) subject: &'static str,
    pub(super) number: u64,
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    pub(super) email_verified: bool,
}

const ACCOUNTS: [Account; 4] = [
    Account {
        login: "ada",
        subject: "subject-of-ada",
        number: 1815,
        name: "Ada King",
        email: "ada@shop.example",
        email_verified: true,
    },
    Account {
        login: "bob",
        subject: "subject-of-bob",
        number: 1912,
        name: "Bob at the Provider",
        email: "bob@shop.example",
        email_verified: true,
    },
    Account {
        login: "eve",
        subject: "subject-of-eve",
        number: 1903,
        name: "Eve at the Provider",
        email: "eve@shop.example",
        email_verified: true,
    },
    // Wrote Ada's address into her profile; nobody has verified it.
    Account {
        login: "mallory",
        subject: "subject-of-mallory",
        number: 666,
        name: "Mallory",
        email: "ada@shop.example",
        email_verified: false,
    },
];

impl Account {
    pub(super) fn of(login: &str) -> &'static Self {
        let found = ACCOUNTS.iter().find(|account| account.login == login);
        found.unwrap_or_else(|| panic!("nobody is called {login:?} at providers"))
    }

    fn picture(&self) -> String {
        format!("https://pictures.example/{}.png", self.login)
    }

    /// The claims of OpenID Connect about a person (OIDC Core §5.1).
    pub(super) fn claims(&self) -> Map<String, Value> {
        let claims = json!({
            "sub": self.subject, "name": self.name, "email": self.email,
            "email_verified": self.email_verified, "picture": self.picture(),
        });
        object(claims)
    }

    /// As an API without OpenID Connect tells it. The address is left out, as most people have it set.
    pub(super) fn profile(&self) -> Map<String, Value> {
        let profile = json!({
            "id": self.number, "login": self.login, "name": self.name, "email": null,
            "avatar_url": self.picture(),
        });
        object(profile)
    }

    /// The addresses of this account, the primary one last.
    pub(super) fn emails(&self) -> Value {
        json!([
            { "email": format!("{}@old.example", self.login), "primary": false, "verified": true },
            { "email": self.email, "primary": true, "verified": self.email_verified },
        ])
    }
}

/// The members of an object.
pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("not an object: {other}"),
    }
}
