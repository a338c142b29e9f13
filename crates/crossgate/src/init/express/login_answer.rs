//! What a login answers: where the token and the person are, and what a refusal looks like.

use super::answers::Answer;
use super::tokens::{TokenPlaces, member_place, user_place};
use crate::init::finding::Place;
use crate::init::program::{Shape, pointer};

/// What the login answers.
#[derive(Debug, Clone)]
pub(crate) struct LoginAnswer {
    pub(crate) place: Place,
    pub(crate) tokens: TokenPlaces,
    /// A pointer, or `access_token` where only the token says it.
    pub(crate) user: Option<String>,
    pub(crate) subject: Option<String>,
    /// What is known to be in the person's object.
    pub(crate) members: Vec<String>,
    pub(crate) name: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) code: Option<String>,
    /// What tells success from refusal, where the status does not.
    pub(crate) success: Option<(String, bool)>,
}

/// What RFC 6749 section 5 says that a token endpoint answers.
pub(crate) fn grant_answer(place: Place) -> LoginAnswer {
    let at = |name: &str| Some(format!("/{name}"));
    let (access_token, refresh_token) = (at("access_token"), at("refresh_token"));
    LoginAnswer {
        place,
        tokens: TokenPlaces { access_token, refresh_token, expires_in: at("expires_in"), expires_at: None },
        user: None,
        subject: None,
        members: Vec::new(),
        name: None,
        message: at("error_description"),
        code: None,
        success: None,
    }
}

/// The answer that signs somebody in, and how the others differ from it.
pub(crate) fn read_answer(all: &[Answer]) -> Option<LoginAnswer> {
    let good: Vec<_> = all
        .iter()
        .filter(|answer| !answer.is_refusal() && matches!(answer.shape, Shape::Object(_)))
        .collect();
    let has_token = |answer: &&&Answer| TokenPlaces::read(&answer.shape).access_token.is_some();
    let has_user = |answer: &&&Answer| user_place(&answer.shape).is_some();
    let best =
        good.iter().rev().find(has_token).or_else(|| good.iter().rev().find(has_user)).or(good.last())?;
    let tokens = TokenPlaces::read(&best.shape);
    let (user, person) = person_of(best, &tokens);
    let success = discriminator(best, all);
    let refusals: Vec<_> =
        all.iter().filter(|answer| answer.is_refusal() || is_opposite(answer, success.as_ref())).collect();
    Some(LoginAnswer {
        members: person.keys().map(str::to_owned).collect(),
        place: best.place.clone(),
        tokens,
        user,
        subject: member_place(
            &person,
            &["id", "_id", "sub", "userId"],
            &["uuid", "uid", "userid", "accountid", "username", "login", "email"],
        ),
        name: member_place(
            &person,
            &["name", "fullName", "username"],
            &["displayname", "username", "fullname", "login"],
        ),
        message: message_place(&refusals),
        code: code_place(&refusals),
        success,
    })
}

/// Where the person is: in the answer, or in the token.
fn person_of(answer: &Answer, tokens: &TokenPlaces) -> (Option<String>, Shape) {
    if let Some((place, person)) = user_place(&answer.shape) {
        return (Some(place), person);
    }
    let is_token = |(path, _): &(Vec<String>, &Shape)| tokens.access_token.as_ref() == Some(&pointer(path));
    match answer.shape.all().into_iter().find(is_token) {
        Some((_, Shape::Token(claims))) if matches!(**claims, Shape::Object(_)) => {
            (Some("access_token".to_owned()), (**claims).clone())
        }
        _ => (None, Shape::Unknown),
    }
}

/// A member that is true here and false where it did not work, without a status that says so.
fn discriminator(best: &Answer, all: &[Answer]) -> Option<(String, bool)> {
    let unsaid = all.iter().filter(|answer| !answer.is_refusal());
    let flags = best.shape.all().into_iter().filter_map(|(path, shape)| match shape {
        Shape::Boolean(value) => Some((pointer(&path), *value)),
        _ => None,
    });
    let flags: Vec<_> = flags.collect();
    flags.into_iter().find(|flag| unsaid.clone().any(|answer| is_opposite(answer, Some(flag))))
}

fn is_opposite(answer: &Answer, flag: Option<&(String, bool)>) -> bool {
    flag.is_some_and(|(place, value)| {
        answer
            .shape
            .all()
            .into_iter()
            .any(|(path, shape)| pointer(&path) == *place && *shape == Shape::Boolean(!value))
    })
}

const USUAL_MESSAGES: [&str; 4] = ["/message", "/error/message", "/error", "/detail"];
const MESSAGES: [&str; 4] = ["error_description", "msg", "errorMessage", "reason"];
const USUAL_CODES: [&str; 2] = ["/code", "/error/code"];
const CODES: [&str; 2] = ["errorCode", "error_code"];

/// The places of the texts in refusals.
fn texts(refusals: &[&Answer]) -> Vec<(String, bool)> {
    let all = refusals.iter().flat_map(|answer| answer.shape.all());
    let is_leaf = |shape: &Shape| !matches!(shape, Shape::Object(_) | Shape::List(_) | Shape::Boolean(_));
    let leaves = all.filter(|(path, shape)| !path.is_empty() && is_leaf(shape));
    leaves.map(|(path, shape)| (pointer(&path), *shape == Shape::Text)).collect()
}

fn ends_with(place: &str, names: &[&str]) -> bool {
    place.rsplit('/').next().is_some_and(|last| names.contains(&last))
}

/// Where the text of a refusal is, where it is not looked for anyway.
fn message_place(refusals: &[&Answer]) -> Option<String> {
    let texts = texts(refusals);
    let find = |names: &[&str]| texts.iter().find(|(place, _)| ends_with(place, names));
    let is_usual = texts.iter().any(|(place, _)| USUAL_MESSAGES.contains(&place.as_str()));
    // RFC 6749 section 5.2: `error` is a code there.
    let described = find(&["error_description"]);
    let other = || find(&MESSAGES).or_else(|| texts.iter().find(|(_, is_text)| *is_text));
    let found = if is_usual { described } else { described.or_else(other) };
    found.map(|(place, _)| place.clone())
}

fn code_place(refusals: &[&Answer]) -> Option<String> {
    let texts = texts(refusals);
    let is_usual = texts.iter().any(|(place, _)| USUAL_CODES.contains(&place.as_str()));
    let found = texts.iter().find(|(place, _)| !is_usual && ends_with(place, &CODES));
    found.map(|(place, _)| place.clone())
}
