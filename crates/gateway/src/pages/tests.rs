use askama::Error;
use crossgate_core::credentials::Field;
use crossgate_core::error_code::ErrorCode;
use http::StatusCode;

use super::*;

const HOSTILE: &str = "\"><script>alert('x')</script><img src=x onerror=alert(1)>";

fn field(name: &str, secret: bool) -> Field {
    Field { name: name.into(), label: name.to_uppercase(), secret }
}

fn sign_in_page<'a>(fields: &'a [Field], notice: Option<Notice<'a>>) -> SignInPage<'a> {
    SignInPage {
        app_name: "shop.example.com",
        csrf_token: "c5rf",
        callback_url: "https://shop.example.com/cart?a=1&b=2",
        action: "/api/auth/callback/credentials",
        fields,
        values: &[],
        notice,
        providers: &[],
    }
}

fn second_step_page(fields: &[Field], notice: Notice<'_>) -> String {
    second_step(&SecondStepPage {
        app_name: "shop.example.com",
        csrf_token: "c5rf",
        callback_url: "https://shop.example.com/cart",
        action: "/api/auth/callback/credentials",
        fields,
        notice,
        back: "/api/auth/signin",
    })
    .unwrap()
}

fn sign_out_page() -> SignOutPage<'static> {
    SignOutPage {
        app_name: "shop.example.com",
        csrf_token: "c5rf",
        callback_url: "https://shop.example.com/",
        action: "/api/auth/signout",
        person: Some("ada@example.com"),
        notice: None,
    }
}

fn gateway_page(status: u16, code: ErrorCode) -> String {
    let status = StatusCode::from_u16(status).unwrap();
    gateway_error(&GatewayErrorPage { app_name: "shop.example.com", status, code, request_id: "req-7" })
        .unwrap()
}

/// Every page, with hostile text wherever text comes from outside.
fn hostile_pages() -> Vec<String> {
    let fields = [
        Field { name: HOSTILE.into(), label: HOSTILE.into(), secret: false },
        Field { name: "password".into(), label: HOSTILE.into(), secret: true },
    ];
    let providers = [ProviderButton { label: HOSTILE, action: HOSTILE }];
    let links = [Link { label: HOSTILE, href: HOSTILE }];
    let all: Result<Vec<_>, Error> = [
        sign_in(&SignInPage {
            app_name: HOSTILE,
            csrf_token: HOSTILE,
            callback_url: HOSTILE,
            action: HOSTILE,
            fields: &fields,
            values: &[(HOSTILE, HOSTILE)],
            notice: Some(Notice::WrongInput(HOSTILE)),
            providers: &providers,
        }),
        second_step(&SecondStepPage {
            app_name: HOSTILE,
            csrf_token: HOSTILE,
            callback_url: HOSTILE,
            action: HOSTILE,
            fields: &fields,
            notice: Notice::WrongInput(HOSTILE),
            back: HOSTILE,
        }),
        sign_out(&SignOutPage {
            app_name: HOSTILE,
            csrf_token: HOSTILE,
            callback_url: HOSTILE,
            action: HOSTILE,
            person: Some(HOSTILE),
            notice: Some(Notice::Failure(HOSTILE)),
        }),
        error(&ErrorPage {
            app_name: HOSTILE,
            status: StatusCode::BAD_GATEWAY,
            title: HOSTILE,
            sentence: HOSTILE,
            quoted: Some(HOSTILE),
            code: Some(HOSTILE),
            request_id: Some(HOSTILE),
            links: &links,
        }),
        message(&MessagePage {
            app_name: HOSTILE,
            symbol: Symbol::Done,
            title: HOSTILE,
            sentence: HOSTILE,
            links: &links,
        }),
    ]
    .into_iter()
    .collect();
    all.unwrap()
}

fn harmless_pages() -> Vec<String> {
    let fields = [field("email", false), field("password", true), field("otp", false)];
    let mut pages = vec![
        sign_in(&sign_in_page(&fields, None)).unwrap(),
        sign_in(&sign_in_page(&fields, Some(Notice::WrongInput("Wrong.")))).unwrap(),
        sign_in(&sign_in_page(&[], None)).unwrap(),
        second_step_page(&fields, Notice::Information("Look at your phone.")),
        second_step_page(&fields, Notice::WrongInput("Wrong.")),
        sign_out(&sign_out_page()).unwrap(),
        signed_out("shop.example.com", "/api/auth/signin").unwrap(),
        verify_request("shop.example.com").unwrap(),
    ];
    let codes = ErrorCode::ALL.iter();
    pages.extend(codes.map(|code| gateway_page(503, *code)));
    pages
}

