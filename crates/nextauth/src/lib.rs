//! The wire protocol between `next-auth/react` and its server, in both generations of the client.
//!
//! Shapes only: from what happened to the status, URL and body that an unchanged client understands. Nothing here
//! reads a socket, a clock or a store. The two generations ([`Dialect`](crossgate_core::settings::Dialect)) differ
//! on the wire; where they do, the difference stands in one table of one module.

pub mod client_log;
pub mod cookie;
pub mod error_answer;
pub mod outcome;
pub mod providers;
pub mod reply_mode;
pub mod session_body;
pub mod sign_in_answer;
pub mod sign_in_message;
pub mod text;
pub mod urls;

pub use client_log::{ClientLog, ClientLogError, ClientLogLevel, LONGEST_LOG_BODY, parse_client_log};
pub use error_answer::{CameFrom, ErrorAnswer, ErrorPage, ErrorRequest, answer_error};
pub use outcome::{CsrfAction, Outcome, ProviderStage, REDIRECT, Reply, reply_to};
pub use providers::{ProviderEntry, ProviderKind, providers_body};
pub use reply_mode::ReplyMode;
pub use session_body::{csrf_body, empty_session_body, session_body_of, update_refused_body};
pub use sign_in_answer::{
    SignInAnswer, SignInRequest, answer_sign_in, answer_sign_out, answer_verify_request,
};
pub use sign_in_message::{MessageKind, SignInMessage, sign_in_message};
pub use text::{LONGEST_TEXT, clean_text};
pub use urls::{CREDENTIALS_PROVIDER, EndpointUrls};
