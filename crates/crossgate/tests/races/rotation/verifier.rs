//! An API that verifies every token with the gateways' published keys, which it keeps for as long as their
//! `Cache-Control` says and no shorter.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};
use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::balancer::Balancer;
use crate::api::{Request, answer};
use crate::client::Client;
use crate::tally::Tally;

/// See the [module](self).
#[derive(Default)]
pub(super) struct Verifier {
    balancer: OnceLock<Arc<Balancer>>,
    keys: tokio::sync::Mutex<Option<KeySet>>,
    seen: Mutex<Seen>,
}

struct KeySet {
    keys: JwkSet,
    good_until: Instant,
}

#[derive(Default)]
struct Seen {
    verified: usize,
    fetched: usize,
    /// How often each key was used.
    keys: BTreeMap<String, usize>,
    refused: Vec<String>,
}

/// Starts it, with an address for each gateway.
pub(super) fn listen(verifier: &Arc<Verifier>, gateways: usize) -> Vec<SocketAddr> {
    let bind = |_| std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let listeners: Vec<_> = (0..gateways).map(bind).collect();
    let addresses = listeners.iter().map(|listener| listener.local_addr().unwrap()).collect();
    for listener in listeners {
        let verifier = Arc::clone(verifier);
        tokio::spawn(async move {
            listener.set_nonblocking(true).unwrap();
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                let verifier = Arc::clone(&verifier);
                tokio::spawn(async move { verifier.serve(stream).await });
            }
        });
    }
    addresses
}

impl Verifier {
    pub(super) fn fetch_keys_through(&self, balancer: Arc<Balancer>) {
        assert!(self.balancer.set(balancer).is_ok(), "once");
    }

    async fn serve(&self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        loop {
            let request = Request::read(&mut stream).await?;
            let (status, body) = match request.line.as_str() {
                "POST /api/login" => {
                    let email = request.text("email");
                    (200, json!({ "user": { "id": email, "email": email } }))
                }
                _ => self.answer(&request.token).await,
            };
            stream.get_mut().write_all(answer(status, &body).as_bytes()).await.ok()?;
        }
    }

    async fn answer(&self, token: &str) -> (u16, Value) {
        match self.verify(token).await {
            Ok(claims) => {
                self.seen.lock().unwrap().verified += 1;
                (200, json!({ "person": claims["email"] }))
            }
            Err(problem) => {
                self.seen.lock().unwrap().refused.push(problem.clone());
                (401, json!({ "error": problem }))
            }
        }
    }

    async fn verify(&self, token: &str) -> Result<Value, String> {
        let key_id = decode_header(token).map_err(|error| error.to_string())?.kid.unwrap_or_default();
        *self.seen.lock().unwrap().keys.entry(key_id.clone()).or_default() += 1;
        let balancer = self.balancer.get().expect("it was set before anybody came");
        let mut kept = self.keys.lock().await;
        if kept.as_ref().is_none_or(|kept| kept.good_until <= Instant::now()) {
            *kept = Some(fetch(balancer).await);
            self.seen.lock().unwrap().fetched += 1;
        }
        let key =
            kept.as_ref().and_then(|kept| kept.keys.find(&key_id)).ok_or("a key that nobody published")?;
        let key = DecodingKey::from_jwk(key).map_err(|error| error.to_string())?;
        let mut validation = Validation::new(Algorithm::ES256);
        validation.leeway = 0;
        validation.set_audience(&["the races"]);
        validation.set_issuer(&[balancer.send().door.origin.as_str()]);
        decode::<Value>(token, &key, &validation).map(|token| token.claims).map_err(|error| error.to_string())
    }

    /// What it saw.
    pub(super) fn report(&self, tally: &mut Tally) {
        let seen = self.seen.lock().unwrap();
        let (verified, keys, fetched) = (seen.verified, seen.keys.len(), seen.fetched);
        let refused = seen.refused.len();
        tally.figures.push(format!(
            "{verified} tokens verified with {keys} key and {fetched} fetch of the key set, {refused} that did not verify"
        ));
        seen.refused.iter().for_each(|problem| tally.violation(format!("a token did not verify: {problem}")));
    }
}

async fn fetch(balancer: &Balancer) -> KeySet {
    let visit = balancer.send();
    let answer = Client::new(visit.door.clone()).get("/.well-known/jwks.json", "theme=dark").await;
    let answer = answer.expect("the published keys");
    let policy = answer.header("cache-control").unwrap_or_default();
    let seconds = policy.split("max-age=").nth(1).and_then(|seconds| seconds.parse().ok());
    let good_for = Duration::from_secs(seconds.expect("the keys may be kept for a while"));
    KeySet { keys: serde_json::from_slice(&answer.body).unwrap(), good_until: Instant::now() + good_for }
}
