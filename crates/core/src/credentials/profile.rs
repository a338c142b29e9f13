//! What the API says about somebody who has just signed in, where its login does not say it.

use http::StatusCode;

use super::call::CallTemplate;
use super::conditions::AnswerCondition;
use super::judge::{AnswerFault, ApiAnswer, LoginRefusal, RefusalKind, read_refusal};
use super::person::{PersonReading, read_person};
use super::settings::RefusalReading;
use super::tokens::TokenReading;
use crate::identity::Identity;

/// The request, and how its answer is read.
#[derive(Debug, Clone)]
pub struct ProfileSettings {
    /// The request.
    pub call: CallTemplate,
    /// Who it is.
    pub person: PersonReading,
    /// Which answers mean that the login was refused after all. `None`: a login that succeeded is believed.
    pub refused: Option<AnswerCondition>,
}

/// Who it is, or that it is nobody.
#[derive(Debug, PartialEq, Eq)]
pub enum ProfileOutcome {
    /// This is who signed in.
    Known(Box<Identity>),
    /// The API refused.
    Refused(LoginRefusal),
}

/// Judges the answer. `tokens` is how the login is read: what it takes out of an answer does not stay in this one.
///
/// # Errors
/// When the answer does not say who it is.
pub fn judge_profile(
    answer: &ApiAnswer<'_>,
    settings: &ProfileSettings,
    tokens: &TokenReading,
) -> Result<ProfileOutcome, AnswerFault> {
    let body = answer.value();
    if settings.refused.as_ref().is_some_and(|refused| refused.holds(answer.status, body.as_ref())) {
        let refusal = read_refusal(RefusalKind::WrongCredentials, body.as_ref(), &RefusalReading::default());
        return Ok(ProfileOutcome::Refused(refusal));
    }
    require_success(answer.status)?;
    let identity = read_person(&body.unwrap_or_default(), &settings.person, tokens, None);
    identity
        .map(|identity| ProfileOutcome::Known(Box::new(identity)))
        .map_err(|fault| answer.or_not_json(fault))
}

/// Any 2xx.
pub(super) fn require_success(status: StatusCode) -> Result<(), AnswerFault> {
    match status {
        status if status.is_success() => Ok(()),
        status if status.is_server_error() => Err(AnswerFault::ApiFailed(status.as_u16())),
        status => Err(AnswerFault::NoSuccess(status.as_u16())),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, Method};
    use serde_json::{Value, json};

    use super::super::{BodyTemplate, SubjectReading, UserSource};
    use super::*;
    use crate::template::TextTemplate;

    fn judge(
        status: u16,
        body: &Value,
        refused: Option<AnswerCondition>,
    ) -> Result<ProfileOutcome, AnswerFault> {
        let settings = ProfileSettings {
            call: CallTemplate {
                method: Method::GET,
                path: TextTemplate::parse("/me").unwrap(),
                headers: Vec::new(),
                basic: None,
                body: BodyTemplate::Empty,
            },
            person: PersonReading {
                user: UserSource::Pointer(String::new()),
                subject: SubjectReading::Usual,
                name: None,
                email: None,
                image: None,
            },
            refused,
        };
        let tokens = TokenReading { access_token: Some("/token".into()), ..TokenReading::default() };
        let (status, body) = (StatusCode::from_u16(status).unwrap(), body.to_string());
        let answer = ApiAnswer { status, headers: &HeaderMap::new(), body: body.as_bytes() };
        judge_profile(&answer, &settings, &tokens)
    }

    #[test]
    fn it_says_who_somebody_is_and_repeats_no_token() {
        let body = json!({ "id": 7, "email": "a@b.c", "token": "again" });
        let Ok(ProfileOutcome::Known(identity)) = judge(200, &body, None) else { panic!() };
        assert_eq!((identity.subject.as_str(), identity.email.as_deref()), ("7", Some("a@b.c")));
        assert!(!identity.user.contains_key("token"));
    }

    #[test]
    fn what_says_nothing_is_a_fault_and_no_refusal() {
        let body = json!({ "id": 7 });
        assert_eq!(judge(503, &body, None), Err(AnswerFault::ApiFailed(503)));
        for status in [302, 401, 403, 404] {
            assert_eq!(judge(status, &body, None), Err(AnswerFault::NoSuccess(status)));
        }
        assert!(judge(200, &json!({ "message": "hello" }), None).is_err());
    }

    #[test]
    fn it_refuses_only_where_the_operator_says_so() {
        let refused = Some(AnswerCondition::statuses(&[(401, 401)]));
        let outcome = judge(401, &json!({ "message": "No." }), refused.clone());
        let Ok(ProfileOutcome::Refused(refusal)) = outcome else { panic!() };
        assert_eq!((refusal.kind, refusal.message.as_deref()), (RefusalKind::WrongCredentials, Some("No.")));
        assert_eq!(judge(403, &json!({}), refused), Err(AnswerFault::NoSuccess(403)));
    }
}
