//! Signing out at the provider, and taking tokens back.

use crossgate_core::provider::{ClientAuthentication, ClientKey, ClientKeyAlgorithm};
use crossgate_core::secret::SecretText;
use crossgate_oidc::logout::{build_revocation_request, end_session_url, judge_revocation};
use crossgate_oidc::{ProofError, ProviderMetadata, RevocationError, TokenHint};
use http::StatusCode;

use crate::support::*;

#[test]
fn the_address_for_signing_out_keeps_its_own_query() {
    let settings = settings(ClientAuthentication::None);
    let url = |hint: Option<&SecretText>| {
        end_session_url(&settings, &metadata(), hint, "https://shop.example/api/auth/signedout", "s t")
            .unwrap()
    };
    let tail = "client_id=client-1&post_logout_redirect_uri=https%3A%2F%2Fshop.example%2Fapi%2Fauth%2Fsignedout&state=s+t";
    assert_eq!(url(None), format!("https://id.example/logout?realm=a&{tail}"));
    let hint = SecretText::new("a.b.c");
    assert_eq!(url(Some(&hint)), format!("https://id.example/logout?realm=a&id_token_hint=a.b.c&{tail}"));
    let without = ProviderMetadata { end_session_endpoint: None, ..metadata() };
    assert_eq!(end_session_url(&settings, &without, None, "https://shop.example", "s"), None);
}

#[test]
fn a_token_is_taken_back_by_whom_it_was_given_to() {
    let settings = settings(ClientAuthentication::Post(SecretText::new("secret")));
    for (hint, name) in [(TokenHint::AccessToken, "access_token"), (TokenHint::RefreshToken, "refresh_token")]
    {
        let token = SecretText::new("t");
        let request = build_revocation_request(&settings, &metadata(), &token, hint, &PROOF).unwrap();
        assert_eq!(request.endpoint.as_str(), "https://id.example/revoke");
        let expected =
            [("token", "t"), ("token_type_hint", name), ("client_id", CLIENT), ("client_secret", "secret")];
        assert_eq!(form_of(&request), pairs(&expected));
    }
}

#[test]
fn what_cannot_be_asked_is_told_apart() {
    let build = |authentication, metadata| {
        let (settings, token) = (settings(authentication), SecretText::new("t"));
        build_revocation_request(&settings, &metadata, &token, TokenHint::AccessToken, &PROOF).err()
    };
    let without = ProviderMetadata { revocation_endpoint: None, ..metadata() };
    assert_eq!(build(ClientAuthentication::None, without), Some(RevocationError::NotOffered));
    let key = ClientKey { pem: SecretText::new("no key"), algorithm: ClientKeyAlgorithm::Es256, id: None };
    let found = build(ClientAuthentication::PrivateKeyJwt(key), metadata());
    assert_eq!(found, Some(RevocationError::Proof(ProofError::Key)));
}

#[test]
fn answers_to_a_revocation_are_told_apart() {
    let failed = |status| RevocationError::ProviderFailed(StatusCode::from_u16(status).unwrap());
    let refused = RevocationError::Refused { code: "unsupported_token_type".into() };
    for (status, body, expected) in [
        (200, "", Ok(())),
        (204, "", Ok(())),
        (400, r#"{"error":"unsupported_token_type"}"#, Err(refused)),
        (400, "<html>", Err(failed(400))),
        (503, r#"{"error":"x"}"#, Err(failed(503))),
    ] {
        assert_eq!(judge_revocation(&answer(status, body)), expected, "{status} {body}");
    }
}
