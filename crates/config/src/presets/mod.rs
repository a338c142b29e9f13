//! Providers that are known by name, as plain data: where they are and what they want. A further one is an entry in a
//! table, with the address of the documentation that it was checked against.

mod oauth2;
mod openid;
#[cfg(test)]
mod tests;

use crossgate_core::provider::{CodeChallengeUse, ResponseMode, UserInfoUse};

/// What is known about a provider.
#[derive(Debug)]
pub(crate) struct Preset {
    /// Its name in the configuration.
    pub(crate) id: &'static str,
    /// What a person reads.
    pub(crate) name: &'static str,
    pub(crate) protocol: PresetProtocol,
    /// Hosts that its discovery document names beside the issuer's own.
    pub(crate) hosts: &'static [&'static str],
    /// A host that only the operator knows: an example of it.
    pub(crate) host_of_operator: Option<&'static str>,
    pub(crate) scopes: &'static [&'static str],
    /// Parameters that are always sent.
    pub(crate) parameters: &'static [(&'static str, &'static str)],
    /// Parameters that a page may choose.
    pub(crate) allowed_parameters: &'static [&'static str],
    pub(crate) client_authentication: PresetAuthentication,
    pub(crate) response_mode: ResponseMode,
    pub(crate) code_challenge: CodeChallengeUse,
    /// Where its profile says what, if not where OpenID Connect puts it.
    pub(crate) profile: Option<Pointers>,
    pub(crate) sign_out_there: bool,
    /// The documentation or metadata that this was checked against.
    pub(crate) source: &'static str,
}

/// What a provider speaks.
#[derive(Debug)]
pub(crate) enum PresetProtocol {
    OpenId { issuer: IssuerSource, user_info: UserInfoUse },
    OAuth2(PresetEndpoints),
}

/// Where an issuer comes from.
#[derive(Debug)]
pub(crate) enum IssuerSource {
    /// It is always this one.
    Fixed(&'static str),
    /// It is this one, unless the operator has an instance of their own.
    Usual(&'static str),
    /// The operator writes it; an example.
    Written(&'static str),
    /// It is made from a key, `{}` in the pattern, and perhaps from a second one, which is appended.
    Made { key: Placeholder, pattern: &'static str, optional: Option<(Placeholder, &'static str)> },
}

/// A key whose value becomes a part of the issuer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placeholder {
    pub(crate) key: &'static str,
    pub(crate) form: PlaceholderForm,
    pub(crate) example: &'static str,
}

/// What such a key may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlaceholderForm {
    /// A host.
    Host,
    /// The id of an Entra tenant.
    Tenant,
    /// One segment of a path.
    Segment,
}

/// Endpoints of a provider without OpenID Connect.
#[derive(Debug)]
pub(crate) struct PresetEndpoints {
    /// Under which name its people are kept apart from those of others. It must never change: it is a part of who
    /// somebody is.
    pub(crate) issuer: &'static str,
    pub(crate) authorization: &'static str,
    pub(crate) token: &'static str,
    pub(crate) user_info: &'static str,
    pub(crate) emails: Option<&'static str>,
    pub(crate) revocation: Option<&'static str>,
    pub(crate) answers_with_issuer: Option<&'static str>,
}

/// How a provider wants clients to prove who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PresetAuthentication {
    Basic,
    Post,
    /// A JWT in place of the secret, for this audience.
    SignedSecret(&'static str),
}

/// JSON Pointers into a profile; of several the first that is there counts.
#[derive(Debug)]
pub(crate) struct Pointers {
    pub(crate) subject: &'static [&'static str],
    pub(crate) name: &'static [&'static str],
    pub(crate) email: &'static [&'static str],
    pub(crate) email_verified: &'static [&'static str],
    pub(crate) image: &'static [&'static str],
}

/// What pages may choose at an OpenID Provider (OIDC Core §3.1.2.1).
pub(crate) const USUAL_PARAMETERS: &[&str] = &["login_hint", "prompt", "ui_locales"];
/// What is asked of an OpenID Provider (OIDC Core §5.4).
pub(crate) const USUAL_SCOPES: &[&str] = &["openid", "email", "profile"];

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = &'static Preset> {
    openid::PRESETS.iter().chain(oauth2::PRESETS)
}

/// The one with this name.
pub(crate) fn find(id: &str) -> Option<&'static Preset> {
    all().find(|preset| preset.id == id)
}

/// The names of all.
pub(crate) fn ids() -> Vec<&'static str> {
    all().map(|preset| preset.id).collect()
}
