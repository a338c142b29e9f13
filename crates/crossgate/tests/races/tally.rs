//! What was seen, and what should not have been.

use std::collections::BTreeMap;
use std::fmt;

use crate::api::{Api, Rotation};
use crate::client::Heard;
use crate::people::Person;
use crate::support::{Answer, json_text};

/// What may become of a request, beside an answer with data.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Allowance {
    /// The gateway that it went to is killed.
    pub(crate) lost: bool,
    /// The API, or whoever was to renew the tokens, is away.
    pub(crate) unavailable: bool,
    /// The session may have ended, for this reason.
    pub(crate) ended: Option<&'static str>,
    /// The API may have been told of the end before the request arrived there.
    pub(crate) refused_by_api: bool,
}

/// See the [module](self).
#[derive(Debug, Default)]
pub(crate) struct Tally {
    requests: usize,
    served: usize,
    statuses: BTreeMap<u16, usize>,
    /// Requests to a gateway that was killed, and those of people who went away.
    pub(crate) lost: usize,
    refreshes: usize,
    generations: usize,
    late: usize,
    pub(crate) sign_outs: usize,
    /// What a scenario measured on top.
    pub(crate) figures: Vec<String>,
    pub(crate) violations: Vec<String>,
}

impl Tally {
    pub(crate) fn violation(&mut self, text: impl Into<String>) {
        // The first ones say what is wrong; thousands more would not.
        if self.violations.len() < 20 {
            self.violations.push(text.into());
        }
    }

    /// Counts what became of a person's request, and judges it.
    pub(crate) fn judge(&mut self, person: &Person, heard: &Heard, allowance: Allowance) {
        self.requests += 1;
        let problem = match heard {
            Heard::Answer(answer) => self.judge_answer(person, answer, allowance),
            Heard::Lost if allowance.lost => {
                self.lost += 1;
                return;
            }
            other => Some(format!("{other:?}")),
        };
        if let Some(problem) = problem {
            self.violation(format!("{}: {problem}", person.email));
        }
    }

    fn judge_answer(&mut self, person: &Person, answer: &Answer, allowance: Allowance) -> Option<String> {
        if answer.status == 200 {
            self.served += 1;
            let is_own = json_text(answer, "/person") == person.email;
            return (!is_own).then(|| format!("was shown {}", answer.text()));
        }
        *self.statuses.entry(answer.status).or_default() += 1;
        let is_allowed = match answer.status {
            401 => is_justified(answer, allowance),
            503 => allowance.unavailable && answer.header("retry-after").is_some(),
            _ => false,
        };
        (!is_allowed).then(|| format!("was answered with {}: {}", answer.status, answer.text()))
    }

    /// Takes in what somebody else counted.
    pub(crate) fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.served += other.served;
        self.lost += other.lost;
        self.refreshes += other.refreshes;
        self.generations += other.generations;
        self.late += other.late;
        self.sign_outs += other.sign_outs;
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        self.figures.extend(other.figures);
        other.violations.into_iter().for_each(|violation| self.violation(violation));
    }

    /// What the API saw, at the end of a scenario in which it renews without fault.
    pub(crate) fn settle(&mut self, api: &Api) {
        self.count(api);
        let book = api.book();
        for twice in book.asked_twice() {
            self.violation(format!("new tokens were asked for more than once: {twice}"));
        }
        if book.seen.reuses > 0 {
            self.violation(format!("{} refresh tokens were used a second time", book.seen.reuses));
        }
    }

    /// What the API saw.
    pub(crate) fn count(&mut self, api: &Api) {
        let seen = api.book().seen;
        self.refreshes += seen.refreshes;
        self.generations += seen.generations;
        self.late += seen.late;
    }
}

impl Tally {
    fn write_counts(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, served, lost, refreshes, generations, sign_outs, late, .. } = self;
        write!(formatter, "{requests} requests: {served} served with data")?;
        for status in [401, 503] {
            write!(formatter, ", {} × {status}", self.statuses.get(&status).unwrap_or(&0))?;
        }
        write!(formatter, ", {lost} lost; {refreshes} refreshes, {generations} new generations, ")?;
        write!(formatter, "{sign_outs} sign-outs, {late} tokens ended on their way; ")
    }
}

fn is_justified(answer: &Answer, allowance: Allowance) -> bool {
    let (code, reason) = (json_text(answer, "/error"), json_text(answer, "/reason"));
    match code.as_str() {
        "session_ended" => allowance.ended.is_some_and(|ended| reason.is_empty() || reason == ended),
        "api_does_not_know_this_token" => allowance.refused_by_api,
        _ => false,
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.requests > 0 {
            self.write_counts(formatter)?;
        }
        for figure in &self.figures {
            write!(formatter, "{figure}; ")?;
        }
        write!(formatter, "{} violations", self.violations.len())
    }
}

/// How a scenario is called in its line.
pub(crate) const fn name_of(rotation: Rotation) -> &'static str {
    match rotation {
        Rotation::Detecting => "refresh tokens that are good once",
        Rotation::Never => "refresh tokens that stay",
    }
}
