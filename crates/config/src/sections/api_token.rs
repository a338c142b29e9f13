//! `token`, `header`, `scheme`, `issued`, `provider`, `audience` and `resource` of an `[[api]]`

use std::time::Duration;

use crossgate_core::provider::{ProviderId, TokenTarget};
use crossgate_core::secret::SecretText;
use crossgate_core::settings::UpstreamSettings;
use crossgate_core::template::JsonTemplate;
use crossgate_core::token::{
    IssuedTokenSettings, LONGEST_TOKEN_LIFETIME, ProviderTokenSettings, TokenHeader, TokenSigning,
    UpstreamToken,
};
use http::header::AUTHORIZATION;
use url::Url;

use crate::reader::{Entry, Table};
use crate::report::{Complaint, Place};
use crate::values::{choice, claim_template, duration_between, header_name, header_scheme};

/// Claims that Crossgate sets itself (RFC 7519 §4.1, RFC 9068 §2.2).
const OWN_CLAIMS: [&str; 9] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "sid", "client_id"];

/// Shorter than this is no secret at all.
const SHORTEST_SHARED_SECRET: usize = 8;
/// RFC 7518 §3.2: as long as the hash.
const GOOD_SHARED_SECRET: usize = 32;

/// What the API receives.
pub(crate) struct TokenDraft<'r> {
    pub(crate) place: Place<'r>,
    pub(crate) provider_place: Place<'r>,
    pub(crate) token: Option<UpstreamToken>,
    /// The secret shared with the API, for comparison with our own.
    pub(crate) shared_secret: Option<(Place<'r>, SecretText)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    None,
    Issued,
    Api,
    Cookie,
    Provider,
    NextAuth,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Es256,
    Hs256,
}

struct IssuedDraft {
    signing: Option<TokenSigning>,
    audience: Option<String>,
    lifetime: Duration,
    claims: JsonTemplate,
}

pub(crate) fn read_token<'r>(table: &Table<'r>, upstream: Option<&UpstreamSettings>) -> TokenDraft<'r> {
    let example = "token = \"api\" (the token of the API's own login), \"issued\" (a JWT by Crossgate), \
                   \"cookie\" (the cookies that the API set), \"provider\" (the access token of a provider), \"next-auth\" (the session token of the app) or \"none\"";
    let kind = table.require("token", example, kind);
    let header = read_header(table);
    let has_issued = table.entry("issued").is_some();
    let mut shared_secret = None;
    let issued = table.section_or_empty("issued", |table| {
        shared_secret = table.entry("secret").and_then(|entry| shared_secret_of(&entry));
        read_issued(table, shared_secret.as_ref().map(|(_, secret)| secret))
    });
    let provider = read_provider_token(table, kind);
    refuse_without_effect(table, kind, has_issued);
    let token = kind.and_then(|kind| match kind {
        Kind::None => Some(UpstreamToken::None),
        Kind::Api => Some(UpstreamToken::Api(header)),
        Kind::Cookie => Some(UpstreamToken::Cookie),
        Kind::NextAuth => Some(UpstreamToken::NextAuth(header)),
        Kind::Issued => issued.into_token(header, upstream).map(UpstreamToken::Issued),
        Kind::Provider => {
            let (provider, target) = provider?;
            Some(UpstreamToken::Provider(ProviderTokenSettings { provider, target, header }))
        }
    });
    let (place, provider_place) = (table.place_of("token"), table.place_of("provider"));
    TokenDraft { place, provider_place, token, shared_secret }
}

fn kind(entry: &Entry<'_>) -> Result<Kind, Complaint> {
    choice(&[
        ("api", Kind::Api),
        ("cookie", Kind::Cookie),
        ("issued", Kind::Issued),
        ("provider", Kind::Provider),
        ("next-auth", Kind::NextAuth),
        ("none", Kind::None),
    ])(entry)
}

/// Whose token, and for whom it is asked.
fn read_provider_token(table: &Table<'_>, kind: Option<Kind>) -> Option<(ProviderId, TokenTarget)> {
    let provider = table.read("provider", provider_id);
    let audience = table.read("audience", |entry| entry.text().map(str::to_owned));
    let resource = table.read("resource", resource);
    if kind == Some(Kind::Provider) && !table.has("provider") {
        let fix = "add provider = \"…\", the name of the section [sign_in.…]";
        table.place_of("provider").complain(Complaint::new("is required with token = \"provider\"", fix));
    }
    if table.has("audience") && table.has("resource") {
        let reason = "an access token is asked for an `audience` or a `resource`, not both";
        table
            .place_of("resource")
            .complain(Complaint::new(reason, "remove the one that the provider ignores"));
    }
    let target = match (audience, resource) {
        (Some(audience), _) => TokenTarget::Audience(audience),
        (None, Some(resource)) => TokenTarget::Resource(resource),
        (None, None) => TokenTarget::Default,
    };
    provider.map(|provider| (provider, target))
}

fn provider_id(entry: &Entry<'_>) -> Result<ProviderId, Complaint> {
    ProviderId::parse(entry.text()?)
        .map_err(|error| Complaint::new(error.to_string(), "write the name of the section [sign_in.…]"))
}

