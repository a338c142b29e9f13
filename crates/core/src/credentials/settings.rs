//! What the operator declares about the API's login.

use super::call::CallTemplate;
use super::conditions::AnswerCondition;
use super::fields::Field;
use super::person::PersonReading;
use super::prepare::PrepareSettings;
use super::profile::ProfileSettings;
use super::refresh::RefreshSettings;
use super::second_step::SecondStepSettings;
use super::tokens::TokenReading;
use crate::settings::ApiIndex;

/// The checked `[sign_in.credentials]`.
#[derive(Debug, Clone)]
pub struct CredentialsSettings {
    /// What the sign-in page and the `providers` endpoint call it.
    pub label: String,
    /// The fields of the form, in order.
    pub fields: Vec<Field>,
    /// Which API answers.
    pub api: ApiIndex,
    /// What the API wants to be asked for before.
    pub prepare: Option<PrepareSettings>,
    /// The login.
    pub login: LoginSettings,
    /// One more step, where the API asks for it.
    pub second_step: Option<SecondStepSettings>,
    /// What is asked afterwards, where the login does not say who it is.
    pub profile: Option<ProfileSettings>,
    /// How tokens, or cookies, are renewed.
    pub refresh: Option<RefreshSettings>,
    /// The API's own logout, called after our session is gone.
    pub logout: Option<CallTemplate>,
}

/// The login call and how its answer is read.
#[derive(Debug, Clone)]
pub struct LoginSettings {
    /// The request.
    pub call: CallTemplate,
    /// Which answers mean success (default: any 2xx).
    pub success: AnswerCondition,
    /// Which answers mean a locked or disabled account (default: 423).
    pub locked: AnswerCondition,
    /// Which answers mean wrong credentials (default: 400, 401, 403, 404, 409, 422, 429).
    pub refused: AnswerCondition,
    /// Where things are in the answer.
    pub reading: LoginReading,
}

/// JSON Pointers (RFC 6901) into the login answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginReading {
    /// Who it is. `None` where the profile says it.
    pub person: Option<PersonReading>,
    /// The tokens.
    pub tokens: TokenReading,
    /// What a refusal says.
    pub refusal: RefusalReading,
}

/// JSON Pointers (RFC 6901) into a refusal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefusalReading {
    /// The API's message. Default: the first text at `/message`, `/error/message`, `/error`, `/detail`.
    pub message: Option<String>,
    /// The API's code. Default: the first of `/code`, `/error/code`.
    pub code: Option<String>,
}
