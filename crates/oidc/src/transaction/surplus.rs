//! How many sign-ins may be under way in one browser.

use std::cmp::Reverse;

use crossgate_core::time::Timestamp;

use super::LIFETIME;

/// Most sign-ins that are under way in one browser.
const MOST: usize = 5;
/// Most bytes that their cookies have together. Servers refuse requests whose headers are too long, and then nobody
/// gets in until the cookies are gone.
const MOST_BYTES: usize = 6 * 1024;

/// A cookie with a sign-in that the browser already has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldTransaction {
    /// The name of the cookie.
    pub name: String,
    /// Bytes of the name and the value.
    pub size: usize,
    /// When the sign-in began; nothing, if the cookie does not open.
    pub begun_at: Option<Timestamp>,
}

/// The names of the cookies that have to go when one more of `new_size` bytes is set at `now`: first those that do not
/// open, then those that are too old, then the oldest.
#[must_use]
pub fn surplus(mut held: Vec<HeldTransaction>, new_size: usize, now: Timestamp) -> Vec<String> {
    held.sort_by_key(|cookie| Reverse(worth(cookie, now)));
    let mut total = new_size;
    let fits = |cookie: &&HeldTransaction| {
        total = total.saturating_add(cookie.size);
        total <= MOST_BYTES
    };
    let kept = held.iter().take(MOST - 1).take_while(fits).count();
    held.into_iter().skip(kept).map(|cookie| cookie.name).collect()
}

/// Orders by what would be lost: nothing, a sign-in that is over anyway, one that somebody may still finish.
fn worth(cookie: &HeldTransaction, now: Timestamp) -> (bool, Option<Timestamp>) {
    let alive = cookie.begun_at.is_some_and(|begun_at| now.since(begun_at) < LIFETIME);
    (alive, cookie.begun_at)
}
