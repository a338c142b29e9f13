//! `[sign_in]`: the API's own login, providers, and the account hook

use crossgate_core::provider::{ProviderSettings, TokenTarget};
use crossgate_core::token::UpstreamToken;

use super::account::{AccountDraft, read_account};
use super::api::ApiDraft;
use super::credentials::{CredentialsDraft, read_credentials};
use super::provider::{ProviderDraft, read_provider};
use crate::reader::Table;
use crate::report::Place;

/// What `[sign_in]` says.
#[derive(Default)]
pub(crate) struct SignInDraft<'r> {
    pub(crate) credentials: Option<CredentialsDraft<'r>>,
    pub(crate) account: Option<AccountDraft<'r>>,
    /// In the order of the file.
    pub(crate) providers: Vec<ProviderDraft<'r>>,
    /// Sections that should be providers, whether or not it could be told what they are.
    pub(crate) provider_places: Vec<(&'r str, Place<'r>)>,
}

/// Every key but two is a provider.
pub(crate) fn read_sign_in<'r>(root: &Table<'r>, apis: &[ApiDraft<'r>]) -> SignInDraft<'r> {
    let read = |table: &Table<'r>| {
        let credentials = table.section("credentials", |table| read_credentials(table, apis));
        let account = table.section("account", |table| read_account(table, apis));
        let sections = table.remaining();
        SignInDraft {
            credentials,
            account,
            providers: sections.iter().filter_map(|(id, entry)| read_provider(id, entry)).collect(),
            provider_places: sections.into_iter().map(|(id, entry)| (id, entry.place)).collect(),
        }
    };
    root.section("sign_in", read).unwrap_or_default()
}

impl SignInDraft<'_> {
    /// Whether anybody can sign in, as far as can be told.
    pub(crate) const fn lets_somebody_in(&self) -> bool {
        self.credentials.is_some() || !self.provider_places.is_empty()
    }
}

/// The providers, each with the targets of the tokens that APIs want. `None` when one of them lacks something.
pub(super) fn into_providers(
    drafts: Vec<ProviderDraft<'_>>,
    apis: &[ApiDraft<'_>],
) -> Option<Vec<ProviderSettings>> {
    let settings = drafts.into_iter().map(|draft| {
        let mut settings = draft.settings?;
        settings.token_targets = targets_of(&settings, apis);
        Some(settings)
    });
    settings.collect()
}

fn targets_of(provider: &ProviderSettings, apis: &[ApiDraft<'_>]) -> Vec<TokenTarget> {
    let mut targets = Vec::new();
    for api in apis {
        if let Some(UpstreamToken::Provider(token)) = &api.token.token
            && token.provider == provider.id
            && !targets.contains(&token.target)
        {
            targets.push(token.target.clone());
        }
    }
    targets
}
