//! How the API learns who is asking: which header, which word in front of the token, or which cookie.

use crate::init::finding::{Found, Place};
use crate::init::plain::{is_name, is_text};
use crate::init::program::Program;
use crate::init::script::{Kind, Script, Token};

/// What the sources say about it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reading {
    /// A header of its own, such as `x-access-token`.
    pub(crate) header: Option<Found<String>>,
    /// Another word than `Bearer`.
    pub(crate) scheme: Option<Found<String>>,
    /// Whether `Authorization` is read.
    pub(crate) reads_authorization: bool,
    /// Where a cookie is read or set.
    pub(crate) cookie: Option<Place>,
    /// A package that keeps a session in a cookie.
    pub(crate) session_package: Option<&'static str>,
    /// A package that verifies tokens of an issuer by its key set.
    pub(crate) issuer_package: Option<&'static str>,
    /// The audience that such tokens must have.
    pub(crate) audience: Option<Found<String>>,
    /// Whether tokens are JWTs that the API signs.
    pub(crate) signs_jwt: bool,
    pub(crate) verifies_jwt: bool,
    /// A package that wants a token of its own against forged requests.
    pub(crate) csrf_package: Option<&'static str>,
    pub(crate) graphql_package: Option<&'static str>,
}

const SESSIONS: [&str; 3] = ["express-session", "cookie-session", "iron-session"];
const ISSUERS: [&str; 4] = ["express-oauth2-jwt-bearer", "jwks-rsa", "express-openid-connect", "get-jwks"];
const CSRF: [&str; 5] = ["csurf", "csrf-sync", "csrf-csrf", "tiny-csrf", "@dr.pogodin/csurf"];
const GRAPHQL: [&str; 6] = [
    "@apollo/server",
    "apollo-server-express",
    "express-graphql",
    "graphql-http",
    "graphql-yoga",
    "type-graphql",
];
const JWT: [&str; 4] = ["jsonwebtoken", "jose", "fast-jwt", "jwt-simple"];

pub(crate) fn read(program: &Program<'_>) -> Reading {
    let of = |names: &[&'static str]| names.iter().copied().find(|name| program.imports(name));
    let mut reading = Reading {
        session_package: of(&SESSIONS),
        issuer_package: of(&ISSUERS),
        csrf_package: of(&CSRF),
        graphql_package: of(&GRAPHQL),
        ..Reading::default()
    };
    for (module, read) in program.each() {
        let script = &read.script;
        let whole = script.whole();
        for index in whole.from..whole.to {
            read_token(program, &mut reading, (module, index), script);
        }
    }
    let has_jwt = of(&JWT).is_some();
    reading.signs_jwt &= has_jwt;
    reading.verifies_jwt =
        has_jwt || ["express-jwt", "passport-jwt"].iter().any(|name| program.imports(name));
    reading
}

fn read_token(program: &Program<'_>, reading: &mut Reading, at: (usize, usize), script: &Script<'_>) {
    let (module, index) = at;
    let token = script.at(index);
    let place = || program.place(module, index);
    reading.reads_authorization |= reads_authorization(&token);
    reading.signs_jwt |= token.is_any(&["sign", "signAsync", "SignJWT"]);
    if let Some(header) = token_header(script, index) {
        reading.header.get_or_insert_with(|| Found::at(header, place()));
    }
    if let Some(scheme) = scheme_of(script, index) {
        reading.scheme.get_or_insert_with(|| Found::at(scheme, place()));
    }
    let is_cookie =
        token.is_any(&["cookies", "signedCookies"]) || token.is("cookie") && script.at(index + 1).is("(");
    if is_cookie && script.before(index).is(".") {
        reading.cookie.get_or_insert_with(place);
    }
    if token.is("audience") && reading.audience.is_none() {
        reading.audience =
            audience(script, index).filter(|text| is_text(text)).map(|text| Found::at(text, place()));
    }
}

fn reads_authorization(token: &Token<'_>) -> bool {
    match token.kind {
        Kind::Word | Kind::Text => {
            token.text.eq_ignore_ascii_case("authorization") || token.text.starts_with("fromAuthHeader")
        }
        _ => false,
    }
}

/// `headers["x-access-token"]`, `get("x-auth-token")`, `fromHeader("x-access-token")`
fn token_header(script: &Script<'_>, index: usize) -> Option<String> {
    let text = script.at(index).string()?.to_ascii_lowercase();
    let is_about_token = text.starts_with("x-") && ["token", "auth"].iter().any(|word| text.contains(word));
    let is_other = ["csrf", "xsrf", "refresh"].iter().any(|word| text.contains(word));
    let is_read = script.before(index).is("[")
        || script.before(index).is("(") && {
            let method = index.checked_sub(2).map(|index| script.at(index));
            method.is_some_and(|method| method.is_any(&["get", "header", "fromHeader"]))
        };
    (is_about_token && !is_other && is_read && is_name(&text)).then_some(text)
}

/// `scheme !== "Token"`, `startsWith("Token ")`, `fromAuthHeaderWithScheme("jwt")`
fn scheme_of(script: &Script<'_>, index: usize) -> Option<String> {
    let token = script.at(index);
    if token.kind == Kind::Regex {
        let rest = token.text.strip_prefix("/^")?;
        return ["Token", "JWT"]
            .iter()
            .find(|scheme| rest.starts_with(&format!("{scheme} ")))
            .map(|scheme| (*scheme).to_owned());
    }
    let text = token.string()?;
    let scheme = text.trim_end();
    let compares = [script.before(index), script.at(index + 1)]
        .iter()
        .any(|token| token.is_any(&["===", "!==", "==", "!="]));
    let is_given = index >= 2 && script.at(index - 2).is("fromAuthHeaderWithScheme");
    let is_word =
        ["Token", "JWT", "jwt", "token"].contains(&scheme) && (scheme.len() < text.len() || compares);
    let is_scheme = is_word && (text.starts_with(['T', 'J']) || is_given);
    ((is_scheme || is_given) && is_name(scheme)).then(|| scheme.to_owned())
}

/// A text, or the default of the variable that is named.
fn audience(script: &Script<'_>, index: usize) -> Option<String> {
    let value = script.at(index + 1).is(":").then(|| script.at(index + 2))?;
    if let Some(text) = value.string() {
        return Some(text.to_owned());
    }
    let name = value.word().filter(|_| !script.at(index + 3).is("."))?;
    let default = |at: usize| script.at(at + 2).string().filter(|_| script.at(at + 1).is("="));
    script.places_of(script.whole(), name).find_map(default).map(str::to_owned)
}
