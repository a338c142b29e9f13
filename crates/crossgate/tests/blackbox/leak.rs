//! What only some may see.

use crate::support::Answer;

/// A page that needs a session, and what a signed-in Ada sees there and nobody else.
pub(crate) struct Page {
    pub(crate) path: &'static str,
    pub(crate) shows: &'static str,
    /// What the App Router sends for it; forms are drawn in the browser.
    pub(crate) in_tree: &'static str,
    /// The Pages Router serves it; otherwise the App Router does.
    pub(crate) has_data: bool,
}

/// All protected pages of the shop.
pub(crate) const PAGES: [Page; 6] = [
    Page {
        path: "/dashboard",
        shows: "A birthday present for Charles",
        in_tree: "A birthday present for Charles",
        has_data: false,
    },
    Page {
        path: "/dashboard/settings",
        shows: "Where you are signed in",
        in_tree: "Where you are signed in",
        has_data: false,
    },
    Page { path: "/account", shows: "Ada Lovelace", in_tree: "", has_data: true },
    Page {
        path: "/account/orders/1001",
        shows: "For the notes on the Analytical Engine",
        in_tree: "",
        has_data: true,
    },
    Page { path: "/cart", shows: "Your cart", in_tree: "Your cart", has_data: false },
    Page {
        path: "/feedback",
        shows: "What should we do better?",
        in_tree: "\"children\":\"Feedback\"",
        has_data: false,
    },
];

/// What is Grace's.
const GRACES: [&str; 3] = ["Grace Hopper", "grace@shop.example", "For the compiler team"];

/// What is somebody's, or a part of a protected page. The last one is what a page shows when it was reached without
/// anybody being signed in.
const PROTECTED: [&str; 9] = [
    "data-testid=\"whoami\"",
    "Ada Lovelace",
    "ada@shop.example",
    "Analytical Engine",
    "birthday present for Charles",
    "Where you are signed in",
    "Your cart",
    "What should we do better",
    "You are not signed in",
];

/// Statuses with which a request that nobody is signed in for may end. 200 only as a redirect in the language of the
/// Pages Router.
const CLOSED: [u16; 9] = [302, 303, 400, 401, 403, 404, 405, 421, 431];

/// An answer to somebody who is not signed in.
pub(crate) fn expect_closed(name: &str, answer: &Answer) {
    let shown = PROTECTED.iter().chain(&GRACES).find(|text| answer.contains(text));
    assert_eq!(shown, None, "{name}: a stranger is shown this");
    let is_data_redirect = answer.status == 200 && answer.contains("__N_REDIRECT");
    // Data of a page that does not exist: Next.js takes the slash off first, and then finds nothing.
    let to_data = answer.header("location").is_some_and(|location| location.starts_with("/_next/data/"));
    let is_closed = CLOSED.contains(&answer.status) || is_data_redirect || (answer.status == 308 && to_data);
    assert!(is_closed, "{name}: a stranger gets {}: {:.300}", answer.status, answer.text());
    if matches!(answer.status, 302 | 303) {
        let location = answer.header("location").unwrap_or_default();
        assert!(location.starts_with("/api/auth/signin"), "{name}: a stranger is sent to {location}");
    }
}

/// An answer to Ada, whatever it is.
pub(crate) fn expect_nothing_of_grace(name: &str, answer: &Answer) {
    let shown = GRACES.iter().find(|text| answer.contains(text));
    assert_eq!(shown, None, "{name}: Ada is shown this");
}
