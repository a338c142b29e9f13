//! What providers send is judged: tables of faults, with tokens that are really signed.
//!
//! The modules are marked as tests, so that the lints against panics leave their shared functions alone.

#[cfg(test)]
mod client_authentication;
#[cfg(test)]
mod id_tokens;
#[cfg(test)]
mod key_sets;
#[cfg(test)]
mod logout_tokens;
#[cfg(test)]
mod signatures;
#[cfg(test)]
mod signing_out;
#[cfg(test)]
mod support;
#[cfg(test)]
mod token_endpoint;
#[cfg(test)]
mod user_info;
