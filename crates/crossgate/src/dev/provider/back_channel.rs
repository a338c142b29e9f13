//! Telling the gateway that somebody's session here has ended (OIDC Back-Channel Logout 1.0).

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use crossgate_core::provider::ProviderLogin;
use http::header::{CONTENT_TYPE, HOST};
use http::{Request, StatusCode};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value, json};
use tokio::net::TcpStream;

use super::grants::random_text;
use super::{CLIENT_ID, ID, Provider};
use crate::system::SystemEntropy;

/// Within this time the gateway has to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a logout token is good, in seconds.
const LIFETIME: i64 = 120;

/// The gateway was not told.
#[derive(Debug, thiserror::Error)]
pub(super) enum LogoutError {
    #[error("no logout token could be made: {0}")]
    Token(#[from] super::keys::KeyError),
    #[error(transparent)]
    Entropy(#[from] crossgate_core::entropy::EntropyError),
    #[error("the gateway cannot be reached: {0}")]
    Connection(#[from] std::io::Error),
    #[error("the gateway did not understand: {0}")]
    Http(#[from] hyper::Error),
    #[error("the request cannot be made: {0}")]
    Request(#[from] http::Error),
    #[error("the gateway does not answer")]
    Late,
    #[error("the gateway answered with status {0}")]
    Refused(StatusCode),
}

impl Provider {
    /// The session of this login ends here and at the gateway.
    pub(super) async fn sign_out_there(&self, login: &ProviderLogin) -> Result<(), LogoutError> {
        if let Some(session) = &login.session {
            self.grants.end(&session.0);
        }
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("logout_token", &self.logout_token(login)?)
            .finish();
        let request = Request::post(self.endpoint(&format!("backchannel-logout/{ID}")))
            .header(HOST, self.settings.public_origin.authority())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::new(Bytes::from(body)))?;
        let sending = send(self.settings.listen.address, request);
        match tokio::time::timeout(PATIENCE, sending).await.map_err(|_| LogoutError::Late)?? {
            status if status.is_success() => Ok(()),
            status => Err(LogoutError::Refused(status)),
        }
    }

    /// §2.4
    fn logout_token(&self, login: &ProviderLogin) -> Result<String, LogoutError> {
        let now = self.now().as_seconds();
        let claims = json!({
            "iss": self.issuer(), "aud": CLIENT_ID, "iat": now, "exp": now + LIFETIME,
            "jti": random_text(&SystemEntropy)?, "sub": login.subject.as_str(),
            "sid": login.session.as_ref().map(|session| session.0.as_str()),
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        let claims = if let Value::Object(claims) = claims { claims } else { Map::new() };
        let claims = claims.into_iter().filter(|(_, value)| !value.is_null()).collect();
        Ok(self.keys.sign("logout+jwt", &claims)?)
    }
}

async fn send(address: SocketAddr, request: Request<Full<Bytes>>) -> Result<StatusCode, LogoutError> {
    let socket = TcpStream::connect(address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(socket)).await?;
    tokio::task::spawn_local(async move {
        if let Err(error) = connection.await {
            tracing::debug!(target: "crossgate::dev", %error, "the connection to the gateway ended");
        }
    });
    Ok(sender.send_request(request).await?.status())
}
