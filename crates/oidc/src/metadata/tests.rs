use serde_json::{Value, json};

use super::*;
use crate::samples::{ISSUER, answer, document, metadata, oauth2_settings, open_id, open_id_at};

/// The usual document with one member changed; `null` takes it out.
fn judge_with(name: &str, value: Value) -> Result<ProviderMetadata, MetadataError> {
    let mut document = document();
    document[name] = value;
    judge_metadata(&answer(200, document), &open_id())
}

#[test]
fn the_document_is_asked_for_below_the_issuer() {
    let settings = OpenIdSettings {
        issuer: Issuer::parse(ISSUER).unwrap(),
        user_info: crossgate_core::provider::UserInfoUse::Never,
    };
    let request = build_metadata_request(&settings).unwrap();
    assert_eq!(request.endpoint.as_str(), "https://id.example/realm/.well-known/openid-configuration");
    assert_eq!(request.method, http::Method::GET);
}

#[test]
fn a_good_document_says_where_everything_is() {
    let metadata = metadata();
    assert_eq!(metadata.issuer.as_str(), ISSUER);
    assert_eq!(metadata.token_endpoint.as_str(), "https://id.example/realm/token");
    assert_eq!(metadata.jwks_uri.unwrap().as_str(), "https://id.example/realm/keys");
    assert_eq!(metadata.signature_algorithms, ["RS256", "ES256"]);
    assert!(metadata.user_info_endpoint.is_none() && metadata.client_authentication_methods.is_empty());
    assert!(!metadata.answers_with_issuer && !metadata.requires_pushed_authorization);
}

#[test]
fn optional_members_are_read() {
    let metadata = judge_with("userinfo_endpoint", json!("https://id.example/me")).unwrap();
    assert_eq!(metadata.user_info_endpoint.unwrap().as_str(), "https://id.example/me");
    let metadata = judge_with("authorization_response_iss_parameter_supported", json!(true)).unwrap();
    assert!(metadata.answers_with_issuer);
    let metadata = judge_with("require_pushed_authorization_requests", json!(true)).unwrap();
    assert!(metadata.requires_pushed_authorization);
    for name in ["response_types_supported", "code_challenge_methods_supported"] {
        assert!(judge_with(name, Value::Null).is_ok(), "{name} may be absent");
    }
}

#[test]
fn the_issuer_is_compared_to_the_letter() {
    for other in [
        "https://id.example/realm/",
        "https://ID.example/realm",
        "https://id.example",
        "https://id.example/realm2",
        "http://id.example/realm",
        "",
    ] {
        let error = judge_with("issuer", json!(other)).unwrap_err();
        assert!(matches!(error, MetadataError::WrongIssuer { .. }), "{other}: {error}");
    }
    assert_eq!(judge_with("issuer", Value::Null).unwrap_err(), MetadataError::Missing("issuer"));
    assert_eq!(judge_with("issuer", json!([ISSUER])).unwrap_err(), MetadataError::WrongType("issuer"));
    let error = judge_with("issuer", json!("x\n".repeat(5000))).unwrap_err().to_string();
    assert!(error.len() < 800 && !error.contains('\n'), "{error}");
}

#[test]
fn what_is_needed_must_be_there() {
    for name in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
        assert_eq!(judge_with(name, Value::Null).unwrap_err(), MetadataError::Missing(name));
    }
}

#[test]
fn every_endpoint_is_protected_and_on_an_allowed_host() {
    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "userinfo_endpoint",
        "revocation_endpoint",
        "end_session_endpoint",
        "pushed_authorization_request_endpoint",
    ] {
        let error = judge_with(name, json!("https://evil.test/x")).unwrap_err();
        assert!(
            matches!(&error, MetadataError::ForeignHost(foreign) if foreign.what == name),
            "{name}: {error}"
        );
        for bad in ["http://id.example/x", "/x", "", "javascript:alert(1)", "https://a@id.example/"] {
            let error = judge_with(name, json!(bad)).unwrap_err();
            assert!(matches!(error, MetadataError::UnusableEndpoint { .. }), "{name} {bad}: {error}");
        }
        assert_eq!(judge_with(name, json!(1)).unwrap_err(), MetadataError::WrongType(name));
    }
}

#[test]
fn a_provider_without_the_code_flow_or_pkce_is_refused() {
    for (name, value, error) in [
        ("response_types_supported", json!(["id_token", "code id_token"]), MetadataError::NoCodeFlow),
        ("response_types_supported", json!([]), MetadataError::NoCodeFlow),
        ("code_challenge_methods_supported", json!(["plain"]), MetadataError::NoCodeChallenge),
        ("code_challenge_methods_supported", json!(["s256"]), MetadataError::NoCodeChallenge),
    ] {
        assert_eq!(judge_with(name, value.clone()).unwrap_err(), error, "{name} {value}");
    }
}

#[test]
fn members_of_a_wrong_type_are_refused() {
    for (name, value) in [
        ("response_types_supported", json!("code")),
        ("id_token_signing_alg_values_supported", json!(["RS256", 1])),
        ("token_endpoint_auth_methods_supported", json!({})),
        ("authorization_response_iss_parameter_supported", json!("true")),
    ] {
        assert_eq!(judge_with(name, value).unwrap_err(), MetadataError::WrongType(name));
    }
}

#[test]
fn other_answers_are_no_documents() {
    let padded = format!("{}{}", document(), " ".repeat(256 * 1024));
    for (status, body, temporary) in [
        (404, document().to_string(), false),
        (302, String::new(), false),
        (204, String::new(), false),
        (503, String::new(), true),
        (429, String::new(), true),
        (200, String::new(), false),
        (200, "[]".into(), false),
        (200, "<html>".into(), false),
        (200, padded, false),
    ] {
        let error = judge_metadata(&answer(status, body), &open_id()).unwrap_err();
        assert_eq!(error.is_temporary(), temporary, "{status}: {error}");
    }
}

#[test]
fn a_document_of_one_provider_is_not_taken_for_another() {
    let settings = open_id_at("https://id.example/other");
    let error = judge_metadata(&answer(200, document()), &settings).unwrap_err();
    assert!(matches!(error, MetadataError::WrongIssuer { .. }));
}

#[test]
fn an_oauth2_provider_is_what_was_declared() {
    let mut settings = oauth2_settings();
    let metadata = declared_metadata(&settings);
    assert!(metadata.jwks_uri.is_none() && !metadata.answers_with_issuer);
    assert_eq!(metadata.issuer_in_answers.as_str(), "https://hub.example");
    settings.endpoints.answers_with_issuer = Some(Issuer::parse("https://hub.example/login").unwrap());
    let metadata = declared_metadata(&settings);
    assert!(metadata.answers_with_issuer);
    assert_eq!(metadata.issuer_in_answers.as_str(), "https://hub.example/login");
    assert_eq!(metadata.issuer.as_str(), "https://hub.example");
}
