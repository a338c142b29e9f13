//! Sending a browser to a provider and judging with what it comes back (RFC 6749 §4.1, RFC 7636, OIDC Core §3.1.2,
//! RFC 9207, RFC 9126).

mod pushed;
mod request;
mod response;

pub use pushed::{
    PushedRequestError, RequestUri, build_pushed_request, judge_pushed_answer, pushed_authorization_url,
};
pub use request::{AuthorizationUrl, authorization_url, build_authorization_request};
pub use response::{
    AuthorizationCode, AuthorizationResponse, ResponseError, judge_authorization_response,
    parse_authorization_response,
};

#[cfg(test)]
mod tests;
