//! What `crossgate check --live` finds out about providers.

use crossgate_gateway::FindingKind;
use crossgate_testkit::{ClientProof, ORIGIN, Provider, Reply, World, in_no_time, story};
use serde_json::json;

use crate::live_check::{REGISTERED, about, assert_says, only_trouble, query_value, trouble};

/// What a provider does wrong, and what is found about it.
struct Row {
    name: &'static str,
    evil: fn(&Provider),
    says: &'static [&'static str],
    fix: &'static [&'static str],
}

fn put(provider: &Provider, name: &'static str, value: &'static str) {
    provider.discovery(move |document| {
        document.insert(name.to_owned(), json!(value));
    });
}

const CONSOLE: &[&str] = &["[sign_in.good]", "client_id", "client_secret"];
const REGISTER: &[&str] = &["register", REGISTERED];

const ROWS: [Row; 14] = [
    Row {
        name: "another issuer",
        evil: |provider| put(provider, "issuer", "https://other.example"),
        says: &["https://other.example"],
        fix: &["`issuer`", "[sign_in.good]", "to the letter"],
    },
    Row {
        name: "a foreign host",
        evil: |provider| put(provider, "token_endpoint", "https://tokens.example/token"),
        says: &["token_endpoint", "tokens.example"],
        fix: &["tokens.example", "`hosts`", "[sign_in.good]"],
    },
    Row {
        name: "no document",
        evil: |provider| provider.discovery_document(|| Reply::status(404)),
        says: &["discovery document", "404"],
        fix: &["`issuer`", "[sign_in.good]"],
    },
    Row {
        name: "a bad moment",
        evil: |provider| provider.discovery_document(|| Reply::status(503)),
        says: &["discovery document", "503"],
        fix: &["later"],
    },
    Row {
        name: "no answer",
        evil: |provider| provider.discovery_document(Reply::hang),
        says: &["discovery document", "within"],
        fix: &["whether it is up"],
    },
    Row {
        name: "keys of another kind",
        evil: |provider| {
            provider.key_set(|| Reply::json(200, &json!({ "keys": [{ "kty": "oct", "k": "aHVzaA" }] })))
        },
        says: &["no key"],
        fix: &["RS256", "ES256"],
    },
    Row {
        name: "no keys",
        evil: |provider| provider.key_set(|| Reply::json(200, &json!({ "keys": [] }))),
        says: &["no key"],
        fix: &["RS256", "ES256"],
    },
    Row {
        name: "an unknown client",
        evil: |provider| {
            provider.token_endpoint(|| Reply::json(400, &json!({ "error": "unauthorized_client" })));
        },
        says: &["unauthorized_client"],
        fix: CONSOLE,
    },
    Row {
        name: "a word of its own",
        evil: |provider| provider.token_endpoint(|| Reply::json(200, &json!({ "error": "bad_secret" }))),
        says: &["bad_secret"],
        fix: &["client_id", "client_secret"],
    },
    Row {
        name: "an address that is not registered",
        evil: |provider| provider.on("GET /authorize", |_| Reply::status(400)),
        says: &["authorization request", "400"],
        fix: REGISTER,
    },
    Row {
        name: "an authorization endpoint that fails",
        evil: |provider| provider.on("GET /authorize", |_| Reply::status(500)),
        says: &["authorization request", "500"],
        fix: &["later"],
    },
    Row {
        name: "answers of somebody else",
        evil: |provider| provider.iss(Some("https://other.example")),
        says: &["iss"],
        fix: &["provider's"],
    },
    Row {
        name: "pushed, and refused",
        evil: |provider| {
            provider.want_pushed_requests();
            provider.on("POST /par", |_| Reply::json(400, &json!({ "error": "invalid_redirect_uri" })));
        },
        says: &["pushed", "invalid_redirect_uri"],
        fix: REGISTER,
    },
    Row {
        name: "scopes that this client may not have",
        evil: |provider| {
            let page = "https://shop.example.com/api/auth/callback/good?error=invalid_scope&state=";
            provider.on("GET /authorize", move |seen| {
                let state = query_value(&seen.target, "state");
                Reply::status(302).header("Location", &format!("{page}{state}"))
            });
            provider.discovery(|document| {
                document.remove("authorization_response_iss_parameter_supported");
            });
        },
        says: &["invalid_scope"],
        fix: &["`scopes`", "[sign_in.good]"],
    },
];

