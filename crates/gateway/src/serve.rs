//! The life of a request: listener → decide → session → token → upstream.

use std::rc::Rc;

use crossgate_core::client_address::PeerAddress;
use crossgate_core::route::{Forward, RouteDecision, RouteQuestion, RouteTarget};
use http::{HeaderValue, Request, header};

use crate::answer::Answer;
use crate::api_cookies::{self, Answered};
use crate::caller::Caller;
use crate::endpoints::{self, introduce};
use crate::gateway::{Gateway, Worker};
use crate::listener::{HeadError, InboundBody, InboundRequest, ListenerRules, judge};
use crate::move_in::move_in;
use crate::move_out::Departure;
use crate::next_auth::{AppExchange, take_app_cookies};
use crate::permit::permit;
use crate::refusal::Refusal;
use crate::refuse::{Refused, refuse};
use crate::request_id::RequestId;
use crate::upstream::{BodyFault, CookiePolicy, Forwarding, Pool, UpstreamError, forward};

/// Serves one request.
pub(crate) async fn serve(
    worker: Rc<Worker>,
    peer: PeerAddress,
    request: Request<InboundBody>,
    id: RequestId,
) -> Answer {
    let settings = &worker.gateway.settings;
    let rules =
        ListenerRules { origin: &settings.public_origin, trusted_proxies: &settings.listen.trusted_proxies };
    let answer = match judge(&request, peer, &rules) {
        Ok(target) => route(&worker, InboundRequest::new(request, target, peer, id, &rules)).await,
        Err(refusal) => {
            let asked = (request.method(), request.headers(), request.uri().path_and_query());
            refuse(&worker.gateway, &Refused::new(asked, None, id), &refusal)
        }
    };
    asking_for_https(&worker.gateway, answer)
}

/// The answer to a head that has more than one reading. Nothing on its connection can be trusted after it.
pub(crate) fn refuse_head(worker: &Worker, error: HeadError, id: RequestId) -> Answer {
    let refused = Refused { caller: Caller::Script, target: None, id };
    let mut answer = refuse(&worker.gateway, &refused, &Refusal::Head(error));
    answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    asking_for_https(&worker.gateway, answer)
}

/// Every answer, an upstream's too, tells browsers to come back by https. An upstream that says it itself knows better.
fn asking_for_https(gateway: &Gateway, answer: Answer) -> Answer {
    let mut answer = answer;
    if let Some(strict_transport) = &gateway.settings.strict_transport {
        let said = answer.headers_mut().entry(header::STRICT_TRANSPORT_SECURITY);
        said.or_insert_with(|| strict_transport.header().clone());
    }
    answer
}

async fn route(worker: &Rc<Worker>, inbound: InboundRequest) -> Answer {
    let (gateway, mut inbound) = (&*worker.gateway, inbound);
    let decision = gateway.settings.routes.decide_request(&RouteQuestion {
        method: &inbound.method,
        path: inbound.target.path(),
        query: inbound.target.query(),
        headers: &inbound.headers,
    });
    let moved = match move_in(worker, &mut inbound, &decision).await {
        Ok(moved) => moved,
        Err(refusal) => return refuse_inbound(gateway, &inbound, None, &refusal),
    };
    let departure = Departure::of(gateway, &inbound.headers, &decision);
    let answer = match decision {
        // Boxed: the future of every request is moved, and should be small.
        RouteDecision::Endpoint(endpoint) => Box::pin(endpoints::answer(worker, inbound, endpoint)).await,
        RouteDecision::Forward(forward) => Box::pin(forward_or_refuse(worker, &mut inbound, forward)).await,
        RouteDecision::Refuse(refusal) => refuse_inbound(gateway, &inbound, None, &refusal.into()),
    };
    let answer = moved.settle(gateway, answer);
    match departure {
        Some(departure) => Box::pin(departure.settle(gateway, answer)).await,
        None => answer,
    }
}

