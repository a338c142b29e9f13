//! Ways to sign in compared with each other, and with the tokens that APIs want.

use crossgate_core::provider::{ProviderProtocol, ProviderSettings, ResponseMode};
use crossgate_core::token::UpstreamToken;

use crate::report::{Complaint, Place};
use crate::sections::{ApiDraft, Draft, ProviderDraft, SignInDraft};
use crate::suggest::{nearest, quoted_list};

pub(super) fn check(draft: &Draft<'_>, sign_in: &SignInDraft<'_>) {
    check_own_tokens(draft, sign_in);
    check_cookies(draft, sign_in);
    check_provider_tokens(draft, sign_in);
    check_form_posts(draft, sign_in);
    check_issuers(sign_in);
    if let Some(account) = &sign_in.account
        && sign_in.provider_places.is_empty()
    {
        let reason = "is asked about people from providers, but there is no provider";
        account.place.warn(Complaint::new(reason, "add a provider such as [sign_in.google], or remove it"));
    }
}

/// `token = "api"` needs a login or an account hook that returns one.
fn check_own_tokens(draft: &Draft<'_>, sign_in: &SignInDraft<'_>) {
    let uses_own = |api: &&ApiDraft<'_>| matches!(&api.token.token, Some(UpstreamToken::Api(_)));
    let mut users = draft.apis.iter().filter(uses_own).peekable();
    let reason = "is required, because an [[api]] has token = \"api\"";
    let fix = "add access_token = \"/token\": the JSON Pointer to the token in the login's answer";
    match (&sign_in.credentials, &sign_in.account) {
        _ if users.peek().is_none() => {}
        (None, None) => users.for_each(|api| {
            let reason =
                "is the token of the API's own login, but there is no [sign_in.credentials] or [sign_in.account]";
            let fix = "add [sign_in.credentials] with the API's login, or write token = \"issued\"";
            api.token.place.complain(Complaint::new(reason, fix));
        }),
        (Some(credentials), account) if !credentials.has_access_token => {
            let place = &credentials.access_token_place;
            match account.as_ref().is_some_and(|account| account.has_access_token) {
                true => place.warn(Complaint::new("whoever signs in this way has no token for the API", fix)),
                false => place.complain(Complaint::new(reason, fix)),
            }
        }
        (None, Some(account)) if !account.has_access_token => {
            account.access_token_place.complain(Complaint::new(reason, fix));
        }
        _ => warn_about_providers_without_token(sign_in),
    }
}

/// `token = "cookie"` needs a login of that very API: nobody else may have its cookies.
fn check_cookies(draft: &Draft<'_>, sign_in: &SignInDraft<'_>) {
    let login =
        sign_in.credentials.as_ref().map(|draft| draft.settings.as_ref().map(|settings| settings.api));
    let hook = sign_in.account.as_ref().map(|draft| draft.settings.as_ref().map(|settings| settings.api));
    for (index, api) in draft.apis.iter().enumerate() {
        let is_asked =
            [login, hook].into_iter().flatten().any(|asked| asked.is_none_or(|asked| asked.0 == index));
        if matches!(api.token.token, Some(UpstreamToken::Cookie)) && !is_asked {
            let reason = "are the cookies that this API sets at login, but people do not sign in with it";
            let fix = "add [sign_in.credentials] with its login, or write token = \"issued\"";
            api.token.place.complain(Complaint::new(reason, fix));
        }
    }
}

fn warn_about_providers_without_token(sign_in: &SignInDraft<'_>) {
    let reason = "whoever signs in this way has no token for the [[api]] with token = \"api\"";
    match (&sign_in.account, sign_in.provider_places.first()) {
        (Some(account), Some(_)) if !account.has_access_token => {
            let fix = "add access_token = \"/token\": the JSON Pointer to the token in the hook's answer";
            account.access_token_place.warn(Complaint::new(reason, fix));
        }
        (None, Some((_, place))) => {
            let fix = "add [sign_in.account], where the API makes one, or write token = \"issued\"";
            place.warn(Complaint::new(reason, fix));
        }
        _ => {}
    }
}

fn check_provider_tokens(draft: &Draft<'_>, sign_in: &SignInDraft<'_>) {
    let ids: Vec<&str> = sign_in.provider_places.iter().map(|(id, _)| *id).collect();
    for api in &draft.apis {
        let Some(UpstreamToken::Provider(token)) = &api.token.token else { continue };
        let written = token.provider.as_str();
        if ids.contains(&written) {
            continue;
        }
        let fix = match nearest(written, ids.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None if ids.is_empty() => "add the section [sign_in.<provider>]".to_owned(),
            None => format!("write one of {}", quoted_list(&ids)),
        };
        api.token.provider_place.complain(Complaint::new("no provider has this id", fix));
    }
}

/// The answer comes as a POST from another site. Browsers send a cookie along only if it is `SameSite=None`, and keep
/// such a cookie only on https and on localhost.
fn check_form_posts(draft: &Draft<'_>, sign_in: &SignInDraft<'_>) {
    let Some(origin) = &draft.top.public_origin else { return };
    let host = origin.authority().split(':').next().unwrap_or_default();
    if origin.is_secure() || host == "localhost" || host.ends_with(".localhost") {
        return;
    }
    let posts = |provider: &&ProviderDraft<'_>| provider.response_mode == ResponseMode::FormPost;
    for provider in sign_in.providers.iter().filter(posts) {
        let reason = "\"form_post\" needs a `public_url` with https, or http://localhost";
        let fix = "change `public_url` to https:// or http://localhost, or write response_mode = \"query\" if the provider can do that";
        provider.response_mode_place.complain(Complaint::new(reason, fix));
    }
}

/// Somebody is who an issuer says. Two different places that name people must not share one.
fn check_issuers(sign_in: &SignInDraft<'_>) {
    let known: Vec<_> = sign_in
        .providers
        .iter()
        .filter_map(|draft| draft.settings.as_ref().map(|settings| (&draft.place, settings)))
        .collect();
    for (index, (place, later)) in known.iter().enumerate() {
        let clashes = |(_, earlier): &&(&Place<'_>, &ProviderSettings)| {
            earlier.issuer() == later.issuer() && names_of(earlier) != names_of(later)
        };
        if let Some((_, earlier)) = known.iter().take(index).find(clashes) {
            let reason = format!(
                "has the issuer of `{}`, but asks elsewhere who somebody is: two people could be taken for one",
                earlier.id
            );
            place.complain(Complaint::new(reason, "write an `issuer` of its own"));
        }
    }
}

/// Where a provider's people have their names from.
fn names_of(provider: &ProviderSettings) -> Option<(&str, &[String])> {
    match &provider.protocol {
        ProviderProtocol::OpenId(_) => None,
        ProviderProtocol::OAuth2(settings) => {
            Some((settings.endpoints.user_info.as_str(), &provider.profile.subject))
        }
    }
}
