//! One more step at sign-in: a one-time code and the like.

use super::conditions::AnswerCondition;
use super::fields::Field;
use super::judge::{AnswerFault, ApiAnswer, RefusalKind, read_refusal};
use super::settings::LoginSettings;
use super::values::{ReadValues, ValueSources};
use crate::upstream_cookie::CookieJar;

/// When the step is asked for, what is typed then, and where it goes.
#[derive(Debug, Clone)]
pub struct SecondStepSettings {
    /// Which answers ask for it. It is judged before everything else.
    pub when: AnswerCondition,
    /// Values of such an answer that the second request needs.
    pub values: ValueSources,
    /// Fields of the first form that are needed again. None of them is secret.
    pub kept_fields: Vec<String>,
    /// The fields of the second form, in order.
    pub fields: Vec<Field>,
    /// The second request. Its answer is read as that of a login.
    pub login: LoginSettings,
}

/// An answer that asks for the step.
#[derive(Debug, PartialEq, Eq)]
pub struct Challenge {
    /// What the second request needs.
    pub values: ReadValues,
    /// What the API says to the person, if it says anything.
    pub message: Option<String>,
}

impl SecondStepSettings {
    /// Whether the answer to the login asks for the step. `cookies` are those that the API has set so far, with this
    /// answer.
    ///
    /// # Errors
    /// When it asks, but lacks a value.
    pub fn judge(
        &self,
        answer: &ApiAnswer<'_>,
        cookies: &CookieJar,
    ) -> Result<Option<Challenge>, AnswerFault> {
        self.asks(answer).then(|| Ok(self.challenge(answer, self.read(answer, cookies)?))).transpose()
    }

    /// Whether the answer to the step asks for it again: what was typed was wrong. Values that it does not repeat stay
    /// what they were.
    #[must_use]
    pub fn judge_again(
        &self,
        answer: &ApiAnswer<'_>,
        cookies: &CookieJar,
        before: &ReadValues,
    ) -> Option<Challenge> {
        let renewed = |(name, source): &(String, super::ValueSource)| {
            let source = [(name.clone(), source.clone())];
            Some((name.clone(), ReadValues::read(&source, answer, cookies).ok()?.get(name)?))
        };
        self.asks(answer).then(|| {
            let mut values = before.clone();
            self.values.iter().filter_map(renewed).for_each(|(name, value)| values.insert(&name, &value));
            self.challenge(answer, values)
        })
    }

    fn asks(&self, answer: &ApiAnswer<'_>) -> bool {
        self.when.holds(answer.status, answer.value().as_ref())
    }

    fn read(&self, answer: &ApiAnswer<'_>, cookies: &CookieJar) -> Result<ReadValues, AnswerFault> {
        ReadValues::read(&self.values, answer, cookies)
    }

    fn challenge(&self, answer: &ApiAnswer<'_>, values: ReadValues) -> Challenge {
        let reading = &self.login.reading.refusal;
        let said = read_refusal(RefusalKind::WrongCredentials, answer.value().as_ref(), reading);
        Challenge { values, message: said.message }
    }
}

#[cfg(test)]
#[path = "second_step_tests.rs"]
mod tests;
