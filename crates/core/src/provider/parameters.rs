//! Parameters of the authorization request that nobody but us sets.

/// Parameters that only we set. Whoever could set another one of these could change who is signed in, or where the
/// answer goes; those that stand for a whole request (`request`, `request_uri`) could change all of it.
const PROTECTED: [&str; 20] = [
    "response_type",
    "response_mode",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code",
    "code_verifier",
    "code_challenge",
    "code_challenge_method",
    "request",
    "request_uri",
    "registration",
    "id_token_hint",
    "audience",
    "resource",
];

/// Whether a parameter of the authorization request is one that neither `parameters` nor a page may set. Some providers do not mind the case of
/// names, so it does not count here either.
#[must_use]
pub fn is_protected_parameter(name: &str) -> bool {
    PROTECTED.iter().any(|protected| protected.eq_ignore_ascii_case(name))
}