/// The opening tags of a page, without the angle brackets.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

/// The tag of the input with this name.
fn input_named<'a>(html: &'a str, name: &str) -> &'a str {
    let is_it = |tag: &&str| tag.starts_with("input") && attribute(tag, "name") == Some(name);
    tags(html).into_iter().find(is_it).unwrap()
}

#[test]
fn whatever_a_second_step_asks_for_is_good_once() {
    let fields = [field("code", false), field("backup", false), field("pin", true), field("otp", true)];
    let html = second_step_page(&fields, Notice::Information("Look."));
    for (name, kind, mode) in [
        ("code", "text", Some("numeric")),
        ("backup", "text", None),
        ("pin", "password", None),
        ("otp", "password", Some("numeric")),
    ] {
        let tag = input_named(&html, name);
        assert_eq!(attribute(tag, "autocomplete"), Some("one-time-code"), "{tag}");
        assert_eq!((attribute(tag, "type"), attribute(tag, "inputmode")), (Some(kind), mode), "{tag}");
    }
    assert!(input_named(&html, "code").contains(" autofocus"));
    assert!(html.contains("role=\"status\"") && !html.contains("aria-invalid"), "{html}");
    let html = second_step_page(&fields, Notice::WrongInput("Wrong."));
    assert!(html.contains("role=\"alert\"") && html.contains("aria-invalid=\"true\""), "{html}");
    assert!(html.contains("<title>Error: One more step"), "{html}");
}

#[test]
fn text_from_outside_stays_text() {
    for html in hostile_pages() {
        assert!(html.contains("script"), "the text is shown");
        let tags = tags(&html);
        assert!(tags.iter().all(|tag| !tag.starts_with("script") && !tag.starts_with("img")), "{html}");
    }
}

#[test]
fn nothing_that_the_policy_forbids() {
    for html in hostile_pages().into_iter().chain(harmless_pages()) {
        for tag in tags(&html) {
            let name = tag.split_whitespace().next().unwrap_or_default();
            assert!(!matches!(name, "script" | "style" | "img" | "iframe" | "object" | "base"), "{tag}");
            assert_eq!(attribute(tag, "style"), None, "{tag}");
            assert!(!tag.split('"').step_by(2).any(|names| names.contains(" on")), "{tag}");
        }
        let sheets: Vec<_> = tags(&html).into_iter().filter(|tag| tag.starts_with("link")).collect();
        assert_eq!(sheets.len(), 1);
        assert_eq!(attribute(sheets[0], "href"), Some(style_sheet_url().as_str()));
    }
    assert!(!STYLE_SHEET.contains("@import") && !STYLE_SHEET.contains("url("));
}

#[test]
fn every_page_says_its_language_title_and_width() {
    for html in harmless_pages() {
        assert!(html.starts_with("<!doctype html>"));
        assert!(html.contains("<html lang=\"en\">") && html.contains("width=device-width"));
        let title = html.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).unwrap().0;
        assert!(title.ends_with(" · shop.example.com") && title.len() > 20, "{title}");
        assert_eq!(html.matches("<h1>").count(), 1);
        assert_eq!(html.matches("<main ").count(), 1);
    }
}

#[test]
fn every_visible_input_has_a_label_of_its_own() {
    for html in hostile_pages().into_iter().chain(harmless_pages()) {
        let inputs = tags(&html).into_iter().filter(|tag| tag.starts_with("input"));
        for input in inputs.filter(|tag| attribute(tag, "type") != Some("hidden")) {
            let id = attribute(input, "id").unwrap();
            assert_eq!(html.matches(&format!("<label for=\"{id}\">")).count(), 1, "{input}");
            assert_eq!(html.matches(&format!(" id=\"{id}\"")).count(), 1, "{input}");
        }
    }
}

#[test]
fn forms_post_the_token_and_the_target() {
    let fields = [field("email", false)];
    let providers = [ProviderButton { label: "Continue with Google", action: "/api/auth/signin/google" }];
    let page = SignInPage { providers: &providers, ..sign_in_page(&fields, None) };
    for (html, forms) in [(sign_in(&page).unwrap(), 2), (sign_out(&sign_out_page()).unwrap(), 1)] {
        assert_eq!(html.matches("method=\"post\"").count(), forms);
        assert_eq!(html.matches("name=\"csrfToken\" value=\"c5rf\"").count(), forms);
        assert_eq!(html.matches("name=\"callbackUrl\" value=\"https://shop.example.com/").count(), forms);
    }
}

