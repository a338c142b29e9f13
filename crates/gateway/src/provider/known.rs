//! What a provider said about itself: its metadata and its keys, fetched when needed and remembered for a while.

use std::sync::Arc;
use std::time::Duration;

use crossgate_core::provider::ProviderProtocol;
use crossgate_core::time::Timestamp;
use crossgate_oidc::ProviderMetadata;
use crossgate_oidc::key_set::{KeySet, build_key_set_request, judge_key_set};
use crossgate_oidc::metadata::{MetadataError, build_metadata_request, declared_metadata, judge_metadata};
use crossgate_oidc::remembered::RememberedRules;

use super::slot::Slot;
use super::{Provider, ProviderFault};

/// A discovery document hardly ever changes. When the provider is away, an old one still serves.
const METADATA: RememberedRules = RememberedRules {
    lifetime: Duration::from_secs(60 * 60),
    usable_although_old: Duration::from_secs(24 * 60 * 60),
    early_interval: Duration::from_secs(60),
    pause_after_failure: Duration::from_secs(5),
};

/// A key that was taken back must not be believed for long. An unknown key asks for a new set, but strangers can name
/// unknown keys as often as they like.
const KEYS: RememberedRules = RememberedRules {
    lifetime: Duration::from_secs(15 * 60),
    usable_although_old: Duration::from_secs(24 * 60 * 60),
    early_interval: Duration::from_secs(30),
    pause_after_failure: Duration::from_secs(5),
};

/// What is remembered of a provider.
pub(super) struct Known {
    metadata: Slot<ProviderMetadata>,
    keys: Slot<KeySet>,
}

impl Default for Known {
    fn default() -> Self {
        Self { metadata: Slot::new(METADATA), keys: Slot::new(KEYS) }
    }
}

impl Provider {
    /// What the provider says about itself; for OAuth 2, what the configuration says.
    pub(crate) async fn metadata(&self, now: Timestamp) -> Result<Arc<ProviderMetadata>, ProviderFault> {
        match &self.settings.protocol {
            ProviderProtocol::OAuth2(settings) => Ok(Arc::new(declared_metadata(settings))),
            ProviderProtocol::OpenId(openid) => {
                let request = build_metadata_request(openid);
                let fetch = async {
                    let unusable = |cause| MetadataError::UnusableEndpoint { what: "address", cause };
                    let request = request.map_err(unusable)?;
                    let answer = self.exchange("the discovery document", request).await?;
                    Ok(judge_metadata(&answer, &self.settings)?)
                };
                self.known.metadata.recall(now, fetch).await
            }
        }
    }

    /// The keys that its ID tokens are signed with.
    pub(super) async fn keys(
        &self,
        metadata: &ProviderMetadata,
        now: Timestamp,
    ) -> Result<Arc<KeySet>, ProviderFault> {
        self.known.keys.recall(now, self.fetch_keys(metadata)).await
    }

    /// The keys, fetched anew because one was named that is not among them; as they are, if that was done just before.
    pub(super) async fn keys_after_rotation(
        &self,
        metadata: &ProviderMetadata,
        now: Timestamp,
    ) -> Result<Arc<KeySet>, ProviderFault> {
        self.known.keys.recall_anew(now, self.fetch_keys(metadata)).await
    }

    async fn fetch_keys(&self, metadata: &ProviderMetadata) -> Result<KeySet, ProviderFault> {
        let answer = self.exchange("the key set", build_key_set_request(metadata)?).await?;
        Ok(judge_key_set(&answer)?)
    }
}
