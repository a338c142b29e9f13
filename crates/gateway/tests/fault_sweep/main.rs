//! Every call that can fail, failing once: to the store, to randomness, to whatever stands behind the gateway. Each scenario
//! is played once to count its calls, then once for each of them in a world of its own. Whatever fails, nobody passes who
//! would not have passed, nobody sees what is another's, and no browser loses a cookie for it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests: where something is not as expected, stopping is the answer"
)]
#![allow(clippy::print_stdout, reason = "where a run fails, the last line says which call it was about")]

mod apis;
mod forwarding;
mod next_auth;
mod provider;
mod sessions;
mod sign_in;
mod sweep;

use sweep::sweep;

/// A test for each scenario.
macro_rules! a_failing_dependency_never_lets_anybody_pass {
    ($($name:ident: $scenario:ty,)*) => {
        mod a_failing_dependency_never_lets_anybody_pass {
            use super::*;
            $(#[test] fn $name() { sweep::<$scenario>(); })*
        }
    };
}

a_failing_dependency_never_lets_anybody_pass! {
    csrf_token: sign_in::Csrf,
    sign_in: sign_in::Credentials,
    second_step: sign_in::SecondStep,
    provider_start: provider::Start,
    provider_callback: provider::Callback,
    provider_logout: provider::Logout,
    session_endpoint: sessions::Read,
    list_of_sessions: sessions::List,
    revoked_session: sessions::Revoke,
    sign_out: sessions::SignOut,
    sign_out_everywhere: sessions::SignOutEverywhere,
    protected_page: forwarding::ProtectedPage,
    open_page: forwarding::OpenPage,
    call_to_an_api: forwarding::Call,
    change_at_an_api: forwarding::Change,
    refresh: forwarding::Refresh,
    issued_token: apis::IssuedToken,
    introspection: apis::Introspection,
    revocation: apis::Revocation,
    cookie_for_the_app: next_auth::AppCookie,
    moving_in: next_auth::MovingIn,
    moving_in_again: next_auth::MovingInAgain,
    moving_out: next_auth::MovingOut,
}
