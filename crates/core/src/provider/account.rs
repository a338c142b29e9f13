//! The account hook: the API says who somebody from a provider is.

use crate::credentials::LoginSettings;
use crate::settings::ApiIndex;

/// The checked `[sign_in.account]`. The request is made after a provider vouched for somebody; its answer is read as
/// the answer of a login is.
///
/// Variables of its templates: `provider`, `issuer`, `subject`, `email`, `email_verified`, `name`, `image`, `claims`
/// (the whole profile) and `link_to` (the subject of the person who is signed in, where an account is being linked).
#[derive(Debug, Clone)]
pub struct AccountSettings {
    /// Which API answers.
    pub api: ApiIndex,
    /// The request and how its answer is read. `refused` and `locked` are refusals that the person sees.
    pub login: LoginSettings,
}
