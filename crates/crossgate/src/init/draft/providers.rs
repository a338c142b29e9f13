//! `[sign_in.<provider>]` and `[sign_in.account]`

use super::Findings;
use super::text::{Text, quoted};
use crate::init::express::TokenKind;
use crate::init::next::Provider;

pub(super) fn write(text: &mut Text, findings: &Findings) {
    let next_auth = findings.app.as_ref().and_then(|app| app.next_auth.as_ref());
    let Some(next_auth) = next_auth.filter(|next_auth| !next_auth.providers.is_empty()) else { return };
    let mut written = Vec::new();
    for provider in &next_auth.providers {
        match provider.preset.filter(|preset| !written.contains(preset)) {
            Some(preset) => {
                write_provider(text, provider, preset);
                written.push(preset);
            }
            None => write_unknown(text, provider),
        }
    }
    if !written.is_empty() {
        write_account(text, findings);
    }
}

fn write_provider(text: &mut Text, provider: &Provider, preset: &'static str) {
    text.section(&format!("sign_in.{preset}"));
    text.comment(format!(
        "{} of next-auth, read from {}. How it is set up there: docs/guide/providers/{preset}.md",
        provider.name, provider.place
    ));
    if preset != provider.name {
        text.comment(format!(
            "There the redirect URI ends in /callback/{} so far. Register the one that ends in /callback/{preset} as well.",
            provider.name
        ));
    }
    write_host(text, provider, preset);
    text.text("client_id", &format!("${{{}}}", provider.id));
    if preset != "apple" {
        text.text("client_secret", &format!("${{{}}}", provider.secret));
    }
}

/// What some presets need beside a client.
fn write_host(text: &mut Text, provider: &Provider, preset: &str) {
    match preset {
        "auth0" | "okta" => {
            text.comment(format!("The host in the app's {}, without https://.", provider.issuer));
            text.text("domain", &format!("${{{}_DOMAIN}}", preset.to_uppercase()));
        }
        "entra" => {
            text.comment("The directory (tenant) id: \"common\" and the like are refused.");
            text.text("tenant", "${ENTRA_TENANT_ID}");
        }
        "keycloak" | "cognito" => text.text("issuer", &format!("${{{}}}", provider.issuer)),
        "apple" => {
            text.comment("In place of a secret: Crossgate makes one from these. The key is the content of the .p8 file.");
            for (key, name) in [
                ("team_id", "APPLE_TEAM_ID"),
                ("key_id", "APPLE_KEY_ID"),
                ("private_key", "APPLE_PRIVATE_KEY"),
            ] {
                text.text(key, &format!("${{{name}}}"));
            }
        }
        _ => {}
    }
    if preset == "cognito" {
        text.comment("The domain of the user pool.");
        text.key("hosts", "[\"${COGNITO_DOMAIN}\"]");
    }
}

fn write_unknown(text: &mut Text, provider: &Provider) {
    text.blank();
    text.comment(format!(
        "{} of next-auth, read from {}, is not known here. If it speaks OpenID Connect:",
        provider.name, provider.place
    ));
    text.suggest(true);
    text.heading(&format!("sign_in.{}", super::text::key(&provider.name)));
    text.text("type", "oidc");
    text.text("issuer", "https://login.example.com");
    text.text("client_id", &format!("${{{}}}", provider.id));
    text.text("client_secret", &format!("${{{}}}", provider.secret));
    text.suggest(false);
}

/// Whoever comes from a provider has no token of the API, unless it makes one.
fn write_account(text: &mut Text, findings: &Findings) {
    let needs_token = findings.api.as_ref().is_some_and(|api| api.token == TokenKind::Api);
    text.blank();
    text.comment(
        "Asks the API whose account it is, after a provider vouched for somebody (docs/guide/providers.md).",
    );
    if needs_token {
        text.comment("Without it, people who sign in with a provider have no token of the API.");
    }
    text.suggest(true);
    text.heading("sign_in.account");
    text.text("request", "POST /api/accounts/from-provider");
    if needs_token {
        text.key("access_token", quoted("/token"));
    }
    text.suggest(false);
}