/// RFC 8707 §2: an absolute URI without a fragment.
fn resource(entry: &Entry<'_>) -> Result<String, Complaint> {
    let text = entry.text()?;
    let is_whole = Url::parse(text).is_ok_and(|url| url.fragment().is_none());
    let fix = "write the API's address as the provider knows it: \"https://api.example.com\"";
    is_whole
        .then(|| text.to_owned())
        .ok_or_else(|| Complaint::new("not an absolute address without a fragment", fix))
}

/// Other headers than `Authorization` carry the bare token as a rule.
fn read_header(table: &Table<'_>) -> TokenHeader {
    let name = table.read_or("header", AUTHORIZATION, header_name);
    let default = (name == AUTHORIZATION).then(|| "Bearer".to_owned());
    TokenHeader { scheme: table.read_or("scheme", default, header_scheme), name }
}

fn refuse_without_effect(table: &Table<'_>, kind: Option<Kind>, has_issued: bool) {
    let complain = |key: &str, reason: &str| {
        let fix = "remove it, or change `token`";
        table.place_of(key).complain(Complaint::new(reason, fix));
    };
    if has_issued && kind.is_some_and(|kind| kind != Kind::Issued) {
        complain("issued", "has an effect only with token = \"issued\"");
    }
    for key in ["provider", "audience", "resource"] {
        if kind.is_some_and(|kind| kind != Kind::Provider) && table.has(key) {
            complain(key, "has an effect only with token = \"provider\"");
        }
    }
    for key in ["header", "scheme"] {
        if kind == Some(Kind::None) && table.entry(key).is_some() {
            complain(key, "has no effect with token = \"none\"");
        }
        if kind == Some(Kind::Cookie) && table.entry(key).is_some() {
            complain(key, "has no effect with token = \"cookie\": cookies go under their own names");
        }
    }
}

fn shared_secret_of<'r>(entry: &Entry<'r>) -> Option<(Place<'r>, SecretText)> {
    let text = entry.accept(entry.text())?;
    let fix = "make one with `openssl rand -hex 32`, and give it to the API as well";
    if text.len() < SHORTEST_SHARED_SECRET {
        let reason = format!("is too short: at least {SHORTEST_SHARED_SECRET} bytes are needed");
        entry.place.complain(Complaint::new(reason, fix));
    } else if text.len() < GOOD_SHARED_SECRET {
        let reason = format!("is short: below {GOOD_SHARED_SECRET} bytes it can be guessed from a token");
        entry.place.warn(Complaint::new(reason, fix));
    }
    Some((entry.place.clone(), SecretText::new(text)))
}

fn read_issued(table: &Table<'_>, secret: Option<&SecretText>) -> IssuedDraft {
    let words = [("ES256", Algorithm::Es256), ("HS256", Algorithm::Hs256)];
    let algorithm = table.read_or("algorithm", Algorithm::Es256, choice(&words));
    let (low, high) = (Duration::from_secs(60), LONGEST_TOKEN_LIFETIME);
    IssuedDraft {
        signing: read_signing(table, algorithm, secret),
        audience: table.read("audience", |entry| entry.text().map(str::to_owned)),
        lifetime: table.read_or("lifetime", Duration::from_secs(300), duration_between(low, high)),
        claims: read_claims(table).unwrap_or_else(|| JsonTemplate::Object(Vec::new())),
    }
}

fn read_signing(
    table: &Table<'_>,
    algorithm: Algorithm,
    secret: Option<&SecretText>,
) -> Option<TokenSigning> {
    let has_secret = table.has("secret");
    match (algorithm, secret) {
        (Algorithm::Es256, _) if has_secret => {
            let reason = "has an effect only with algorithm = \"HS256\"; ES256 has keys of its own";
            let fix = "write algorithm = \"HS256\" if the API verifies with this secret, or remove it";
            table.place_of("secret").complain(Complaint::new(reason, fix));
            None
        }
        (Algorithm::Es256, _) => Some(TokenSigning::Es256),
        (Algorithm::Hs256, Some(secret)) => Some(TokenSigning::Hs256(secret.clone())),
        (Algorithm::Hs256, None) => {
            if !has_secret {
                let fix = "add secret = \"${JWT_SECRET}\", the secret that the API verifies with";
                table.place_of("secret").complain(Complaint::new("is required with HS256", fix));
            }
            None
        }
    }
}

fn read_claims(table: &Table<'_>) -> Option<JsonTemplate> {
    let entry = table.entry("claims")?;
    for (name, member) in entry.accept(entry.members())? {
        if OWN_CLAIMS.contains(&name) {
            let fix = "remove it; `audience` and `lifetime` set the claims that can be chosen";
            member.place.complain(Complaint::new("Crossgate sets this claim itself", fix));
        }
    }
    claim_template(&entry)
}

impl IssuedDraft {
    /// `None` when the key is missing, or there is neither an audience nor an address to make one from.
    fn into_token(
        self,
        header: TokenHeader,
        upstream: Option<&UpstreamSettings>,
    ) -> Option<IssuedTokenSettings> {
        let IssuedDraft { signing, audience, lifetime, claims } = self;
        let audience = audience.or_else(|| upstream.map(origin_of))?;
        Some(IssuedTokenSettings { signing: signing?, audience, lifetime, claims, header })
    }
}

fn origin_of(upstream: &UpstreamSettings) -> String {
    let UpstreamSettings { host, port, .. } = upstream;
    let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
    if *port == 80 { format!("http://{host}") } else { format!("http://{host}:{port}") }
}
