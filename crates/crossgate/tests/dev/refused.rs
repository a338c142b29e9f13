//! Where `dev` does not start, and what `serve` does not do.

use std::net::TcpListener;
use std::process::{Output, Stdio};

use crate::house::{Ground, provider_tokens};
use crate::support::{Gateway, Plan, exchange, free_port, json_text};

fn failed(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}{}", String::from_utf8_lossy(&output.stdout));
    assert!(said.contains("fix: "), "{said}");
    said
}

#[test]
fn production_and_addresses_that_others_can_reach_are_refused() {
    let good = provider_tokens();
    let open = good.replace("127.0.0.1:${CROSSGATE_PORT}", "0.0.0.0:${CROSSGATE_PORT}");
    let admin = good.replace("[listen]\n", "[listen]\nadmin = \"0.0.0.0:9090\"\n");
    let section = format!(
        "{good}[sign_in.dev]\ntype = 'oidc'\nissuer = 'https://id.example'\nclient_id = 'x'\nclient_secret = 'y'\n"
    );
    for (configuration, environment, reason) in [
        (&good, ("NODE_ENV", "production"), "NODE_ENV is production"),
        (&open, ("A", "B"), "listen.address is 0.0.0.0:"),
        (&admin, ("A", "B"), "listen.admin is 0.0.0.0:9090"),
        (&section, ("A", "B"), "[sign_in.dev] has the name of the test people"),
    ] {
        let ground = Ground::new(configuration).with(environment.0, environment.1);
        let said = failed(&ground.ends(&["--", "touch", "started"]));
        assert!(said.contains(reason), "{reason}: {said}");
        assert!(!ground.path("started").exists(), "nothing was started");
    }
}

#[test]
fn a_port_that_is_taken_is_said_before_anything_starts() {
    let ground = Ground::new(&provider_tokens());
    let _taken = TcpListener::bind(("127.0.0.1", ground.port)).unwrap();
    let said = failed(&ground.ends(&["--", "touch", "started"]));
    assert!(said.contains(&format!("cannot listen on 127.0.0.1:{}", ground.port)), "{said}");
    assert!(!ground.path("started").exists());
}

#[test]
fn people_who_cannot_be_meant_are_refused() {
    let ground = Ground::new(&provider_tokens());
    std::fs::write(ground.path("people.json"), "[{}]").unwrap();
    for file in ["people.json", "nowhere.json"] {
        assert!(failed(&ground.ends(&["--people", file])).contains(file));
    }
}

#[test]
fn without_the_provider_there_are_no_test_people() {
    let configuration = provider_tokens().replace(
        "token = \"provider\"\nprovider = \"dev\"\naudience = \"https://api.example.com\"",
        "token = \"issued\"",
    );
    let ground = Ground::new(&configuration);
    let mut dev = ground.open(&["--no-provider"]);
    assert!(!dev.said.contains("Test people"), "{}", dev.said);
    let page = ground.browser().get("/api/auth/providers");
    assert_eq!(page.text(), "{}");
    assert!(std::net::TcpStream::connect(("127.0.0.1", ground.provider_port)).is_err());
    assert!(dev.stop().success());
}

const SERVED: &str = r#"
public_url = "http://localhost:${CROSSGATE_PORT}"
secret     = "hush-hush, a secret that is long enough for anybody"
[listen]
address = "127.0.0.1:${CROSSGATE_PORT}"
admin   = false
[app]
url = "http://127.0.0.1:1"
[sign_in.dev]
type          = "oidc"
name          = "Test people"
issuer        = "http://127.0.0.1:${ISSUER_PORT}"
client_id     = "crossgate-dev"
client_secret = "hush-hush, the client's"
"#;

/// To `serve` it is a provider as any other: it starts none, waits for none, and lets nobody in.
#[test]
fn a_section_of_that_name_means_nothing_to_serve() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = free_port();
    let plan = Plan::new(folder.path().to_path_buf(), SERVED, &[("ISSUER_PORT", &issuer.to_string())]);
    let _gateway = Gateway::start(&plan).unwrap();
    let mut browser = crate::support::Browser::new(plan.address(), &plan.origin());
    let providers = browser.get("/api/auth/providers").unwrap();
    assert_eq!(json_text(&providers, "/dev/name"), "Test people");
    let token = browser.csrf_token().unwrap();
    let body = crate::support::form(&[("csrfToken", &token), ("json", "true")]);
    let answer = browser.post_form("/api/auth/signin/dev", &body).unwrap();
    assert!(answer.contains("provider_unavailable"), "{}", answer.text());
    for path in ["/expire", "/refuse", "/sign-out", "/authorize", "/jwks"] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", plan.port);
        let answer = exchange(plan.address(), request.as_bytes()).unwrap();
        assert_eq!(answer.status, 502, "{path} is the app's, which is not there");
    }
    let address = ("127.0.0.1", issuer);
    assert!(std::net::TcpStream::connect(address).is_err(), "nobody listens in its place");
}

/// What `dev` fills in is missing for `serve`.
#[test]
fn serve_makes_no_secret_and_leaves_no_provider_out() {
    let ground =
        Ground::new(&provider_tokens().replace("public_url", "secret = \"${CROSSGATE_SECRET}\"\npublic_url"));
    let output = ground.command(&["serve"]).stdout(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    for wanted in ["CROSSGATE_SECRET is not set", "GOOGLE_CLIENT_ID is not set", "no provider has this id"] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    assert!(!ground.path(".crossgate").exists());
}
