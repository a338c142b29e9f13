//! Who is asking, as far as the form of an answer goes: a person who navigates, or one of the scripts.

use crossgate_core::page::Transport;
use crossgate_core::route::RouteTarget;
use http::{HeaderMap, HeaderName, Method, header};

const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const NEXT_ACTION: HeaderName = HeaderName::from_static("next-action");
const RSC: HeaderName = HeaderName::from_static("rsc");

/// What kind of answer the caller understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// A navigation: HTML and redirects.
    Navigation,
    /// A navigation to one of our own endpoints: HTML, never a redirect to sign-in.
    EndpointNavigation,
    /// The Pages Router of Next.js, asking for data.
    NextData,
    /// The App Router of Next.js, asking for a rendered tree. A refusal with a status makes it navigate itself.
    NextTree,
    /// A Server Action.
    ServerAction,
    /// Any other script: JSON and statuses.
    Script,
}

impl Caller {
    /// At our own endpoints: nobody is sent from the sign-in page to the sign-in page.
    pub(crate) fn at_endpoint(self) -> Self {
        match self {
            Self::Navigation => Self::EndpointNavigation,
            other => other,
        }
    }

    /// Judges by headers that scripts cannot set where there are any.
    pub(crate) fn of(method: &Method, headers: &HeaderMap, target: Option<RouteTarget>) -> Self {
        match target {
            Some(RouteTarget::App(Transport::Data)) => return Self::NextData,
            Some(RouteTarget::App(Transport::Rsc)) => return Self::NextTree,
            Some(RouteTarget::App(_)) if headers.contains_key(NEXT_ACTION) => return Self::ServerAction,
            Some(RouteTarget::App(_)) if headers.contains_key(RSC) => return Self::NextTree,
            _ => {}
        }
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        match text(FETCH_MODE) {
            Some("navigate") => Self::Navigation,
            Some(_) => Self::Script,
            None if *method == Method::GET && accepts_html(text(header::ACCEPT)) => Self::Navigation,
            None => Self::Script,
        }
    }
}

fn accepts_html(accept: Option<&str>) -> bool {
    accept.is_some_and(|accept| accept.contains("text/html"))
}
