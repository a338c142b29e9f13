//! No input makes an answer lead anywhere but to the public origin or the checked target.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use crossgate_core::origin::PublicOrigin;
use crossgate_core::return_to::ReturnToPolicy;
use crossgate_core::settings::{Dialect, OwnPages};
use crossgate_nextauth::{
    CameFrom, CsrfAction, EndpointUrls, ErrorAnswer, ErrorRequest, Outcome, ProviderEntry, ProviderKind,
    ReplyMode, SignInAnswer, SignInRequest, answer_error, answer_sign_in, answer_verify_request,
    providers_body, reply_to,
};
use proptest::prelude::*;
use url::Url;

const ORIGIN: &str = "https://app.example:8443";
const ALLOWED: &str = "https://help.example";
const DIALECTS: [Dialect; 2] = [Dialect::V4, Dialect::V5];

fn origin() -> PublicOrigin {
    PublicOrigin::parse(ORIGIN).unwrap()
}

/// Text of every kind, and text that looks like URLs.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-z:/\\\\@?#&=.%\r\n\t ]{0,40}",
        "(https?|javascript|data|blob)?:?[/\\\\]{0,3}[a-z@.:]{0,12}[?#]?.{0,10}",
    ]
}

fn pages() -> impl Strategy<Value = OwnPages> {
    let page = || proptest::option::of(text());
    (page(), page(), page(), page()).prop_map(|(sign_in, sign_out, error, verify_request)| OwnPages {
        sign_in,
        sign_out,
        error,
        verify_request,
    })
}

fn assert_ours(url: &str) {
    let parsed = Url::parse(url).unwrap();
    assert_eq!(parsed.origin().ascii_serialization(), ORIGIN, "{url:?}");
    assert!(parsed.username().is_empty() && parsed.password().is_none(), "{url:?}");
    assert!(url.bytes().all(|byte| byte.is_ascii_graphic()), "{url:?} cannot stand in a header");
}

fn failures<'a>(message: Option<&'a str>, code: Option<&'a str>) -> Vec<Outcome<'a>> {
    let mut all = vec![
        Outcome::SignInPage,
        Outcome::WrongCredentials { message, code },
        Outcome::AccountLocked { message, code },
        Outcome::MissingField,
        Outcome::SecondStep,
        Outcome::SecondStepExpired,
        Outcome::AccessDenied,
        Outcome::Throttled,
        Outcome::Unavailable,
        Outcome::Configuration,
    ];
    let actions = [CsrfAction::SignIn, CsrfAction::Callback, CsrfAction::SignOut];
    all.extend(actions.map(|action| Outcome::CsrfFailed { action }));
    all
}

proptest! {
    #[test]
    fn every_failure_stays_on_our_origin(
        pages in pages(),
        message in proptest::option::of(text()),
        code in proptest::option::of(text()),
    ) {
        let urls = EndpointUrls::new(&origin(), "/api/auth", &pages);
        for outcome in failures(message.as_deref(), code.as_deref()) {
            for dialect in DIALECTS {
                assert_ours(reply_to(&outcome, &urls, ReplyMode::Json(dialect)).url());
                assert_ours(reply_to(&outcome, &urls, ReplyMode::Redirect(dialect)).url());
            }
        }
    }

    #[test]
    fn success_leads_to_the_checked_target_and_nowhere_else(wish in text()) {
        let return_to = ReturnToPolicy::new(origin(), vec![ALLOWED.into()]).parse_or_home(Some(&wish));
        let urls = EndpointUrls::new(&origin(), "/api/auth", &OwnPages::default());
        for dialect in DIALECTS {
            let reply = reply_to(&Outcome::SignedIn { return_to: &return_to }, &urls, ReplyMode::Json(dialect));
            let target = Url::parse(reply.url()).unwrap().origin().ascii_serialization();
            prop_assert!(target == ORIGIN || target == ALLOWED, "{}", reply.url());
        }
    }

    #[test]
    fn forwards_stay_on_our_origin(pages in pages(), error in text(), code in text(), wish in text()) {
        let urls = EndpointUrls::new(&origin(), "/api/auth", &pages);
        let return_to = ReturnToPolicy::new(origin(), Vec::new()).parse_or_home(Some(&wish));
        for dialect in DIALECTS {
            let request = ErrorRequest { error: Some(&error), code: Some(&code), came_from: CameFrom::ThisSite };
            let query = [(error.clone(), code.clone())];
            if let Some(location) = answer_verify_request(&query, &urls, dialect) {
                assert_ours(&location);
            }
            if let ErrorAnswer::Forward { location } = answer_error(&request, &urls, dialect) {
                assert_ours(&location);
            }
            let request =
                SignInRequest { return_to: &return_to, error: Some(&error), code: None, csrf_failed: false };
            if let SignInAnswer::Forward { location } = answer_sign_in(&request, &urls, dialect) {
                assert_ours(&location);
            }
        }
    }

    #[test]
    fn provider_urls_stay_below_the_base_path(id in text()) {
        let urls = EndpointUrls::new(&origin(), "/api/auth", &OwnPages::default());
        let entry = ProviderEntry { id: &id, name: &id, kind: ProviderKind::OAuth };
        let body = providers_body(&[entry], &urls, Dialect::V4);
        for member in ["signinUrl", "callbackUrl"] {
            let url = body[&id][member].as_str().unwrap();
            assert_ours(url);
            prop_assert!(url.starts_with("https://app.example:8443/api/auth/"));
        }
    }
}
