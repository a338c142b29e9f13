//! Looks at every claim through the restarted gateway.

use crate::claim::Claim;
use crate::scene::{PASSWORD, Trouble};
use crate::support::{Answer, Browser, Failed, json_text};

/// What the gateway makes of a session cookie.
#[derive(Debug, PartialEq, Eq)]
enum State {
    Alive(String),
    Dead,
}

/// Judges with one browser that puts on one cookie after the other.
pub(crate) struct Judge {
    browser: Browser,
}

impl Judge {
    pub(crate) const fn new(browser: Browser) -> Self {
        Self { browser }
    }

    /// Judges a claim. What is left to hold from now on, or what is wrong.
    pub(crate) fn judge(&mut self, claim: &Claim) -> Result<Vec<Claim>, Trouble> {
        let verdict = match claim {
            Claim::Alive { cookie, person } => self.expect(cookie, &State::Alive(person.clone())),
            Claim::Dead { cookie, .. } => self.expect(cookie, &State::Dead),
            Claim::AllOrNone { cookies, person } => return self.all_or_none(cookies, person),
            Claim::OldOrNew { old, person } => return self.old_or_new(old, person),
            Claim::SessionToken { cookie, token } => self.token_is_good(Some(cookie), None, token),
            Claim::BrowserToken { name, token } => self.token_is_good(None, Some(name), token),
        };
        verdict.map(|()| vec![claim.clone()]).map_err(|trouble| format!("{claim:?}: {trouble}"))
    }

    fn put_on(&mut self, cookie: Option<&str>, name: Option<&str>) {
        self.browser.session = cookie.map(str::to_owned);
        self.browser.name = name.map(str::to_owned);
    }

    fn get(&mut self, cookie: &str, target: &str) -> Result<Answer, Trouble> {
        self.put_on(Some(cookie), None);
        self.browser.get(target).map_err(|failed| unanswered(&failed))
    }

    /// The session endpoint and the way to the API must agree.
    fn state(&mut self, cookie: &str) -> Result<State, Trouble> {
        let session = json_text(&self.get(cookie, "/api/auth/session")?, "/user/email");
        let call = self.get(cookie, "/api/mine")?;
        match (session.as_str(), call.status) {
            ("", 401) => Ok(State::Dead),
            (person, 200) if !person.is_empty() && json_text(&call, "/person") == person => {
                Ok(State::Alive(session))
            }
            _ => {
                Err(format!("the session is {session:?}, but the API call {}: {}", call.status, call.text()))
            }
        }
    }

    fn expect(&mut self, cookie: &str, expected: &State) -> Result<(), Trouble> {
        let state = self.state(cookie)?;
        if state == *expected { Ok(()) } else { Err(format!("it is {state:?}")) }
    }

    fn all_or_none(&mut self, cookies: &[String], person: &str) -> Result<Vec<Claim>, Trouble> {
        let states: Result<Vec<State>, Trouble> = cookies.iter().map(|cookie| self.state(cookie)).collect();
        let states = states?;
        let person = person.to_owned();
        if states.iter().all(|state| *state == State::Dead) {
            let dead = |cookie: &String| Claim::Dead { cookie: cookie.clone(), person: person.clone() };
            return Ok(cookies.iter().map(dead).collect());
        }
        if states.iter().all(|state| *state == State::Alive(person.clone())) {
            let alive = |cookie: &String| Claim::Alive { cookie: cookie.clone(), person: person.clone() };
            return Ok(cookies.iter().map(alive).collect());
        }
        Err(format!("{person} was signed out by halves: {states:?}"))
    }

    /// Nobody knows the new cookie, but the list of the person's sessions counts it.
    fn old_or_new(&mut self, old: &str, person: &str) -> Result<Vec<Claim>, Trouble> {
        let is_old = self.state(old)? == State::Alive(person.to_owned());
        if !is_old {
            self.put_on(None, None);
            let signed_in = self.browser.sign_in(person, PASSWORD);
            signed_in.map_err(|failed| unanswered(&failed))?;
        }
        let cookie = if is_old { old.to_owned() } else { self.browser.session.clone().unwrap_or_default() };
        let list = self.get(&cookie, "/api/auth/sessions")?.json();
        let count = list["sessions"].as_array().map_or(0, Vec::len);
        let (expected, person) = (if is_old { 1 } else { 2 }, person.to_owned());
        match count == expected {
            true if is_old => Ok(vec![Claim::Alive { cookie, person }]),
            true => Ok(vec![Claim::Dead { cookie: old.to_owned(), person }]),
            false => Err(format!("{person}: old session alive: {is_old}; {count} sessions, not {expected}")),
        }
    }

    fn token_is_good(
        &mut self,
        cookie: Option<&str>,
        name: Option<&str>,
        token: &str,
    ) -> Result<(), Trouble> {
        self.put_on(cookie, name);
        let answer = self.browser.post_json("/api/auth/session", token, &serde_json::json!({}));
        match answer.map_err(|failed| unanswered(&failed))?.status {
            200 => Ok(()),
            status => Err(format!("the CSRF token was answered with {status}")),
        }
    }

    /// The published keys.
    pub(crate) fn key_set(&mut self) -> Result<String, Trouble> {
        self.put_on(None, None);
        let keys = self.browser.get("/.well-known/jwks.json").map_err(|failed| unanswered(&failed))?;
        let kid = json_text(&keys, "/keys/0/kid");
        if kid.is_empty() { Err(format!("there is no key: {}", keys.text())) } else { Ok(kid) }
    }
}

fn unanswered(failed: &Failed) -> Trouble {
    format!("no answer after the restart: {failed:?}")
}
