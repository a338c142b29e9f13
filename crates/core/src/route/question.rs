//! What a request says beside its method and its path that changes which page of the app it is about.

use std::borrow::Cow;

use form_urlencoded::parse as parse_query;
use http::{HeaderMap, Method, header};

use crate::target::CanonicalTarget;

/// A request, as far as a decision depends on it.
#[derive(Debug, Clone, Copy)]
pub struct RouteQuestion<'a> {
    /// The method.
    pub method: &'a Method,
    /// The canonical path.
    pub path: &'a str,
    /// The query without its `?`, as it came.
    pub query: Option<&'a str>,
    /// The headers.
    pub headers: &'a HeaderMap,
}

/// What the header `Next-Url` says.
#[derive(Debug)]
pub(super) enum NextUrl<'a> {
    Absent,
    /// A canonical path.
    Path(Cow<'a, str>),
    Unreadable,
}

impl<'a> RouteQuestion<'a> {
    /// Whether the query has a name that Next.js keeps for itself. Next.js 14 reads the locale and whether data is wanted
    /// from `__next…`; 14, 15 and 16 take parameters of routes from `nxtP…` and `nxtI…` where a hosting platform routes
    /// (`NEXT_QUERY_PARAM_PREFIX`). `next start` alone showed no other page for them (`e2e/routes`).
    pub(super) fn has_reserved_query(&self) -> bool {
        let is_reserved = |(name, _): (Cow<'_, str>, _)| {
            ["__next", "_nextDataReq", "nxtP", "nxtI"].iter().any(|prefix| name.starts_with(prefix))
        };
        self.query.is_some_and(|query| parse_query(query.as_bytes()).any(is_reserved))
    }

    /// The sources that the image optimizer is asked for and that are of this site: it fetches them from the app
    /// itself, past the gateway. Next.js takes a request with one source only; all count.
    pub(super) fn local_image_sources(&self) -> impl Iterator<Item = Cow<'a, str>> {
        let pairs = self.query.map(|query| parse_query(query.as_bytes())).into_iter().flatten();
        pairs.filter(|(name, value)| name == "url" && value.starts_with('/')).map(|(_, value)| value)
    }

    /// The page that somebody says to come from.
    pub(super) fn page_before(&self) -> NextUrl<'a> {
        let mut lines = self.headers.get_all("next-url").iter();
        match (lines.next(), lines.next()) {
            (None, _) => NextUrl::Absent,
            (Some(line), None) => {
                let target = line.to_str().ok().and_then(|text| CanonicalTarget::parse(text).ok());
                target.map_or(NextUrl::Unreadable, |target| NextUrl::Path(target.path))
            }
            (Some(_), Some(_)) => NextUrl::Unreadable,
        }
    }

    /// Whether Next.js might run a Server Action: with its header, or as a form of a page without script. Actions of
    /// all pages can be called at any page.
    pub(super) fn may_run_action(&self) -> bool {
        let is_form = |value: &http::HeaderValue| {
            value.as_bytes().to_ascii_lowercase().trim_ascii_start().starts_with(b"multipart/form-data")
        };
        *self.method == Method::POST
            && (self.headers.contains_key("next-action")
                || self.headers.get_all(header::CONTENT_TYPE).iter().any(is_form))
    }
}
