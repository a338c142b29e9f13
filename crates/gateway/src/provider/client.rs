//! Requests to providers: bounded in time and size, never redirected, and only to hosts that were checked before.

use std::time::Duration;

use crossgate_oidc::{ProviderAnswer, ProviderRequest};
use reqwest::redirect::Policy;

/// Time for a connection, TLS included.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// Time for a whole exchange.
pub(crate) const EXCHANGE_LIMIT: Duration = Duration::from_secs(10);
/// Largest answer that is read. Key sets and discovery documents are a few kilobytes.
const LARGEST_ANSWER: usize = 256 * 1024;
/// GitHub answers nobody without one.
const USER_AGENT: &str = concat!("crossgate/", env!("CARGO_PKG_VERSION"));

/// Why there is no answer. For the operator; addresses are left out, since they may have a query.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExchangeError {
    #[error("no connection: {0}")]
    Connect(String),
    #[error("no whole answer within {} s", .0.as_secs())]
    Timeout(Duration),
    #[error("the exchange failed: {0}")]
    Exchange(String),
    #[error("the answer is larger than {LARGEST_ANSWER} bytes")]
    TooLarge,
}

/// The client for all providers.
#[derive(Clone)]
pub(crate) struct ProviderClient(reqwest::Client);

impl ProviderClient {
    /// With the certificates that the operating system trusts.
    ///
    /// # Errors
    /// When these cannot be read.
    pub(crate) fn new() -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            // Where requests go is the configuration's to say, and nobody else's.
            .no_proxy()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_LIMIT)
            .build()?;
        Ok(Self(client))
    }

    /// Sends a request and reads the whole answer. A redirect is an answer like any other.
    pub(crate) async fn send(&self, request: ProviderRequest) -> Result<ProviderAnswer, ExchangeError> {
        self.send_within(EXCHANGE_LIMIT, request).await
    }

    /// As [`send`](Self::send), with another limit.
    pub(crate) async fn send_within(
        &self,
        limit: Duration,
        request: ProviderRequest,
    ) -> Result<ProviderAnswer, ExchangeError> {
        let named = |error| named(error, limit);
        let ProviderRequest { method, endpoint, headers, body } = request;
        let mut builder = self.0.request(method, endpoint.url().clone()).headers(headers).timeout(limit);
        if !body.is_empty() {
            builder = builder.body(body.expose_secret().to_owned());
        }
        read(builder.send().await.map_err(named)?, named).await
    }
}

async fn read(
    response: reqwest::Response,
    named: impl Fn(reqwest::Error) -> ExchangeError,
) -> Result<ProviderAnswer, ExchangeError> {
    let mut response = response;
    let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(&named)? {
        if body.len() + piece.len() > LARGEST_ANSWER {
            return Err(ExchangeError::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    Ok(ProviderAnswer { status, headers, body })
}

fn named(error: reqwest::Error, limit: Duration) -> ExchangeError {
    let error = error.without_url();
    let cause = causes(&error);
    if error.is_timeout() {
        ExchangeError::Timeout(limit)
    } else if error.is_connect() {
        ExchangeError::Connect(cause)
    } else {
        ExchangeError::Exchange(cause)
    }
}

/// The innermost cause says what happened; those around it say only that something did.
fn causes(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
