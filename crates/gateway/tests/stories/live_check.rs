//! `crossgate check --live`: what it finds, what it advises, and that it changes nothing.

use std::fmt::Debug;

use crossgate_gateway::{Finding, FindingKind};
use crossgate_testkit::{CLIENT_SECRET, HUB, Operation, Reply, World, story};
use serde_json::json;

pub(crate) const REGISTERED: &str = "https://shop.example.com/api/auth/callback/good";

/// The only finding that is not good: about whom, its text and the way out.
#[track_caller]
pub(crate) fn only_trouble(findings: &[Finding]) -> (&str, &str, &str) {
    let mut troubles = findings.iter().filter_map(trouble);
    let first = troubles.next().unwrap_or_else(|| panic!("all is well: {findings:#?}"));
    assert!(troubles.next().is_none(), "more than one: {findings:#?}");
    first
}

pub(crate) fn trouble(finding: &Finding) -> Option<(&str, &str, &str)> {
    match &finding.kind {
        FindingKind::Good => None,
        FindingKind::Doubtful { fix } | FindingKind::Broken { fix } => {
            Some((&finding.about, &finding.text, fix))
        }
    }
}

fn is_broken(finding: &Finding) -> bool {
    matches!(finding.kind, FindingKind::Broken { .. })
}

pub(crate) fn about<'a>(findings: &'a [Finding], whom: &str) -> Vec<&'a Finding> {
    findings.iter().filter(|finding| finding.about == whom).collect()
}

#[track_caller]
pub(crate) fn assert_says(text: &str, words: &[&str], all: &dyn Debug) {
    for word in words {
        assert!(text.contains(word), "no {word} in {text:?}: {all:#?}");
    }
}

#[test]
fn where_all_is_well_everybody_is_named_and_nothing_is_wrong() {
    story(async {
        let world = World::with_providers(HUB).await;
        let findings = world.check_live().await;
        assert!(findings.iter().all(|finding| finding.kind == FindingKind::Good), "{findings:#?}");
        let count = |whom: &str| about(&findings, whom).len();
        let counts =
            ["app", "api /api", "login", "provider good", "provider other", "provider hub"].map(count);
        assert_eq!(counts, [1, 1, 1, 4, 4, 3], "{findings:#?}");
        let said: Vec<_> = about(&findings, "provider good").iter().map(|finding| &finding.text).collect();
        assert_says(said[0], &[world.provider().issuer()], &findings);
        assert_says(said[1], &["2 keys"], &findings);
        assert_says(said[2], &["client", "secret"], &findings);
        assert_says(said[3], &[REGISTERED], &findings);
    });
}

#[test]
fn nobody_is_signed_in_and_nothing_is_stored() {
    const OPERATIONS: [Operation; 5] = [
        Operation::Create,
        Operation::ReplaceContent,
        Operation::CountAttempt,
        Operation::UseOnce,
        Operation::Touch,
    ];
    story(async {
        let world = World::with_providers(HUB).await;
        let calls = || OPERATIONS.map(|operation| world.store.calls(operation));
        let before = calls();
        let _ = world.check_live().await;
        assert_eq!(calls(), before);
        let login = world.api.last_of("POST /api/login").json();
        assert_says(login["email"].as_str().unwrap(), &["@crossgate-check.invalid"], &login);
        let asked = world.provider().last_of("GET /authorize");
        assert_says(&asked.target, &["prompt=none"], &asked);
        assert_eq!(world.provider().count("GET /userinfo"), 0);
        assert_eq!(world.api.count("POST /api/accounts/from-provider"), 0, "accounts are not asked for");
    });
}

