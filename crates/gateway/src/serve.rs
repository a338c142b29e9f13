//! The life of a request: listener → decide → session → token → upstream.

use std::rc::Rc;

use crossgate_core::client_address::PeerAddress;
use crossgate_core::route::{Forward, RouteDecision, RouteQuestion, RouteRefusal, RouteTarget};
use crossgate_core::target::TargetError;
use http::{HeaderName, HeaderValue, Request, header};

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

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Serves one request. Whatever happens, the answer names the request.
pub(crate) async fn serve(worker: Rc<Worker>, peer: PeerAddress, request: Request<InboundBody>) -> Answer {
    let id = worker.request_ids.next();
    let answer = route(&worker, peer, request, id).await;
    signed(&worker.gateway, id, answer)
}

/// The answer to a head that has more than one reading. Nothing on its connection can be trusted after it.
pub(crate) fn refuse_head(worker: &Worker, error: HeadError) -> Answer {
    let id = worker.request_ids.next();
    let refused = Refused { caller: Caller::Script, target: None, id };
    let mut answer = refuse(&worker.gateway, &refused, &Refusal::Head(error));
    answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    signed(&worker.gateway, id, answer)
}

/// What every answer says, an upstream's too: which request it is about, and that browsers come back by https. An
/// upstream that says the latter itself knows better.
fn signed(gateway: &Gateway, id: RequestId, answer: Answer) -> Answer {
    let mut answer = answer;
    let headers = answer.headers_mut();
    headers.insert(REQUEST_ID, id.header());
    if let Some(strict_transport) = &gateway.settings.strict_transport {
        let said = headers.entry(header::STRICT_TRANSPORT_SECURITY);
        said.or_insert_with(|| strict_transport.header().clone());
    }
    answer
}

async fn route(
    worker: &Rc<Worker>,
    peer: PeerAddress,
    request: Request<InboundBody>,
    id: RequestId,
) -> Answer {
    let gateway = &*worker.gateway;
    let settings = &gateway.settings;
    let unrouted =
        Refused::new(request.method(), request.headers(), request.uri().path_and_query(), None, id);
    let rules =
        ListenerRules { origin: &settings.public_origin, trusted_proxies: &settings.listen.trusted_proxies };
    let mut inbound = match judge(request, peer, id, &rules) {
        Ok(inbound) => inbound,
        Err(refusal) => return refuse(gateway, &unrouted, &refusal),
    };
    let decision = settings.routes.decide_request(&RouteQuestion {
        method: &inbound.method,
        path: inbound.target.path(),
        query: inbound.target.query(),
        headers: &inbound.headers,
    });
    let moved = match move_in(worker, &mut inbound, &decision).await {
        Ok(moved) => moved,
        Err(refusal) => return refuse(gateway, &unrouted, &refusal),
    };
    let departure = Departure::of(gateway, &inbound.headers, &decision);
    let answer = match decision {
        // Boxed: the future of every request is moved, and should be small.
        RouteDecision::Endpoint(endpoint) => Box::pin(endpoints::answer(worker, inbound, endpoint)).await,
        RouteDecision::Forward(forward) => Box::pin(forward_or_refuse(worker, inbound, forward)).await,
        RouteDecision::Refuse(RouteRefusal::OursAlone) => refuse(gateway, &unrouted, &Refusal::NotFound),
        RouteDecision::Refuse(RouteRefusal::ReservedQuery) => {
            refuse(gateway, &unrouted, &Refusal::Target(TargetError::ReservedQuery))
        }
        RouteDecision::Refuse(RouteRefusal::UnknownTransport) => {
            refuse(gateway, &unrouted, &Refusal::UnknownTransport)
        }
    };
    let answer = moved.settle(gateway, answer);
    match departure {
        Some(departure) => Box::pin(departure.settle(gateway, answer)).await,
        None => answer,
    }
}

async fn forward_or_refuse(worker: &Rc<Worker>, inbound: InboundRequest, decision: Forward<'_>) -> Answer {
    let gateway = &*worker.gateway;
    let refused = Refused::new(
        &inbound.method,
        &inbound.headers,
        Some(&inbound.target),
        Some(decision.target),
        inbound.id,
    );
    match permit_and_forward(worker, inbound, decision).await {
        Ok(answer) => answer,
        Err(refusal) => refuse(gateway, &refused, &refusal),
    }
}

async fn permit_and_forward(
    worker: &Rc<Worker>,
    inbound: InboundRequest,
    decision: Forward<'_>,
) -> Result<Answer, Refusal> {
    let gateway = &*worker.gateway;
    let mut permit = permit(worker, &inbound, decision, gateway.now()).await?;
    let introduction = introduce(gateway, &inbound, &mut permit)?;
    let forwarding = forwarding(worker, decision.target)?;
    check_length(&inbound, forwarding.body_limit)?;
    let started = gateway.now();
    let (method, target, id) = (inbound.method.clone(), inbound.target.clone(), inbound.id);
    let session = permit.session().cloned();
    let exchange = AppExchange::of(gateway, &inbound, &permit);
    let mut answer =
        forward(inbound, permit, &forwarding).await.map_err(|error| named(forwarding.pool, error))?;
    if let RouteTarget::Api(api) = decision.target {
        let answered = Answered { api, session, path: target.as_str() };
        api_cookies::keep(worker, answered, answer.headers_mut()).await;
    }
    take_app_cookies(worker, exchange, &mut answer).await?;
    introduction.settle(&mut answer);
    tracing::debug!(
        target: "crossgate::access",
        request_id = %id, %method, path = target.path(), status = answer.status().as_u16(), rule = decision.rule,
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
