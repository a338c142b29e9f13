//! Crossgate's values, states and decisions.
//!
//! Nothing here does I/O, waits, reads a clock or draws randomness: what is decided depends on what is passed
//! in, so every rule can be tested with plain values.

pub mod client_address;
pub mod cookie;
pub mod credentials;
pub mod csrf;
pub mod entropy;
pub mod error_code;
pub mod header_rules;
pub mod identity;
pub mod keys;
pub mod next_auth;
pub mod origin;
pub mod page;
pub mod pattern;
pub mod provider;
pub mod return_to;
pub mod route;
pub mod seal;
pub mod secret;
pub mod session;
pub mod settings;
pub mod shape;
pub mod signing_keys;
pub mod store_url;
pub mod strict_transport;
pub mod target;
pub mod template;
pub mod time;
pub mod token;
pub mod token_life;
pub mod upstream_cookie;
