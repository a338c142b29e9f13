//! Sections compared with each other.

use crossgate_core::settings::ApiIndex;
use crossgate_core::token::UpstreamToken;

use crate::report::Complaint;
use crate::sections::{ApiDraft, Draft, SignInDraft, TokenOf, find_api};

mod clients;
mod network;
mod next_auth;
mod paths;
mod sign_in;

/// Compares the sections. Gives the API whose token pages receive.
pub(crate) fn check(draft: &Draft<'_>, sign_in: &SignInDraft<'_>) -> Option<ApiIndex> {
    network::check(draft);
    paths::check(draft);
    clients::check(&draft.apis);
    next_auth::check(draft);
    sign_in::check(draft, sign_in);
    check_shared_secrets(draft, sign_in);
    if !sign_in.lets_somebody_in() && needs_sessions(draft) {
        let reason = "nobody can sign in, but some paths need a session";
        let fix = "add [sign_in.credentials], which uses the API's own login, or a provider such as [sign_in.google]";
        draft.top.file.missing("sign_in").warn(Complaint::new(reason, fix));
    }
    draft.app.as_ref().and_then(|app| token_of(&app.token_of, &draft.apis))
}

fn has_token(api: &ApiDraft<'_>) -> bool {
    matches!(
        &api.token.token,
        Some(
            UpstreamToken::Api(_)
                | UpstreamToken::Issued(_)
                | UpstreamToken::Provider(_)
                | UpstreamToken::Cookie
        )
    )
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

/// Whoever knows the secret of our own could make sessions.
fn check_shared_secrets(draft: &Draft<'_>, sign_in: &SignInDraft<'_>) {
    let of_apis = draft.apis.iter().filter_map(|api| api.token.shared_secret.as_ref());
    let of_clients = draft.apis.iter().filter_map(|api| api.client.as_ref()?.secret.as_ref());
    let of_providers = sign_in.providers.iter().filter_map(|provider| provider.client_secret.as_ref());
    let of_app = draft.app.iter().flat_map(|app| &app.next_auth.secrets);
    for (place, secret) in of_apis.chain(of_clients).chain(of_providers).chain(of_app) {
        if draft.top.secret_texts.contains(secret) {
            let reason = "is the same as `secret`, which nobody but Crossgate may know";
            place.complain(Complaint::new(reason, "give the other side a secret of its own"));
        }
    }
}

fn needs_sessions(draft: &Draft<'_>) -> bool {
    draft.pages.needs_sessions() || !draft.apis.iter().all(ApiDraft::is_open_throughout)
}
