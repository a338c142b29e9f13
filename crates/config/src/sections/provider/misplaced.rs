//! Keys that another kind of provider has

use super::Kind;
use crate::presets::PresetProtocol;
use crate::report::Complaint;

/// Keys of one preset, or of a few.
const PLACEHOLDERS: [(&str, &str); 4] = [
    ("domain", "`auth0` and `okta`"),
    ("tenant", "`entra`"),
    ("authorization_server", "`okta`"),
    ("team_id", "`apple`"),
];

const ENDPOINTS: [&str; 6] = [
    "authorization_endpoint",
    "token_endpoint",
    "user_info_endpoint",
    "emails_endpoint",
    "revocation_endpoint",
    "answers_with_issuer",
];

/// What to say about a key that nobody asked for. `None` where it is simply unknown.
pub(super) fn complaint_about(name: &str, kind: Kind) -> Option<Complaint> {
    if let Some((_, presets)) = PLACEHOLDERS.iter().find(|(key, _)| *key == name) {
        let fix = "remove it, or write the `preset` that it belongs to";
        return Some(Complaint::new(format!("is a key of the preset {presets} only"), fix));
    }
    if ENDPOINTS.contains(&name) {
        return Some(about_endpoint(kind));
    }
    match name {
        "issuer" => Some(Complaint::new(
            "the preset knows the issuer",
            "remove it; for another one write type = \"oidc\" or \"oauth2\" in place of the preset",
        )),
        "user_info" | "sign_out_there" => Some(Complaint::new(
            "is a part of OpenID Connect, which this provider does not speak",
            "remove it",
        )),
        "client_secret" | "client_authentication" | "key_algorithm" => Some(Complaint::new(
            "has no effect: the secret is made from `private_key`, `key_id` and `team_id`",
            "remove it",
        )),
        "secret" => Some(Complaint::new("unknown key", "did you mean `client_secret`?")),
        _ => None,
    }
}

fn about_endpoint(kind: Kind) -> Complaint {
    match kind {
        Kind::Preset(preset) if matches!(preset.protocol, PresetProtocol::OAuth2(_)) => Complaint::new(
            "the preset knows the endpoints",
            "remove it; for others write type = \"oauth2\" in place of the preset",
        ),
        _ => Complaint::new(
            "comes from the discovery document of the issuer",
            "remove it; a provider without such a document has type = \"oauth2\"",
        ),
    }
}
