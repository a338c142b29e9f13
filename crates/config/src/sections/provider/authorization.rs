//! How browsers are sent to a provider: `scopes`, `parameters`, `allowed_parameters`, `response_mode`

use crossgate_core::provider::{
    AuthorizationSettings, CodeChallengeUse, ResponseMode, is_protected_parameter,
};

use super::Kind;
use crate::presets::{USUAL_PARAMETERS, USUAL_SCOPES};
use crate::reader::{Entry, Table};
use crate::report::Complaint;
use crate::values::choice;

pub(super) fn read_authorization(table: &Table<'_>, kind: Kind) -> AuthorizationSettings {
    let modes = [("query", ResponseMode::Query), ("form_post", ResponseMode::FormPost)];
    let mode = kind.preset().map_or(ResponseMode::Query, |preset| preset.response_mode);
    AuthorizationSettings {
        scopes: read_scopes(table, kind),
        parameters: read_parameters(table, kind),
        allowed_parameters: read_allowed(table, kind),
        response_mode: table.read_or("response_mode", mode, choice(&modes)),
        code_challenge: kind.preset().map_or(CodeChallengeUse::S256, |preset| preset.code_challenge),
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn read_scopes(table: &Table<'_>, kind: Kind) -> Vec<String> {
    let Some(entry) = table.entry("scopes") else {
        return owned(match kind {
            Kind::Preset(preset) => preset.scopes,
            Kind::OpenId => USUAL_SCOPES,
            Kind::OAuth2 => &[],
        });
    };
    let scopes = table.list("scopes", scope);
    let lacks_openid = entry.is_list() && !scopes.iter().any(|scope| scope == "openid");
    if kind.speaks_openid() && lacks_openid {
        let fix = "add \"openid\": without it there is no ID token";
        entry.place.complain(Complaint::new("OpenID Connect needs the scope `openid`", fix));
    }
    scopes
}

/// RFC 6749 §3.3.
fn scope(entry: &Entry<'_>) -> Result<String, Complaint> {
    let text = entry.text()?;
    if text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\')) {
        return Ok(text.to_owned());
    }
    Err(Complaint::new("not one scope", "write each scope as an element of its own: [\"openid\", \"email\"]"))
}

/// Those of the preset, unless they are written otherwise.
fn read_parameters(table: &Table<'_>, kind: Kind) -> Vec<(String, String)> {
    let known = kind.preset().map(|preset| preset.parameters).unwrap_or_default();
    let mut parameters: Vec<_> =
        known.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let members = table.read("parameters", Entry::members).unwrap_or_default();
    for (name, entry) in members {
        let checked = check_parameter(name).and_then(|()| entry.text());
        if let Some(value) = entry.accept(checked) {
            parameters.retain(|(known, _)| known != name);
            parameters.push((name.to_owned(), value.to_owned()));
        }
    }
    parameters
}

fn read_allowed(table: &Table<'_>, kind: Kind) -> Vec<String> {
    if table.entry("allowed_parameters").is_none() {
        return owned(match kind {
            Kind::Preset(preset) => preset.allowed_parameters,
            Kind::OpenId => USUAL_PARAMETERS,
            Kind::OAuth2 => &[],
        });
    }
    table.list("allowed_parameters", |entry| {
        let text = entry.text()?;
        check_parameter(text).map(|()| text.to_owned())
    })
}

fn check_parameter(name: &str) -> Result<(), Complaint> {
    let fix = match name {
        "scope" => "write `scopes`",
        "response_mode" => "write `response_mode` as a key of its own",
        "audience" | "resource" => "write it in the [[api]] with token = \"provider\"",
        _ => "remove it",
    };
    if is_protected_parameter(name) {
        return Err(Complaint::new("Crossgate sets this parameter itself", fix));
    }
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Complaint::new("not the name of a parameter", "write a name such as \"login_hint\""));
    }
    Ok(())
}
