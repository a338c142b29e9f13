//! A request to one of our endpoints, with what every one of them needs.

use std::rc::Rc;
use std::sync::Arc;

use crossgate_core::client_address::ClientAddress;
use crossgate_core::return_to::ReturnTo;
use crossgate_core::session::EndReason;
use crossgate_core::settings::{Dialect, Settings};
use crossgate_core::time::Timestamp;
use crossgate_nextauth::EndpointUrls;
use http::{HeaderMap, Method};

use super::by_app::Visitor;
use crate::gateway::{Gateway, Worker};
use crate::listener::{InboundBody, InboundRequest};
use crate::provider::Provider;
use crate::refusal::Refusal;
use crate::request_id::RequestId;
use crate::session::{LiveSession, SessionAnswer};

/// See the [module](self).
pub(super) struct Ask {
    pub(super) worker: Rc<Worker>,
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Option<InboundBody>,
    pub(super) client: ClientAddress,
    pub(super) id: RequestId,
    pub(super) now: Timestamp,
}

impl Ask {
    pub(super) fn new(worker: &Rc<Worker>, inbound: InboundRequest) -> Self {
        let InboundRequest { method, target, headers, body, client, id, .. } = inbound;
        let query =
            form_urlencoded::parse(target.query().unwrap_or_default().as_bytes()).into_owned().collect();
        let now = worker.gateway.now();
        Self { worker: Rc::clone(worker), method, headers, query, body: Some(body), client, id, now }
    }

    /// As if whoever asked the app had asked here.
    pub(super) fn of_visitor(worker: &Rc<Worker>, visitor: Visitor) -> Self {
        let (method, now) = (Method::POST, worker.gateway.now());
        let Visitor { headers, client, id } = visitor;
        Self { worker: Rc::clone(worker), method, headers, query: Vec::new(), body: None, client, id, now }
    }

    pub(super) fn gateway(&self) -> &Gateway {
        &self.worker.gateway
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.worker.gateway.settings
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.settings().app.next_auth.dialect
    }

    /// The path of one of our endpoints, such as `signin`.
    pub(super) fn endpoint(&self, name: &str) -> String {
        self.settings().app.next_auth.endpoint(name)
    }

    pub(super) fn urls(&self) -> &EndpointUrls {
        &self.worker.gateway.urls
    }

    /// The first value of a query parameter.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// `callbackUrl` from the body's fields or the query; home in place of anything unacceptable.
    pub(super) fn return_to(&self, field: Option<&str>) -> ReturnTo {
        let wanted = field.filter(|text| !text.is_empty()).or_else(|| self.query("callbackUrl"));
        self.settings().return_to.parse_or_home(wanted)
    }

    /// The provider that a path names.
    pub(super) fn provider(&self, id: &str) -> Result<Arc<Provider>, Refusal> {
        self.gateway().providers.get(id).cloned().ok_or(Refusal::NotFound)
    }

    /// The session, without that counting as activity.
    pub(super) async fn peek(&self) -> SessionAnswer {
        self.gateway().sessions.peek(&self.headers, self.now).await
    }

    /// The session of somebody who must be signed in.
    pub(super) async fn signed_in(&self) -> Result<Arc<LiveSession>, Refusal> {
        match self.gateway().sessions.find(&self.headers, self.now).await {
            SessionAnswer::Active(session) => Ok(session),
            SessionAnswer::Absent => Err(Refusal::NotSignedIn),
            SessionAnswer::Expired(timeout) => Err(Refusal::SessionEnded(Some(EndReason::Expired(timeout)))),
            SessionAnswer::Ended(reason) => Err(Refusal::SessionEnded(Some(reason))),
            SessionAnswer::Unknown => Err(Refusal::SessionEnded(None)),
            SessionAnswer::Unavailable(fault) => Err(fault.into()),
        }
    }
}