#[test]
fn whatever_is_wrong_with_a_provider_is_named_once_and_with_a_way_out() {
    for Row { name, evil, says, fix } in ROWS {
        story(async move {
            let world = World::with_providers("").await;
            evil(world.provider());
            let findings = in_no_time(world.check_live()).await;
            let (whom, text, way_out) = only_trouble(&findings);
            assert_eq!(whom, "provider good", "{name}");
            assert_says(text, says, &findings);
            assert_says(way_out, fix, &findings);
            assert!(!text.contains("fix:"), "{name}: the way out stands by itself: {text}");
            assert_eq!(about(&findings, "provider other").len(), 4, "{name}: the others are asked as well");
        });
    }
}

#[test]
fn a_provider_that_is_down_is_one_finding() {
    story(async {
        let world = World::with_providers("").await;
        world.provider().go_down().await;
        let findings = world.check_live().await;
        let (whom, text, fix) = only_trouble(&findings);
        assert_eq!(whom, "provider good");
        assert_says(text, &["discovery document", "no connection"], &findings);
        assert_says(fix, &["firewall", "up"], &findings);
    });
}

#[test]
fn a_wrong_secret_is_told_from_a_made_up_code() {
    for pushed in [false, true] {
        story(async move {
            let world = World::with_providers("[sign_in.good]\nclient_secret = 'hush-hush'").await;
            if pushed {
                world.provider().want_pushed_requests();
            }
            let findings = world.check_live().await;
            let troubles: Vec<_> = findings.iter().filter_map(trouble).collect();
            // Where requests are pushed, the wrong secret is in the way twice.
            assert_eq!(troubles.len(), 1 + usize::from(pushed), "{findings:#?}");
            for (whom, text, fix) in troubles {
                assert_eq!(whom, "provider good");
                assert_says(text, &["invalid_client"], &findings);
                assert_says(fix, CONSOLE, &findings);
            }
            assert!(!format!("{findings:?}{}", world.log.text()).contains("hush-hush"), "{findings:#?}");
        });
    }
}

#[test]
fn an_address_that_is_registered_is_seen_to_be() {
    story(async {
        let world = World::with_providers("").await;
        let says_back = format!("sends browsers back to {ORIGIN}/api/auth/callback/good");
        let findings = world.check_live().await;
        assert_eq!(about(&findings, "provider good")[3].text, says_back, "{findings:#?}");
        // To an address that only begins as ours does, and to a page of its own.
        for elsewhere in
            [format!("{REGISTERED}2?error=login_required"), "https://id.example/login".to_owned()]
        {
            world.provider().on("GET /authorize", move |_| Reply::status(302).header("Location", &elsewhere));
            let findings = world.check_live().await;
            assert_eq!(about(&findings, "provider good")[3].text, "shows browsers a page of its own");
        }
    });
}

#[test]
fn where_requests_must_be_pushed_the_probe_pushes() {
    story(async {
        let world = World::with_providers("").await;
        world.provider().want_pushed_requests();
        let findings = world.check_live().await;
        assert!(findings.iter().all(|finding| finding.kind == FindingKind::Good), "{findings:#?}");
        let pushed = world.provider().last_of("POST /par");
        assert_eq!(pushed.form_value("prompt").as_deref(), Some("none"));
        let asked = world.provider().last_of("GET /authorize");
        assert!(asked.target.contains("request_uri=") && !asked.target.contains("state="), "{asked:?}");
        assert_eq!(world.provider().client_proofs(), [ClientProof::Basic; 2]);
    });
}
