//! What the API knows: whose tokens it gave out, which of them are still good, and who asked for new ones.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A token that ended while a request was under way is taken for this long: the machine is busy.
const TOLERANCE: Duration = Duration::from_millis(800);

/// What the API does with refresh tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rotation {
    /// Each is good once. A second use ends everything that came of the same sign-in.
    Detecting,
    /// One is good for ever.
    Never,
}

/// All tokens that came of one sign-in.
#[derive(Debug)]
struct Family {
    /// When the access token of each generation ends.
    ends: Vec<Instant>,
    is_revoked: bool,
    /// How often new tokens were asked for with those of each generation.
    asked: Vec<usize>,
}

impl Family {
    fn newest(&self) -> usize {
        self.ends.len() - 1
    }
}

/// What the API saw, for judging.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Refresh calls.
    pub(crate) refreshes: usize,
    /// Generations of tokens that were given after the first.
    pub(crate) generations: usize,
    /// Refresh tokens that came a second time.
    pub(crate) reuses: usize,
    /// Calls with a token that had ended, but not long ago.
    pub(crate) late: usize,
}

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct Book {
    pub(crate) rotation: Rotation,
    families: HashMap<String, Family>,
    pub(crate) seen: Seen,
}

impl Book {
    pub(crate) fn new(rotation: Rotation) -> Self {
        Self { rotation, families: HashMap::new(), seen: Seen::default() }
    }

    /// Tokens for somebody who signs in. Everybody does so once: the name is that of the family, too.
    pub(crate) fn sign_in(&mut self, email: &str, life: u64) -> Value {
        let family = Family { ends: vec![end_of(life)], is_revoked: false, asked: vec![0] };
        self.families.insert(email.to_owned(), family);
        let mut answer = self.tokens(email, life);
        answer["user"] = json!({ "id": email, "email": email });
        answer
    }

    /// Notes that somebody asks.
    pub(crate) fn note_refresh(&mut self, token: &str) {
        self.seen.refreshes += 1;
        if let Some((family, generation)) = self.find(token, "refresh")
            && let Some(asked) = family.asked.get_mut(generation)
        {
            *asked += 1;
        }
    }

    /// New tokens for `life` seconds, or none: the token is not good. They begin to count when the answer leaves, which
    /// is `delay` from now (RFC 6749 §5.1).
    pub(crate) fn renew(&mut self, token: &str, life: u64, delay: Duration) -> Option<Value> {
        let rotation = self.rotation;
        let (family, generation) = self.find(token, "refresh")?;
        if family.is_revoked {
            return None;
        }
        if rotation == Rotation::Detecting && generation != family.newest() {
            family.is_revoked = true;
            self.seen.reuses += 1;
            return None;
        }
        family.ends.push(end_of(life) + delay);
        family.asked.push(0);
        self.seen.generations += 1;
        Some(self.tokens(name_of(token), life))
    }

    /// Ends everything that came of a sign-in, if the token is its newest.
    pub(crate) fn sign_out(&mut self, token: &str) {
        let rotation = self.rotation;
        if let Some((family, generation)) = self.find(token, "refresh")
            && (rotation == Rotation::Never || generation == family.newest())
        {
            family.is_revoked = true;
        }
    }

    /// Whose access token this is, if it is good.
    pub(crate) fn person_of(&mut self, token: &str) -> Option<String> {
        let now = Instant::now();
        let (family, generation) = self.find(token, "access")?;
        let end = *family.ends.get(generation)?;
        if family.is_revoked || end + TOLERANCE <= now {
            return None;
        }
        self.seen.late += usize::from(end <= now);
        Some(name_of(token).to_owned())
    }

    /// When the newest access token of a person ends.
    pub(crate) fn end_of(&self, email: &str) -> Instant {
        let family = &self.families[email];
        family.ends[family.newest()]
    }

    /// Which generation of tokens a person has; the first is 0.
    pub(crate) fn generation_of(&self, email: &str) -> usize {
        self.families[email].newest()
    }

    /// Both of them.
    pub(crate) fn newest_of(&self, email: &str) -> (usize, Instant) {
        (self.generation_of(email), self.end_of(email))
    }

    pub(crate) fn is_revoked(&self, email: &str) -> bool {
        self.families[email].is_revoked
    }

    /// Generations with which new tokens were asked for more than once, as `person: generation × times`.
    pub(crate) fn asked_twice(&self) -> Vec<String> {
        let asked = |(email, family): (&String, &Family)| {
            let often = family.asked.iter().enumerate().filter(|(_, times)| **times > 1);
            often.map(|(generation, times)| format!("{email}: {generation} × {times}")).collect::<Vec<_>>()
        };
        self.families.iter().flat_map(asked).collect()
    }

    fn tokens(&self, email: &str, life: u64) -> Value {
        let newest = self.generation_of(email);
        let refresh = if self.rotation == Rotation::Never { 0 } else { newest };
        json!({
            "token": format!("access/{newest}/{email}"),
            "refreshToken": format!("refresh/{refresh}/{email}"),
            "expiresIn": life,
        })
    }

    fn find(&mut self, token: &str, kind: &str) -> Option<(&mut Family, usize)> {
        let mut parts = token.splitn(3, '/');
        let is_kind = parts.next() == Some(kind);
        let generation = parts.next()?.parse().ok().filter(|_| is_kind)?;
        Some((self.families.get_mut(parts.next()?)?, generation))
    }
}

fn end_of(life: u64) -> Instant {
    Instant::now() + Duration::from_secs(life)
}

fn name_of(token: &str) -> &str {
    token.splitn(3, '/').nth(2).unwrap_or_default()
}
