//! `crossgate explain METHOD TARGET`: which rule decides, and what the upstream would receive.

use crossgate_core::csrf::{CsrfMode, is_state_changing};
use crossgate_core::header_rules::clean_request;
use crossgate_core::page::Transport;
use crossgate_core::route::{
    Access, Forward, PageBefore, RouteDecision, RouteQuestion, RouteRefusal, RouteTarget,
};
use crossgate_core::settings::{ApiSettings, Settings};
use crossgate_core::target::CanonicalTarget;
use crossgate_core::token::{IssuedTokenSettings, TokenSigning, UpstreamToken};
use http::{HeaderMap, HeaderName};

use crate::arguments::ExplainArguments;
use crate::{Failure, configuration};

/// Prints the decision.
pub(crate) fn run(arguments: &ExplainArguments) -> Result<(), Failure> {
    let settings = configuration::read(&arguments.config.config)?.settings;
    println!("{} {}", arguments.method, arguments.target);
    let target = match CanonicalTarget::parse(&arguments.target) {
        Ok(target) => target,
        Err(error) => {
            println!("  refused          400 bad_target: {error}");
            return Ok(());
        }
    };
    line("canonical path", &target.path);
    let headers = judged_headers(arguments);
    let (method, path, query) = (&arguments.method, &*target.path, target.query);
    let question = RouteQuestion { method, path, query, headers: &headers };
    match settings.routes.decide_request(&question) {
        RouteDecision::Endpoint(endpoint) => line("answered by", &format!("Crossgate itself: {endpoint:?}")),
        RouteDecision::Refuse(RouteRefusal::UnknownTransport) => {
            line("refused", "404 unknown_transport: it might be one more way to ask for a protected page");
        }
        RouteDecision::Refuse(RouteRefusal::ReservedQuery) => {
            line("refused", "400 bad_target: the query has a name that Next.js keeps for itself");
        }
        RouteDecision::Refuse(RouteRefusal::OursAlone) => {
            line("refused", "404 not_found: only Crossgate itself asks the API this");
        }
        RouteDecision::Forward(forward) => {
            if let Some(meant) = settings.routes.opened_on_purpose(method, path) {
                line("on purpose", meant);
            }
            explain_forward(&settings, arguments, forward);
        }
    }
    Ok(())
}

/// The headers that are left when the listener has taken out those that nobody may send.
fn judged_headers(arguments: &ExplainArguments) -> HeaderMap {
    let mut headers: HeaderMap = arguments.headers.iter().cloned().collect();
    let sent: Vec<HeaderName> = headers.keys().cloned().collect();
    clean_request(&mut headers);
    for name in sent.iter().filter(|name| !headers.contains_key(*name)) {
        line("taken out", &format!("{name}: nobody may send it"));
    }
    headers
}

fn line(what: &str, text: &str) {
    println!("  {what:<16} {text}");
}

fn explain_forward(settings: &Settings, arguments: &ExplainArguments, forward: Forward<'_>) {
    line("decided by", forward.rule);
    line("needs", &needs(forward.access));
    if forward.accept_bearer {
        line("or", "the caller's own Authorization header, which is passed on (accept_bearer)");
    }
    match forward.before {
        PageBefore::Open => {}
        PageBefore::Needs(access) => {
            line(
                "Next-Url",
                &format!("goes on for {}; without it the app shows the page itself", needs(access)),
            );
        }
        PageBefore::Unreadable => line("Next-Url", "is taken out: it is not the path of one page"),
    }
    match forward.target {
        RouteTarget::App(transport) => explain_app(settings, transport),
        RouteTarget::Api(index) => {
            settings.apis.get(index.0).into_iter().for_each(explain_api);
        }
    }
    if is_state_changing(&arguments.method) {
        line("with a session", &csrf(settings, forward.target));
    }
    line("always", "X-Forwarded-For, -Host, -Proto, -Port, X-Request-Id, traceparent; never our cookie");
}

fn needs(access: &Access) -> String {
    match access {
        Access::Open => "nothing: open to everybody".to_owned(),
        Access::Session(claims) if claims.is_empty() => "a session".to_owned(),
        Access::Session(claims) => {
            let claims: Vec<String> =
                claims.iter().map(|claim| format!("{} in {:?}", claim.claim, claim.values)).collect();
            format!("a session whose {}", claims.join(" and "))
        }
    }
}

fn explain_app(settings: &Settings, transport: Transport) {
    let upstream = &settings.app.upstream;
    line(
        "goes to",
        &format!("the app at http://{}:{} (asked for as {transport:?})", upstream.host, upstream.port),
    );
    if transport == Transport::Asset {
        line("receives", "nothing about who is asking");
        return;
    }
    let api = settings.app.token_of.and_then(|index| settings.apis.get(index.0));
    let token = api.map_or_else(|| "no token".to_owned(), |api| token(&api.token));
    line("receives", &format!("{token}, and X-Crossgate-Identity (when somebody is signed in)"));
    line("cookies", "all but ours");
}

fn explain_api(api: &ApiSettings) {
    line("goes to", &format!("the API {} at http://{}:{}", api.path, api.upstream.host, api.upstream.port));
    line("receives", &format!("{} (when somebody is signed in)", token(&api.token)));
    let cookies = if api.cookies.is_empty() { "none".to_owned() } else { api.cookies.join(", ") };
    line("cookies", &cookies);
}

fn token(token: &UpstreamToken) -> String {
    match token {
        UpstreamToken::None => "no token".to_owned(),
        UpstreamToken::Cookie => "cookie: the cookies that the API set".to_owned(),
        UpstreamToken::Api(header) => {
            format!("{}: {}", header.name, header.value("<the token of the API's own login>"))
        }
        UpstreamToken::NextAuth(header) => {
            format!("{}: {}", header.name, header.value("<the app's session token, as next-auth seals it>"))
        }
        UpstreamToken::Provider(settings) => {
            let value = settings.header.value(&format!("<the access token of {}>", settings.provider));
            format!("{}: {value}", settings.header.name)
        }
        UpstreamToken::Issued(issued) => format!("{}: {}", issued.header.name, issued_token(issued)),
    }
}

fn issued_token(issued: &IssuedTokenSettings) -> String {
    let algorithm = match issued.signing {
        TokenSigning::Es256 => "ES256, verifiable with /.well-known/jwks.json",
        TokenSigning::Hs256(_) => "HS256 with the API's own secret",
    };
    let lifetime = issued.lifetime.as_secs();
    issued
        .header
        .value(&format!("<a JWT signed by Crossgate: {algorithm}, aud {}, {lifetime} s>", issued.audience))
}

fn csrf(settings: &Settings, target: RouteTarget) -> String {
    match (settings.csrf, target) {
        (CsrfMode::Token, RouteTarget::Api(_)) => {
            "must come from this origin and carry the X-CSRF-Token header".to_owned()
        }
        _ => "must come from this origin (Origin or Sec-Fetch-Site)".to_owned(),
    }
}
