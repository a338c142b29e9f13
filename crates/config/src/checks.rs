//! Sections compared with each other.

use crossgate_core::settings::ApiIndex;
use crossgate_core::token::UpstreamToken;

use crate::report::Complaint;
use crate::sections::{ApiDraft, CredentialsDraft, Draft, TokenOf, find_api};

mod network;
mod paths;

/// Compares the sections. Gives the API whose token pages receive.
pub(crate) fn check(draft: &Draft<'_>, credentials: Option<&CredentialsDraft<'_>>) -> Option<ApiIndex> {
    network::check(draft);
    paths::check(draft);
    check_own_tokens(draft, credentials);
    check_shared_secrets(draft);
    if credentials.is_none() && needs_sessions(draft) {
        let reason = "nobody can sign in, but some paths need a session";
        let fix = "add [sign_in.credentials], which uses the API's own login";
        draft.top.file.missing("sign_in").warn(Complaint::new(reason, fix));
    }
    draft.app.as_ref().and_then(|app| token_of(&app.token_of, &draft.apis))
}

fn has_token(api: &ApiDraft<'_>) -> bool {
    matches!(&api.token.token, Some(UpstreamToken::Api(_) | UpstreamToken::Issued(_)))
}

fn token_of(wanted: &TokenOf<'_>, apis: &[ApiDraft<'_>]) -> Option<ApiIndex> {
    match wanted {
        TokenOf::Nobody => None,
        TokenOf::First => apis.iter().position(has_token).map(ApiIndex),
        TokenOf::Api(place, path) => {
            let index = find_api(path, apis).map_err(|complaint| place.complain(complaint)).ok()?;
            let api = apis.get(index.0)?;
            if matches!(api.token.token, Some(UpstreamToken::None)) {
                let fix = "name an API with another `token`, or write false";
                place.complain(Complaint::new("this API has token = \"none\"", fix));
            }
            Some(index)
        }
    }
}

/// `token = "api"` needs a login that returns one.
fn check_own_tokens(draft: &Draft<'_>, credentials: Option<&CredentialsDraft<'_>>) {
    let uses_own = |api: &&ApiDraft<'_>| matches!(&api.token.token, Some(UpstreamToken::Api(_)));
    let mut users = draft.apis.iter().filter(uses_own).peekable();
    match credentials {
        None => users.for_each(|api| {
            let reason = "is the token of the API's own login, but there is no [sign_in.credentials]";
            let fix = "add [sign_in.credentials] with the API's login, or write token = \"issued\"";
            api.token.place.complain(Complaint::new(reason, fix));
        }),
        Some(credentials) if users.peek().is_some() && !credentials.has_access_token => {
            let reason = "is required, because an [[api]] has token = \"api\"";
            let fix = "add access_token = \"/token\": the JSON Pointer to the token in the login's answer";
            credentials.access_token_place.complain(Complaint::new(reason, fix));
        }
        Some(_) => {}
    }
}

/// Whoever knows the secret of our own could make sessions.
fn check_shared_secrets(draft: &Draft<'_>) {
    for (place, secret) in draft.apis.iter().filter_map(|api| api.token.shared_secret.as_ref()) {
        if draft.top.secret_texts.contains(secret) {
            let reason = "is the same as `secret`, which nobody but Crossgate may know";
            place.complain(Complaint::new(reason, "give the API a secret of its own"));
        }
    }
}

fn needs_sessions(draft: &Draft<'_>) -> bool {
    draft.pages.needs_sessions() || !draft.apis.iter().all(ApiDraft::is_open_throughout)
}
