//! What the answers to a login mean, and what is in them

use crossgate_core::credentials::{
    AnswerCondition, CallTemplate, LoginReading, LoginSettings, PersonReading, RefusalReading, TokenReading,
    UserSource,
};

use super::conditions::{Defaults, read_condition};
use super::person::{read_person, usual_person, warn_about_person};
use crate::reader::Table;
use crate::report::Complaint;
use crate::values::json_pointer;

const SUCCESS: [(u16, u16); 1] = [(200, 299)];
const LOCKED: [(u16, u16); 1] = [(423, 423)];
const REFUSED: [(u16, u16); 5] = [(400, 401), (403, 404), (409, 409), (422, 422), (429, 429)];

/// What answers mean. Whoever writes less means what is here already.
#[derive(Clone)]
pub(super) struct Answers {
    pub(super) success: AnswerCondition,
    pub(super) locked: AnswerCondition,
    pub(super) refused: AnswerCondition,
    pub(super) reading: LoginReading,
}

/// Where it is said who somebody is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PersonPlace {
    Answer,
    Profile,
}

impl Answers {
    /// Where nothing is written.
    pub(super) fn usual(place: PersonPlace) -> Self {
        let person = match place {
            PersonPlace::Answer => Some(usual_person()),
            PersonPlace::Profile => None,
        };
        Self {
            success: AnswerCondition::statuses(&SUCCESS),
            locked: AnswerCondition::statuses(&LOCKED),
            refused: AnswerCondition::statuses(&REFUSED),
            reading: LoginReading {
                person,
                tokens: TokenReading::default(),
                refusal: RefusalReading::default(),
            },
        }
    }

    /// Those of a login.
    pub(super) fn of(login: &LoginSettings) -> Self {
        Self {
            success: login.success.clone(),
            locked: login.locked.clone(),
            refused: login.refused.clone(),
            reading: login.reading.clone(),
        }
    }

    pub(super) fn into_settings(self, call: CallTemplate) -> LoginSettings {
        let Self { success, locked, refused, reading } = self;
        LoginSettings { call, success, locked, refused, reading }
    }

    /// With what is written in this table.
    pub(super) fn read(self, table: &Table<'_>) -> Self {
        let condition = |key, absent, no_status| read_condition(table, key, Defaults { absent, no_status });
        let reading = read_reading(table, self.reading);
        require_token_of_claims(table, &reading);
        Self {
            success: condition("success", self.success, &SUCCESS),
            locked: condition("locked", self.locked, &[]),
            refused: condition("refused", self.refused, &[]),
            reading,
        }
    }
}

fn read_reading(table: &Table<'_>, default: LoginReading) -> LoginReading {
    let pointer = |key, default: Option<String>| table.read(key, json_pointer).or(default);
    let person = default.person.map(|person| read_person(table, person));
    if person.is_none() {
        warn_about_person(table);
    }
    LoginReading {
        person,
        tokens: read_tokens(table, default.tokens),
        refusal: RefusalReading {
            message: pointer("message", default.refusal.message),
            code: pointer("code", default.refusal.code),
        },
    }
}

/// Where tokens are in an answer. Their end stands in one place: whoever writes one of its two keys means that one.
pub(super) fn read_tokens(table: &Table<'_>, default: TokenReading) -> TokenReading {
    let pointer = |key| table.read(key, json_pointer);
    let written = (pointer("expires_in"), pointer("expires_at"));
    let (expires_in, expires_at) = match written {
        (None, None) => (default.expires_in, default.expires_at),
        written => written,
    };
    if expires_in.is_some() && expires_at.is_some() {
        let reason = "the end of a token stands in one place: `expires_in` or `expires_at`, not both";
        table.place_of("expires_at").complain(Complaint::new(reason, "remove one of the two"));
    }
    TokenReading {
        access_token: pointer("access_token").or(default.access_token),
        refresh_token: pointer("refresh_token").or(default.refresh_token),
        expires_in,
        expires_at,
        scheme: default.scheme,
    }
}

fn require_token_of_claims(table: &Table<'_>, reading: &LoginReading) {
    let is_of_token = |person: &PersonReading| person.user == UserSource::AccessToken;
    if reading.person.as_ref().is_some_and(is_of_token) && reading.tokens.access_token.is_none() {
        let reason = "are the claims of the access token, but nothing says where that is";
        let fix = "add access_token = \"/token\": the JSON Pointer to it";
        table.place_of("user").complain(Complaint::new(reason, fix));
    }
}
