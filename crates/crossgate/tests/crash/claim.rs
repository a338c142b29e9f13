//! What must hold after the restart, because of what somebody was told before the crash.

/// One thing to be judged. Cookies are values of the session cookie.
#[derive(Debug, Clone)]
pub(crate) enum Claim {
    /// "You are signed in" was received.
    Alive { cookie: String, person: String },
    /// "You are signed out", or "that session is ended", was received.
    Dead { cookie: String, person: String },
    /// Nobody was told: either all of these sessions are there, or none.
    AllOrNone { cookies: Vec<String>, person: String },
    /// A sign-in that replaces `old` was not acknowledged: the person has the old session or a new one, never both
    /// and never neither.
    OldOrNew { old: String, person: String },
    /// A CSRF token that was given for this session.
    SessionToken { cookie: String, token: String },
    /// A CSRF token that was given to this browser while nobody was signed in.
    BrowserToken { name: String, token: String },
}

/// What one person brings home from a round.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) claims: Vec<Claim>,
    pub(crate) sign_ins: usize,
    pub(crate) sign_outs: usize,
    /// What must not happen even while the gateway is up.
    pub(crate) violations: Vec<String>,
}

impl Report {
    pub(crate) fn violation(text: impl Into<String>) -> Self {
        Self { violations: vec![text.into()], ..Self::default() }
    }

    pub(crate) fn signed_in(&mut self, cookie: &str, person: &str) {
        self.sign_ins += 1;
        self.claims.push(Claim::Alive { cookie: cookie.to_owned(), person: person.to_owned() });
    }

    pub(crate) fn ended(&mut self, cookie: &str, person: &str) {
        self.sign_outs += 1;
        self.dead(cookie, person);
    }

    pub(crate) fn dead(&mut self, cookie: &str, person: &str) {
        self.claims.retain(|claim| !matches!(claim, Claim::Alive { cookie: alive, .. } if alive == cookie));
        self.claims.push(Claim::Dead { cookie: cookie.to_owned(), person: person.to_owned() });
    }

    /// Nobody was told what became of these.
    pub(crate) fn open(&mut self, cookies: &[String], person: &str) {
        let is_open = |alive: &String| cookies.contains(alive);
        self.claims.retain(|claim| !matches!(claim, Claim::Alive { cookie, .. } if is_open(cookie)));
        self.claims.push(Claim::AllOrNone { cookies: cookies.to_vec(), person: person.to_owned() });
    }
}
