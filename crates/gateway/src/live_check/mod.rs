//! `crossgate check --live`: really talks to the app, the APIs and the providers, and names what is wrong and how to
//! put it right. It signs nobody in and changes nothing.

mod login;
mod provider;
mod remedy;
mod upstream;

use std::sync::Arc;

use crossgate_core::entropy::Entropy;
use crossgate_core::settings::Settings;
use crossgate_core::time::Clock;

use crate::gateway::StartFault;
use crate::provider::Providers;

/// What was found out about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// About what: `app`, `api /api`, `provider google`.
    pub about: String,
    /// What was tried, and what came of it.
    pub text: String,
    /// How it is meant.
    pub kind: FindingKind,
}

/// How a finding is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindingKind {
    /// It works.
    Good,
    /// It could not be found out, or is not as one would wish.
    Doubtful {
        /// What to do.
        fix: String,
    },
    /// It does not work.
    Broken {
        /// What to do.
        fix: String,
    },
}

impl Finding {
    fn good(about: &str, text: impl Into<String>) -> Self {
        Self { about: about.to_owned(), text: text.into(), kind: FindingKind::Good }
    }

    fn doubtful(about: &str, text: impl Into<String>, fix: impl Into<String>) -> Self {
        let kind = FindingKind::Doubtful { fix: fix.into() };
        Self { about: about.to_owned(), text: text.into(), kind }
    }

    fn broken(about: &str, text: impl Into<String>, fix: impl Into<String>) -> Self {
        let kind = FindingKind::Broken { fix: fix.into() };
        Self { about: about.to_owned(), text: text.into(), kind }
    }
}

/// Tries everything, one after the other, and tells each finding as it comes. Must run inside a `LocalSet`.
///
/// # Errors
/// When providers cannot be reached for want of certificates.
pub async fn check_live(
    settings: &Settings,
    clock: &dyn Clock,
    entropy: Arc<dyn Entropy>,
    tell: &mut dyn FnMut(Finding),
) -> Result<(), StartFault> {
    upstream::check(settings, clock, &*entropy, tell).await;
    let providers = Providers::new(&settings.providers, &entropy)?;
    for provider in providers.iter() {
        provider::check(provider, settings, clock, tell).await;
    }
    Ok(())
}
