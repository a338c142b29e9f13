//! What an operator can do about a fault of a provider.

use crossgate_oidc::authorization::{PushedRequestError, ResponseError};
use crossgate_oidc::hosts::ForeignHost;
use crossgate_oidc::key_set::KeySetError;
use crossgate_oidc::metadata::MetadataError;
use crossgate_oidc::token::TokenError;

use crate::provider::ProviderFault;

/// What happened. In a log line the fix stands in the text; here it stands by itself.
pub(super) fn text_of(fault: &ProviderFault) -> String {
    let text = fault.to_string();
    text.split("; fix: ").next().unwrap_or_default().to_owned()
}

/// `redirect` is our own address, which the provider has to know.
pub(super) fn fix_of(fault: &ProviderFault, id: &str, redirect: &str) -> String {
    match fault {
        ProviderFault::Exchange { .. } | ProviderFault::Pausing => {
            "see whether this machine may open connections to it (firewall, proxy, DNS), and whether it is up"
                .into()
        }
        ProviderFault::Metadata(error) => fix_of_metadata(error, id),
        ProviderFault::KeySet(KeySetError::NoUsableKey | KeySetError::NoKeys) => {
            "have the provider sign ID tokens with RS256 or ES256".into()
        }
        ProviderFault::Token(TokenError::ClientRefused { code }) => fix_of_client(code, id, redirect),
        ProviderFault::Pushed(PushedRequestError::Refused { code }) => fix_of_client(code, id, redirect),
        ProviderFault::Response(ResponseError::Provider { .. }) => {
            format!(
                "compare `scopes` and `parameters` of [sign_in.{id}] with what the provider allows this client"
            )
        }
        ProviderFault::Proof(_) => "private_key must be a PKCS #8 PEM for key_algorithm".into(),
        _ => "look at the provider's console and at its own log".into(),
    }
}

fn fix_of_metadata(error: &MetadataError, id: &str) -> String {
    match error {
        MetadataError::ForeignHost(ForeignHost { host, .. }) => {
            format!("if {host} is the provider's, add it to `hosts` of [sign_in.{id}]")
        }
        MetadataError::WrongIssuer { .. } => {
            format!(
                "write `issuer` (or the preset's own key) of [sign_in.{id}] as the provider does, to the letter"
            )
        }
        error if error.is_temporary() => "try again later; then look at the provider's own log".into(),
        MetadataError::Status(_) | MetadataError::NotAnObject => {
            format!(
                "compare `issuer` (or the preset's own key) of [sign_in.{id}] with the provider's console"
            )
        }
        _ => "look at the provider's console: this is no OpenID Provider that people can sign in with".into(),
    }
}

/// By the provider's code (RFC 6749 §5.2, RFC 9126 §2.3).
fn fix_of_client(code: &str, id: &str, redirect: &str) -> String {
    match code {
        "redirect_uri_mismatch" | "invalid_redirect_uri" | "invalid_request" => {
            format!("register {redirect} at the provider as a redirect URI (callback URL)")
        }
        "invalid_scope" | "invalid_target" => {
            format!("compare `scopes` of [sign_in.{id}] with what the provider allows this client")
        }
        _ => format!(
            "compare client_id, client_secret and client_authentication of [sign_in.{id}] with the provider's console"
        ),
    }
}
