//! Which token of a session is renewed, and by whom.

use crossgate_core::provider::{ProviderId, TokenTarget};
use crossgate_core::session::HashedSessionId;
use crossgate_core::settings::ApiIndex;

/// Which token of a session.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum RefreshSource {
    /// The tokens, or cookies, of the API's own login.
    Own {
        /// The API that people sign in with.
        api: ApiIndex,
    },
    /// A provider's access token.
    Provider {
        /// Which provider.
        provider: ProviderId,
        /// For whom the token is.
        target: TokenTarget,
    },
}

/// Who is asked for new tokens, for all sessions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum OtherSide {
    Api(ApiIndex),
    Provider(ProviderId),
}

/// What is renewed: of which session, which token.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct RefreshKey {
    pub(crate) session: HashedSessionId,
    pub(crate) source: RefreshSource,
}

impl RefreshSource {
    pub(crate) fn other_side(&self) -> OtherSide {
        match self {
            Self::Own { api } => OtherSide::Api(*api),
            Self::Provider { provider, .. } => OtherSide::Provider(provider.clone()),
        }
    }
}
