//! Where a provider is: `issuer` and what makes one, and the endpoints of OAuth 2

use crossgate_core::provider::{
    DeclaredEndpoints, EmailList, Endpoint, Issuer, OAuth2Settings, OpenIdSettings, ProviderProtocol,
    UserInfoUse,
};

use super::Kind;
use crate::presets::{IssuerSource, Placeholder, PlaceholderForm, PresetEndpoints, PresetProtocol};
use crate::reader::{Entry, Table};
use crate::report::Complaint;
use crate::values::{choice, endpoint, host, issuer, path_segment};

/// The id that stands for all personal accounts of Microsoft, where `consumers` is meant.
const PERSONAL_ACCOUNTS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

pub(super) fn read_protocol(table: &Table<'_>, kind: Kind) -> Option<ProviderProtocol> {
    match kind {
        Kind::OpenId => read_openid(table, None, UserInfoUse::WhenNeeded),
        Kind::OAuth2 => read_oauth2(table).map(Box::new).map(ProviderProtocol::OAuth2),
        Kind::Preset(preset) => match &preset.protocol {
            PresetProtocol::OpenId { issuer, user_info } => read_openid(table, Some(issuer), *user_info),
            PresetProtocol::OAuth2(endpoints) => {
                known_oauth2(endpoints).map(Box::new).map(ProviderProtocol::OAuth2)
            }
        },
    }
}

fn read_openid(
    table: &Table<'_>,
    source: Option<&IssuerSource>,
    user_info: UserInfoUse,
) -> Option<ProviderProtocol> {
    let words = [
        ("never", UserInfoUse::Never),
        ("when_needed", UserInfoUse::WhenNeeded),
        ("always", UserInfoUse::Always),
    ];
    let user_info = table.read_or("user_info", user_info, choice(&words));
    let issuer = read_issuer(table, source)?;
    Some(ProviderProtocol::OpenId(OpenIdSettings { issuer, user_info }))
}

fn read_issuer(table: &Table<'_>, source: Option<&IssuerSource>) -> Option<Issuer> {
    let required = |example: &str| table.require("issuer", &format!("issuer = \"{example}\""), issuer);
    match source {
        None => required("https://id.example.com"),
        Some(IssuerSource::Written(example)) => required(example),
        Some(IssuerSource::Fixed(text)) => Issuer::parse(text).ok(),
        Some(IssuerSource::Usual(text)) => {
            let written = table.has("issuer");
            let found = table.read("issuer", issuer);
            if written { found } else { Issuer::parse(text).ok() }
        }
        Some(IssuerSource::Made { key, pattern, optional }) => {
            let example = format!("{} = \"{}\"", key.key, key.example);
            let mut text =
                table.require(key.key, &example, placeholder(key)).map(|value| pattern.replace("{}", &value));
            if let Some((key, pattern)) = optional
                && let Some(value) = table.read(key.key, placeholder(key))
            {
                text = text.map(|text| text + &pattern.replace("{}", &value));
            }
            Issuer::parse(&text?).ok()
        }
    }
}

fn placeholder(key: &Placeholder) -> impl FnOnce(&Entry<'_>) -> Result<String, Complaint> {
    move |entry| match key.form {
        PlaceholderForm::Host => host(entry),
        PlaceholderForm::Segment => path_segment(entry, key.example),
        PlaceholderForm::Tenant => tenant(entry, key.example),
    }
}

/// The id of a tenant. Its documents spell it in small letters.
fn tenant(entry: &Entry<'_>, example: &str) -> Result<String, Complaint> {
    let text = entry.text()?.to_ascii_lowercase();
    let groups: Vec<_> = text.split('-').map(str::len).collect();
    let is_hexadecimal = text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    if groups == [8, 4, 4, 4, 12] && is_hexadecimal {
        return Ok(text);
    }
    match text.as_str() {
        "common" | "organizations" => Err(Complaint::new(
            "stands for many tenants, each with an issuer of its own, so it could not be checked who vouches",
            "write the id of your tenant; for several tenants write a section for each, with preset = \"entra\"",
        )),
        "consumers" => Err(Complaint::new(
            "is not the id that stands in the issuer",
            format!("for personal accounts write \"{PERSONAL_ACCOUNTS}\""),
        )),
        _ => Err(Complaint::new(
            "not the id of a tenant",
            format!("write the \"Directory (tenant) ID\" that the portal shows, such as \"{example}\""),
        )),
    }
}

fn read_oauth2(table: &Table<'_>) -> Option<OAuth2Settings> {
    let required =
        |key, path: &str| table.require(key, &format!("{key} = \"https://id.example.com/{path}\""), endpoint);
    let authorization = required("authorization_endpoint", "authorize");
    let token = required("token_endpoint", "token");
    let user_info = required("user_info_endpoint", "me");
    let emails = table.read("emails_endpoint", endpoint).map(|endpoint| EmailList { endpoint });
    let revocation = table.read("revocation_endpoint", endpoint);
    let answers_with_issuer = table.read("answers_with_issuer", issuer);
    let issuer = table.read("issuer", issuer);
    let authorization = authorization?;
    Some(OAuth2Settings {
        issuer: issuer.or_else(|| Issuer::parse(&authorization.origin()).ok())?,
        endpoints: DeclaredEndpoints {
            authorization,
            token: token?,
            user_info: user_info?,
            emails,
            revocation,
            answers_with_issuer,
        },
    })
}

/// A test looks at all of them, so that nothing is ever missing.
fn known_oauth2(known: &PresetEndpoints) -> Option<OAuth2Settings> {
    let endpoint = |text| Endpoint::parse(text).ok();
    Some(OAuth2Settings {
        issuer: Issuer::parse(known.issuer).ok()?,
        endpoints: DeclaredEndpoints {
            authorization: endpoint(known.authorization)?,
            token: endpoint(known.token)?,
            user_info: endpoint(known.user_info)?,
            emails: known.emails.and_then(endpoint).map(|endpoint| EmailList { endpoint }),
            revocation: known.revocation.and_then(endpoint),
            answers_with_issuer: known.answers_with_issuer.and_then(|text| Issuer::parse(text).ok()),
        },
    })
}
