//! One function for each door. Each takes whatever bytes there are, and panics where something comes out that must not.
//!
//! `targets/` hands them to libFuzzer; the tests run them on `seeds/`.

mod answers;
mod bodies;
mod configuration;
mod cookies;
mod paths;
mod pieces;
mod provider;
mod requests;
mod sealed;
mod shop;
mod strict;

pub use answers::answer_head;
pub use bodies::endpoint_body;
pub use configuration::configuration;
pub use cookies::{cookie_header, set_cookie};
pub use paths::{forwarded_for, path_decision, return_to};
pub use provider::{id_token, key_set, logout_token, metadata, provider_answers};
pub use requests::{chunked_body, request_head};
pub use sealed::{next_auth_cookie, transaction};

/// A target, as a function.
pub type Target = fn(&[u8]);

/// All of them, by name.
pub const TARGETS: [(&str, Target); 17] = [
    ("answer_head", answer_head),
    ("chunked_body", chunked_body),
    ("configuration", configuration),
    ("cookie_header", cookie_header),
    ("endpoint_body", endpoint_body),
    ("forwarded_for", forwarded_for),
    ("id_token", id_token),
    ("key_set", key_set),
    ("logout_token", logout_token),
    ("metadata", metadata),
    ("next_auth_cookie", next_auth_cookie),
    ("path_decision", path_decision),
    ("provider_answers", provider_answers),
    ("request_head", request_head),
    ("return_to", return_to),
    ("set_cookie", set_cookie),
    ("transaction", transaction),
];

/// The text that some bytes are, if they are one.
fn text_of(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}
