//! People at their browsers.

use crossgate_core::session::{HashedSessionId, SessionId};

use crate::client::{Client, Door, Heard};
use crate::support::{form, json_text};

/// What every request of theirs asks for.
pub(crate) const TARGET: &str = "/api/mine";

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) email: String,
    /// The session cookie, as it stands in a header.
    pub(crate) cookie: String,
    csrf_token: String,
}

impl Person {
    /// Signs somebody in. Everybody has an address of their own.
    pub(crate) async fn sign_in(door: Door, email: &str) -> Self {
        let (mut client, origin) = (Client::new(door.clone()), door.origin);
        let csrf = client.get("/api/auth/csrf", "theme=dark").await.expect("a CSRF token");
        let browser =
            csrf.cookies().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let csrf_token = json_text(&csrf, "/csrfToken");
        let fields = [("email", email), ("password", "correct-horse"), ("csrfToken", &csrf_token)];
        let fields = form(&[fields.as_slice(), &[("callbackUrl", &origin), ("json", "true")]].concat());
        let answer = client.post("/api/auth/callback/credentials", &browser, &fields).await;
        let answer = answer.expect("a sign-in");
        let value = answer.cookies().find(|(name, _)| *name == "crossgate").expect("a session cookie").1;
        let cookie = format!("crossgate={value}");
        let csrf_token =
            json_text(&client.get("/api/auth/csrf", &cookie).await.expect("a token"), "/csrfToken");
        Self { email: email.to_owned(), cookie, csrf_token }
    }

    /// Signs out.
    pub(crate) async fn sign_out(&self, door: Door) -> Heard {
        let fields = form(&[("csrfToken", &self.csrf_token), ("json", "true")]);
        Client::new(door).post("/api/auth/signout", &self.cookie, &fields).await
    }

    /// Whether a gateway says that this person is signed in.
    pub(crate) async fn is_signed_in(&self, door: Door) -> bool {
        let answer = Client::new(door).get("/api/auth/session", &self.cookie).await.expect("a session");
        json_text(&answer, "/user/email") == self.email
    }

    /// Under what the store keeps the session.
    pub(crate) fn session(&self) -> HashedSessionId {
        SessionId::parse(self.cookie.trim_start_matches("crossgate=").as_bytes()).unwrap().hash()
    }
}
