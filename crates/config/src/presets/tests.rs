//! Whatever is in the tables works as it stands there.

use std::path::Path;

use crossgate_core::provider::{Endpoint, Issuer, ProviderProtocol, ProviderSettings};

use super::*;
use crate::{ConfigSource, load};

/// A value as the operator has to write it.
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----";

/// As little as the preset needs, from its own examples.
fn least(preset: &Preset) -> String {
    let mut text = format!("[sign_in.{}]\nclient_id = 'site'\n", preset.id);
    let mut add = |key: &str, value: &str| text.push_str(&format!("{key} = '''{value}'''\n"));
    match &preset.protocol {
        PresetProtocol::OpenId { issuer: IssuerSource::Written(example), .. } => add("issuer", example),
        PresetProtocol::OpenId { issuer: IssuerSource::Made { key, .. }, .. } => add(key.key, key.example),
        _ => {}
    }
    match preset.client_authentication {
        PresetAuthentication::SignedSecret(_) => {
            add("team_id", "TEAM");
            add("key_id", "ID");
            add("private_key", KEY);
        }
        _ => add("client_secret", "not-so-secret"),
    }
    if let Some(host) = preset.host_of_operator {
        text.push_str(&format!("hosts = ['{host}']\n"));
    }
    text
}

fn loaded(preset: &Preset) -> ProviderSettings {
    let text = format!(
        "public_url = 'https://shop.example'\nsecret = '0123456789abcdefghijklmnopqrstuvwxyz'\n\
         [app]\nurl = 'http://app'\n{}",
        least(preset)
    );
    let source = ConfigSource { name: "x", text: &text, directory: Path::new("/") };
    let loaded = load(&source, &|_: &str| None).unwrap_or_else(|problems| panic!("{problems}"));
    loaded.settings.providers.into_iter().next().unwrap()
}

fn is_https(endpoint: &Endpoint) -> bool {
    endpoint.url().scheme() == "https"
}

#[test]
fn the_least_configuration_of_every_preset_loads() {
    for preset in all() {
        let settings = loaded(preset);
        assert_eq!((settings.id.as_str(), settings.name.as_str()), (preset.id, preset.name));
        assert!(settings.issuer().as_str().starts_with("https://"), "{}", preset.id);
        assert!(!settings.authorization.scopes.is_empty(), "{}", preset.id);
        assert!(!settings.profile.subject.is_empty(), "{}", preset.id);
        assert!(is_https(&Endpoint::parse(preset.source).unwrap()), "{}", preset.id);
    }
}

#[test]
fn names_are_unique_and_can_be_ids() {
    let ids = ids();
    for (index, id) in ids.iter().enumerate() {
        assert!(crossgate_core::provider::ProviderId::parse(id).is_ok(), "{id}");
        assert!(!ids[..index].contains(id), "{id}");
        assert!(!["credentials", "account"].contains(id), "{id}");
    }
}

#[test]
fn every_declared_address_is_https() {
    for preset in all() {
        let PresetProtocol::OAuth2(known) = &preset.protocol else { continue };
        let endpoints = [known.authorization, known.token, known.user_info].into_iter();
        for address in endpoints.chain(known.emails).chain(known.revocation) {
            assert!(Endpoint::parse(address).is_ok_and(|endpoint| is_https(&endpoint)), "{address}");
        }
        for issuer in [known.issuer].into_iter().chain(known.answers_with_issuer) {
            assert!(Issuer::parse(issuer).is_ok(), "{issuer}");
        }
        let ProviderProtocol::OAuth2(settings) = loaded(preset).protocol else { panic!() };
        assert_eq!(settings.endpoints.emails.is_some(), known.emails.is_some());
        assert_eq!(settings.endpoints.revocation.is_some(), known.revocation.is_some());
        assert_eq!(settings.endpoints.answers_with_issuer.is_some(), known.answers_with_issuer.is_some());
    }
}

#[test]
fn openid_providers_are_asked_for_an_id_token() {
    for preset in all().filter(|preset| matches!(preset.protocol, PresetProtocol::OpenId { .. })) {
        assert!(preset.scopes.contains(&"openid"), "{}", preset.id);
        assert!(preset.profile.is_none(), "{}: its claims are the standard ones", preset.id);
    }
}
