//! The listener and its endpoints.

use std::convert::Infallible;
use std::net::TcpListener;
use std::rc::Rc;
use std::time::Duration;

use crossgate_gateway::Shutdown;
use crossgate_gateway::pages::STYLE_SHEET_PATH;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;

use super::answer::{self, Answer};
use super::desk::Action;
use super::pages::Done;
use super::{Provider, authorize, desk, guard, pages, sign_out, token};

const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest form, in bytes.
const LONGEST_BODY: usize = 64 * 1024;

/// Serves until shutdown. Must run inside a `LocalSet`.
pub(in crate::dev) async fn serve(provider: Rc<Provider>, listener: TcpListener, shutdown: Shutdown) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!(%error, "the provider of the test people does not listen"),
    };
    let mut stop = shutdown;
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((socket, _)) = accepted {
                    tokio::task::spawn_local(serve_connection(Rc::clone(&provider), socket));
                }
            }
            _ = stop.wait_for(|stopping| *stopping) => return,
        }
    }
}

async fn serve_connection(provider: Rc<Provider>, socket: TcpStream) {
    let service = service_fn(|request| {
        let provider = Rc::clone(&provider);
        async move { Ok::<_, Infallible>(answer(&provider, request).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(socket), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(target: "crossgate::dev", %error, "a connection to the test people ended");
    }
}

async fn answer(provider: &Provider, request: Request<Incoming>) -> Answer {
    if !guard::is_for(provider.authority(), request.headers(), request.uri()) {
        let sentence = format!("there is nothing under this name: open {}/", provider.issuer());
        return answer::refusal(StatusCode::MISDIRECTED_REQUEST, &sentence);
    }
    match *request.method() {
        Method::GET | Method::HEAD => get(provider, &request).await,
        Method::POST => post(provider, request).await,
        _ => answer::refusal(StatusCode::METHOD_NOT_ALLOWED, "only GET and POST"),
    }
}

async fn get(provider: &Provider, request: &Request<Incoming>) -> Answer {
    let fields = Fields::parse(request.uri().query().unwrap_or_default().as_bytes());
    match request.uri().path() {
        "/" => desk::show(provider, fields.get("done").and_then(Done::parse)).await,
        "/.well-known/openid-configuration" => answer::json(StatusCode::OK, &token::discovery(provider)),
        "/jwks" => answer::json(StatusCode::OK, &provider.keys.key_set()),
        "/authorize" => authorize::ask(provider, &fields),
        "/userinfo" => token::user_info(provider, request.headers()),
        "/end-session" => sign_out::sign_out(provider, &fields),
        STYLE_SHEET_PATH => answer::style_sheet(pages::style_sheet()),
        _ => answer::refusal(StatusCode::NOT_FOUND, "there is nothing here"),
    }
}

async fn post(provider: &Provider, request: Request<Incoming>) -> Answer {
    let (head, body) = request.into_parts();
    let fields = match Limited::new(body, LONGEST_BODY).collect().await {
        Ok(body) => Fields::parse(&body.to_bytes()),
        Err(_) => return answer::refusal(StatusCode::BAD_REQUEST, "the form did not come whole"),
    };
    // These are for programs; who they are is asked there.
    match head.uri.path() {
        "/token" => return token::token(provider, &head.headers, &fields),
        "/revoke" => return token::revoke(provider, &head.headers, &fields),
        "/userinfo" => return token::user_info(provider, &head.headers),
        _ => {}
    }
    if !guard::is_from_own_page(provider.issuer(), &head.headers) {
        return answer::refusal(StatusCode::FORBIDDEN, "this form was not sent by a page of this provider");
    }
    match head.uri.path() {
        "/authorize" => authorize::choose(provider, &fields),
        "/expire" => desk::act(provider, Action::Expire, &fields).await,
        "/refuse" => desk::act(provider, Action::Refuse, &fields).await,
        "/sign-out" => desk::act(provider, Action::SignOut, &fields).await,
        _ => answer::refusal(StatusCode::NOT_FOUND, "there is nothing here"),
    }
}

/// Fields of a form or a query, in their order.
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    fn parse(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// The first of this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(candidate, _)| candidate == name).map(|(_, value)| value.as_str())
    }

    /// Whether any stands there more than once.
    pub(super) fn has_twice(&self) -> bool {
        let names: std::collections::BTreeSet<_> = self.0.iter().map(|(name, _)| name).collect();
        names.len() < self.0.len()
    }
}