#[test]
fn password_managers_recognise_the_fields() {
    let fields = [
        field("tenant", false),
        field("e-mail", false),
        field("email", false),
        field("password", true),
        field("otp", false),
        field("pin", true),
    ];
    let html = sign_in(&sign_in_page(&fields[1..], None)).unwrap();
    for (name, kind, autocomplete) in [
        ("e-mail", "text", "username"),
        ("email", "text", "email"),
        ("password", "password", "current-password"),
        ("otp", "text", "one-time-code"),
        ("pin", "password", "current-password"),
    ] {
        let input = input_named(&html, name);
        assert_eq!(attribute(input, "type"), Some(kind), "{input}");
        assert_eq!(attribute(input, "autocomplete"), Some(autocomplete), "{input}");
    }
    let html = sign_in(&sign_in_page(&fields, None)).unwrap();
    assert_eq!(attribute(input_named(&html, "tenant"), "autocomplete"), Some("organization"));
    assert_eq!(attribute(input_named(&html, "e-mail"), "autocomplete"), Some("username"));
}

#[test]
fn what_was_typed_is_kept_but_never_a_secret() {
    let fields = [field("email", false), field("password", true)];
    let values = [("email", "ada@example.com"), ("password", "hunter2")];
    let notice = Some(Notice::WrongInput("Wrong."));
    let html = sign_in(&SignInPage { values: &values, ..sign_in_page(&fields, notice) }).unwrap();
    assert_eq!(attribute(input_named(&html, "email"), "value"), Some("ada@example.com"));
    assert!(!html.contains("hunter2"));
    assert!(
        input_named(&html, "password").contains(" autofocus"),
        "typing goes on where something is missing"
    );
    assert!(!input_named(&html, "email").contains(" autofocus"));
}

#[test]
fn only_wrong_input_marks_the_fields() {
    let fields = [field("email", false), field("password", true)];
    for (notice, marked, role, title) in [
        (Notice::WrongInput("Wrong."), true, "alert", "<title>Error: Sign in"),
        (Notice::Failure("Too many attempts."), false, "alert", "<title>Error: Sign in"),
        (Notice::Information("Please sign in."), false, "status", "<title>Sign in"),
    ] {
        let html = sign_in(&sign_in_page(&fields, Some(notice))).unwrap();
        let input = input_named(&html, "email");
        assert_eq!(attribute(input, "aria-invalid"), marked.then_some("true"), "{notice:?}");
        assert_eq!(attribute(input, "aria-describedby"), marked.then_some("notice"), "{notice:?}");
        assert!(html.contains(&format!("id=\"notice\" role=\"{role}\"")), "{notice:?}");
        assert!(html.contains(title), "{notice:?}");
    }
}

#[test]
fn signing_out_everywhere_is_a_button_of_the_same_form() {
    let html = sign_out(&sign_out_page()).unwrap();
    let everywhere = |tag: &&str| attribute(tag, "name") == Some("everywhere");
    let button = tags(&html).into_iter().find(everywhere).unwrap();
    assert!(button.starts_with("button") && attribute(button, "value") == Some("true"));
}

#[test]
fn gateway_errors_tell_status_sentence_code_and_request() {
    for (status, code, retry) in [
        (404, ErrorCode::NotFound, false),
        (413, ErrorCode::BodyTooLarge, false),
        (502, ErrorCode::UpstreamUnreachable, true),
        (503, ErrorCode::StoreUnavailable, true),
        (504, ErrorCode::UpstreamTimeout, true),
    ] {
        let html = gateway_page(status, code);
        for part in [&format!("Error {status}"), code.as_str(), "req-7"] {
            assert!(html.contains(part), "{status} {part}");
        }
        let sentence = code.message().replace('\'', "&#39;");
        assert!(html.contains(&sentence), "{status}");
        assert_eq!(html.contains("Try again</a>"), retry, "{status}");
    }
}

#[test]
fn the_policy_lists_further_targets_only_when_asked() {
    assert!(CONTENT_SECURITY_POLICY.contains("; form-action 'self'; "));
    assert_eq!(content_security_policy([]), CONTENT_SECURITY_POLICY);
    let policy = content_security_policy(["https://accounts.example.com", "https://help.example.com"]);
    assert!(policy.contains("; form-action 'self' https://accounts.example.com https://help.example.com; "));
}
