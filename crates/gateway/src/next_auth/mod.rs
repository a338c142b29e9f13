//! An app that is written for next-auth: it finds the session cookie that it expects in every request of somebody who is
//! signed in, and what it does to that cookie ends here. Browsers never hold it, unless they are [moving out](crate::move_out).

mod adopt;
mod claims;
mod cookies;
mod hook;
mod seal;

pub(crate) use adopt::{AppExchange, take_app_cookies};
pub(crate) use claims::{ClaimChanges, access_token, claims_of, identity_of, without_reserved};
pub(crate) use cookies::ReservedNames;
pub(crate) use hook::{HookQuestion, Occasion, ask_hook, size_of};
pub(crate) use seal::AppCookie;
