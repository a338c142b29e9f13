//! Stories of people, scripts and attackers in front of the gateway, told over real connections.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests: where something is not as expected, stopping is the answer"
)]

mod api_clients;
mod api_cookies;
mod base_path;
mod connections;
mod cookies;
mod csrf;
mod forwarding;
mod framing;
mod framing_limits;
mod http2;
mod http2_floods;
mod introspection;
mod introspection_attacks;
mod issued_tokens;
mod live_check;
mod live_check_providers;
mod logs;
mod moving_in;
mod moving_out;
mod neighbours;
mod next_auth;
mod next_auth_adopt;
mod next_auth_csrf;
mod next_auth_server;
mod next_auth_sign_in;
mod next_auth_update;
mod outages;
mod own_tokens;
mod pages;
mod provider_accounts;
mod provider_addresses;
mod provider_attacks;
mod provider_backchannel;
mod provider_callbacks;
mod provider_dialects;
mod provider_failures;
mod provider_outages;
mod provider_refresh;
mod provider_sign_in;
mod provider_sign_out;
mod provider_tokens;
mod refresh;
mod refresh_troubles;
mod refusals;
mod revocation;
mod routes;
mod second_step_attacks;
mod secrets;
mod sessions;
mod sign_in;
mod sign_in_attacks;
mod sign_in_dialects;
mod sign_in_faults;
mod sign_in_prepare;
mod sign_in_profile;
mod sign_in_second_step;
mod sign_out;
mod signing_keys;
mod slow_bodies;
mod slow_readers;
mod streaming;
mod streams_end;
mod strict_transport;
mod throttle;
mod timeouts;
mod tls;
mod uploads;
mod upstream_answers;
mod websocket;