fn refuse_inbound(
    gateway: &Gateway,
    inbound: &InboundRequest,
    target: Option<RouteTarget>,
    refusal: &Refusal,
) -> Answer {
    let asked = (&inbound.method, &inbound.headers, Some(&inbound.target));
    refuse(gateway, &Refused::new(asked, target, inbound.id), refusal)
}

async fn forward_or_refuse(
    worker: &Rc<Worker>,
    inbound: &mut InboundRequest,
    decision: Forward<'_>,
) -> Answer {
    match permit_and_forward(worker, inbound, decision).await {
        Ok(answer) => answer,
        Err(refusal) => refuse_inbound(&worker.gateway, inbound, Some(decision.target), &refusal),
    }
}

async fn permit_and_forward(
    worker: &Rc<Worker>,
    inbound: &mut InboundRequest,
    decision: Forward<'_>,
) -> Result<Answer, Refusal> {
    let gateway = &*worker.gateway;
    let started = gateway.now();
    let mut permit = permit(worker, inbound, decision, started).await?;
    let introduction = introduce(gateway, inbound, &mut permit)?;
    let forwarding = forwarding(worker, decision.target)?;
    check_length(inbound, forwarding.body_limit)?;
    let exchange = AppExchange::of(gateway, inbound, &permit);
    let mut answer =
        forward(inbound, &permit, &forwarding).await.map_err(|error| named(forwarding.pool, error))?;
    if let RouteTarget::Api(api) = decision.target {
        let answered = Answered { api, session: permit.session(), path: inbound.target.as_str() };
        api_cookies::keep(worker, answered, answer.headers_mut()).await;
    }
    take_app_cookies(worker, exchange, &mut answer).await?;
    introduction.settle(&mut answer);
    tracing::debug!(
        target: "crossgate::access",
        request_id = %inbound.id, method = %inbound.method, path = inbound.target.path(),
        status = answer.status().as_u16(), rule = decision.rule,
        milliseconds = gateway.now().since(started).as_millis(), "forwarded"
    );
    Ok(answer)
}

fn named(pool: &Pool, error: UpstreamError) -> Refusal {
    match error {
        UpstreamError::Body(BodyFault::TooLarge(limit)) => Refusal::BodyTooLarge(limit),
        UpstreamError::Body(BodyFault::TooSlow) => Refusal::BodyTooSlow,
        error => Refusal::Upstream { name: pool.settings.name.clone(), error },
    }
}

fn forwarding(worker: &Worker, target: RouteTarget) -> Result<Forwarding<'_>, Refusal> {
    let gateway = &*worker.gateway;
    let settings = &gateway.settings;
    let common = |pool, cookies, body_limit, hidden_headers| Forwarding {
        pool,
        public: &gateway.public_side,
        cookies,
        reserved: gateway.app_cookie.as_ref().map(|cookie| cookie.names()),
        token_headers: &gateway.token_headers,
        body_limit,
        hidden_headers,
    };
    match target {
        RouteTarget::App(_) => {
            gateway.metrics.forwarded_app.inc();
            Ok(common(&worker.app, CookiePolicy::AllButOurs, settings.app.body_bytes, &[]))
        }
        RouteTarget::Api(index) => {
            gateway.metrics.forwarded_api.inc();
            let (Some(pool), Some(api)) = (worker.api(index), settings.apis.get(index.0)) else {
                return Err(Refusal::Internal("a route names an API that is not there".to_owned()));
            };
            Ok(common(pool, CookiePolicy::Only(&api.cookies), api.body_bytes, &api.hidden_headers))
        }
    }
}

/// An announced length that is too large is refused before the upstream hears of it.
fn check_length(inbound: &InboundRequest, limit: u64) -> Result<(), Refusal> {
    use http_body::Body as _;
    match inbound.body.size_hint().exact() {
        Some(length) if length > limit => Err(Refusal::BodyTooLarge(limit)),
        _ => Ok(()),
    }
}
