//! The API's tokens: access tokens that end, refresh tokens that rotate, and families of them that die when one is used
//! twice.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crossgate_core::time::{Clock, Timestamp};
use serde_json::{Value, json};

use super::Person;
use crate::clock::TestClock;

/// What happens to refresh tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Rotation {
    /// Each is good once; a second use ends everything that came of the sign-in (RFC 9700 §4.14.2).
    #[default]
    DetectsReuse,
    /// Each is good once; a second use is refused.
    Once,
    /// They stay what they are.
    Never,
}

#[derive(Clone, Copy)]
struct AccessToken {
    person: Person,
    family: usize,
    ends_at: Option<Timestamp>,
}

#[derive(Clone, Copy)]
struct RefreshToken {
    person: Person,
    family: usize,
    is_used: bool,
}

pub(super) struct Tokens {
    clock: Arc<TestClock>,
    issued: Cell<usize>,
    access: RefCell<HashMap<String, AccessToken>>,
    refresh: RefCell<HashMap<String, RefreshToken>>,
    dead: RefCell<HashSet<usize>>,
    /// Added to the claims of tokens, where they are to be JWTs.
    pub(super) expiry: Cell<Option<i64>>,
    pub(super) lifetime: Cell<Option<Duration>>,
    pub(super) rotation: Cell<Rotation>,
}

impl Tokens {
    pub(super) fn new(clock: Arc<TestClock>) -> Rc<Self> {
        Rc::new(Self {
            clock,
            issued: Cell::default(),
            access: RefCell::default(),
            refresh: RefCell::default(),
            dead: RefCell::default(),
            expiry: Cell::default(),
            lifetime: Cell::default(),
            rotation: Cell::default(),
        })
    }

    /// The first tokens of a sign-in.
    pub(super) fn begin(&self, person: Person) -> Value {
        let family = self.issued.get() + 1;
        self.issue(person, family, true)
    }

    /// New ones for a refresh token; none where it is not good.
    pub(super) fn renew(&self, token: &str) -> Option<Value> {
        let known = self.refresh.borrow().get(token).copied();
        let known = known.filter(|known| !self.dead.borrow().contains(&known.family))?;
        if known.is_used {
            if self.rotation.get() == Rotation::DetectsReuse {
                self.dead.borrow_mut().insert(known.family);
            }
            return None;
        }
        let rotates = self.rotation.get() != Rotation::Never;
        self.refresh.borrow_mut().insert(token.to_owned(), RefreshToken { is_used: rotates, ..known });
        Some(self.issue(known.person, known.family, rotates))
    }

    /// Ends everything that came of the sign-in which this refresh token is of.
    pub(super) fn end(&self, token: &str) {
        let family = self.refresh.borrow().get(token).map(|known| known.family);
        self.dead.borrow_mut().extend(family);
    }

    /// Whether any refresh token of this person is still good.
    pub(super) fn has_live_refresh_token(&self, person: Person) -> bool {
        let dead = self.dead.borrow();
        let is_live =
            |token: &RefreshToken| token.person == person && !token.is_used && !dead.contains(&token.family);
        self.refresh.borrow().values().any(is_live)
    }

    pub(super) fn person_of(&self, token: &str) -> Option<Person> {
        let known = self.access.borrow().get(token).copied()?;
        let has_ended = known.ends_at.is_some_and(|end| end <= self.clock.now());
        (!has_ended && !self.dead.borrow().contains(&known.family)).then_some(known.person)
    }

    fn issue(&self, person: Person, family: usize, with_refresh_token: bool) -> Value {
        let number = self.issued.get() + 1;
        self.issued.set(number);
        let token = match self.expiry.get() {
            None => format!("api-token-{number}"),
            Some(expiry) => jwt_until(expiry, number),
        };
        let ends_at = self.lifetime.get().map(|lifetime| self.clock.now().after(lifetime));
        self.access.borrow_mut().insert(token.clone(), AccessToken { person, family, ends_at });
        let mut answer = json!({ "token": token });
        if let Some(lifetime) = self.lifetime.get() {
            answer["expiresIn"] = json!(lifetime.as_secs());
        }
        if with_refresh_token {
            let refresh_token = format!("refresh-{number}");
            answer["refreshToken"] = json!(refresh_token);
            self.refresh.borrow_mut().insert(refresh_token, RefreshToken { person, family, is_used: false });
        }
        answer
    }
}

/// With a secret that only the API knows.
fn jwt_until(expiry: i64, number: usize) -> String {
    let key = jsonwebtoken::EncodingKey::from_secret(b"the API's own");
    let claims = json!({ "exp": expiry, "jti": number });
    jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap()
}