#[test]
fn no_finding_tells_a_secret() {
    type Trouble = fn(&World);
    let troubles: [(&str, Trouble); 4] = [
        ("none", |_| {}),
        ("a talkative login", |world| {
            let body = json!({ "user": { "id": 1 }, "token": "hush-token", "refreshToken": "hush-refresh" });
            world.api.on("POST /api/login", move |_| Reply::json(200, &body));
        }),
        ("a generous token endpoint", |world| {
            let body = json!({ "access_token": "hush-token", "token_type": "Bearer" });
            world.provider().token_endpoint(move || Reply::json(200, &body));
        }),
        ("a provider that says what it heard", |world| {
            world.provider().on("GET /authorize", |seen| Reply::body(400, "text/plain", seen.target.clone()));
            world.provider().on("POST /token", |seen| Reply::body(400, "text/plain", seen.body.clone()));
        }),
    ];
    for (name, begin) in troubles {
        story(async move {
            let world = World::with_providers(HUB).await;
            begin(&world);
            let told = format!("{:?}", world.check_live().await);
            let log = world.log.loud_since(0).join("\n");
            let asked = world.provider().last_of("GET /authorize");
            let random = ["state", "nonce", "code_challenge"].map(|name| query_value(&asked.target, name));
            let secrets = ["hush-", CLIENT_SECRET, "a secret of this story", "code_verifier"];
            for secret in secrets.into_iter().chain(random.iter().map(String::as_str)) {
                assert!(!told.contains(secret) && !log.contains(secret), "{name}: {secret} in {told}\n{log}");
            }
        });
    }
}

pub(crate) fn query_value(target: &str, name: &str) -> String {
    let query = target.split_once('?').unwrap().1;
    let found = form_urlencoded::parse(query.as_bytes()).find(|(candidate, _)| candidate == name);
    found.unwrap_or_else(|| panic!("no {name} in {target}")).1.into_owned()
}

#[test]
fn an_app_that_is_down_is_one_finding() {
    story(async {
        let world = World::with_providers("").await;
        world.app.go_down().await;
        let findings = world.check_live().await;
        let (whom, text, fix) = only_trouble(&findings);
        assert_eq!(whom, "app");
        assert_says(text, &[&world.app.address().to_string(), "cannot connect"], &findings);
        assert_says(fix, &["start it", "url"], &findings);
    });
}

#[test]
fn an_api_that_is_down_cannot_be_signed_in_to_either() {
    story(async {
        let world = World::with_providers("").await;
        world.api.go_down().await;
        let findings = world.check_live().await;
        let broken: Vec<_> = findings
            .iter()
            .filter(|finding| is_broken(finding))
            .map(|finding| finding.about.as_str())
            .collect();
        assert_eq!(broken, ["api /api", "login"], "{findings:#?}");
        assert_says(
            &about(&findings, "api /api")[0].text,
            &[&world.api.address().to_string(), "cannot connect"],
            &findings,
        );
    });
}

#[test]
fn a_login_must_refuse_whom_nobody_knows() {
    type Script = fn() -> Reply;
    let rows: [(&str, Script, &[&str], &str); 5] = [
        ("fails", || Reply::status(500), &["made-up account", "500"], "API's own log"),
        ("an uncovered status", || Reply::status(302), &["302", "none of"], "`refused`"),
        (
            "signs in",
            || Reply::json(200, &json!({ "user": { "id": 1 }, "token": "t", "refreshToken": "r" })),
            &["was signed in", "200"],
            "`success`",
        ),
        ("says no with 200", || Reply::json(200, &json!({ "ok": false })), &["user"], "`refused`"),
        ("closes", Reply::close, &["connection"], "look at the API"),
    ];
    for (name, reply, words, way_out) in rows {
        story(async move {
            let world = World::new().await;
            world.api.on("POST /api/login", move |_| reply());
            let findings = world.check_live().await;
            let (whom, text, fix) = only_trouble(&findings);
            assert_eq!(whom, "login", "{name}");
            assert_says(text, words, &findings);
            assert_says(fix, &[way_out], &findings);
            assert!(findings.iter().any(is_broken), "{name}: {findings:#?}");
        });
    }
}
