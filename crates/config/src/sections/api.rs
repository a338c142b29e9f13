//! `[[api]]`

use std::time::Duration;

use crossgate_core::pattern::PathPattern;
use crossgate_core::route::{Access, ApiRoutes, MethodSet, OursAlone};
use crossgate_core::settings::{ApiSettings, UpstreamSettings};
use http::HeaderName;

use super::api_client::{ClientDraft, read_client};
use super::api_token::{TokenDraft, read_token};
use super::app::read_upstream;
use super::limits::LARGEST_BODY;
use super::rules::{PlacedRule, read_open_requests, read_patterns, read_rules};
use crate::reader::{Entry, Table};
use crate::report::{Complaint, Place};
use crate::values::{cookie_name, header_name, is_below, prefix, size_between};

/// What one `[[api]]` says.
pub(crate) struct ApiDraft<'r> {
    pub(crate) path_place: Place<'r>,
    pub(crate) url_place: Place<'r>,
    pub(crate) path: Option<String>,
    pub(crate) upstream: Option<UpstreamSettings>,
    pub(crate) token: TokenDraft<'r>,
    pub(crate) client: Option<ClientDraft<'r>>,
    /// The operator's rules, in the order in which they are asked.
    pub(crate) rules: Vec<PlacedRule<'r>>,
    pub(crate) app: Vec<(Place<'r>, PathPattern)>,
    pub(crate) accept_bearer: Vec<(Place<'r>, PathPattern)>,
    /// What Crossgate alone asks.
    pub(crate) ours_alone: Vec<OursAlone>,
    cookies: Vec<String>,
    body_bytes: u64,
    hidden_headers: Vec<HeaderName>,
}

/// `body_bytes` is the limit that holds for all requests.
pub(crate) fn read_api<'r>(table: &Table<'r>, body_bytes: u64) -> ApiDraft<'r> {
    let path = table.require("path", "path = \"/api\", the prefix of this API", api_path);
    let name = path.as_deref().unwrap_or("api");
    let upstream = read_upstream(table, name, Duration::from_secs(30));
    let token = read_token(table, upstream.as_ref());
    let mut rules = read_rules(table);
    rules.extend(read_open_requests(table, "public"));
    ApiDraft {
        path_place: table.place_of("path"),
        url_place: table.place_of("url"),
        client: read_client(table, token.token.as_ref()),
        token,
        rules,
        app: read_patterns(table, "app"),
        accept_bearer: read_patterns(table, "accept_bearer"),
        ours_alone: Vec::new(),
        cookies: table.list("cookies", cookie_name),
        body_bytes: table.read_or("body", body_bytes, size_between(1, LARGEST_BODY)),
        hidden_headers: table.list("hidden_headers", header_name),
        path,
        upstream,
    }
}

fn api_path(entry: &Entry<'_>) -> Result<String, Complaint> {
    let path = prefix(entry)?;
    if is_below(&path, "/_next") {
        return Err(Complaint::new("/_next belongs to Next.js", "choose another prefix"));
    }
    Ok(path)
}

impl ApiDraft<'_> {
    /// Whether one line opens everything below the prefix.
    pub(crate) fn is_open_throughout(&self) -> bool {
        let everything = self.path.as_ref().map(|path| format!("{path}/**"));
        self.rules.iter().any(|PlacedRule { rule, .. }| {
            let is_open = rule.access == Access::Open && rule.methods == MethodSet::Any;
            is_open && Some(rule.pattern.as_str()) == everything.as_deref()
        })
    }

    /// `None` when something necessary is missing.
    pub(crate) fn into_parts(self) -> Option<(ApiSettings, ApiRoutes)> {
        let path = self.path?;
        let settings = ApiSettings {
            upstream: self.upstream?,
            path: path.clone(),
            token: self.token.token?,
            client: self.client.and_then(ClientDraft::into_client),
            cookies: self.cookies,
            body_bytes: self.body_bytes,
            hidden_headers: self.hidden_headers,
        };
        let routes = ApiRoutes {
            ours_alone: self.ours_alone,
            path,
            rules: self.rules.into_iter().map(|placed| placed.rule).collect(),
            app: self.app.into_iter().map(|(_, pattern)| pattern).collect(),
            accept_bearer: self.accept_bearer.into_iter().map(|(_, pattern)| pattern).collect(),
        };
        Some((settings, routes))
    }
}
