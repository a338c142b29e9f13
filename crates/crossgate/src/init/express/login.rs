//! Which route is the login, and how it is asked.

use super::answers::answers;
use super::fields::{BodyRead, body_read};
use super::guards::Guards;
use super::login_answer::{LoginAnswer, grant_answer, read_answer};
use super::routers::Route;
use crate::init::finding::Place;
use crate::init::program::Program;

/// How name and password are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    Json,
    Form,
    Basic,
}

/// The login of the API.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    pub(crate) route: Route,
    /// What people type in, the secret last; empty where it is not known.
    pub(crate) fields: Vec<String>,
    /// What the body has beside that.
    pub(crate) other_keys: Vec<String>,
    pub(crate) fields_place: Option<Place>,
    pub(crate) envelope: Option<String>,
    pub(crate) sending: Sending,
    /// Whether it wants `grant_type`, as RFC 6749 has it.
    pub(crate) is_grant: bool,
    pub(crate) answer: Option<LoginAnswer>,
    /// Other routes that might have been meant.
    pub(crate) others: Vec<String>,
}

const SECRETS: [&str; 8] = ["password", "pwd", "pass", "passwd", "passcode", "pin", "passphrase", "passwort"];
const IDENTIFIERS: [&str; 14] = [
    "mail",
    "user",
    "login",
    "name",
    "mobile",
    "phone",
    "account",
    "identifier",
    "tenant",
    "organi",
    "company",
    "workspace",
    "customer",
    "handle",
];

/// What is typed into a field of this name is a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    SECRETS.contains(&name.to_ascii_lowercase().as_str())
}

fn is_identifier(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    IDENTIFIERS.iter().any(|word| name.contains(word))
}

/// The likeliest login of all routes.
pub(crate) fn find(program: &Program<'_>, routes: &[Route]) -> Option<Login> {
    let mut ranked: Vec<_> =
        routes.iter().map(|route| (score(program, route), route)).filter(|(score, _)| *score >= 5).collect();
    ranked.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    let (_, route) = ranked.first()?;
    let mut others: Vec<String> = Vec::new();
    for (_, other) in ranked.iter().skip(1).take(20) {
        let request = other.request();
        if request != route.request() && !others.contains(&request) && others.len() < 5 {
            others.push(request);
        }
    }
    Some(Login { others, ..describe(program, route) })
}

fn score(program: &Program<'_>, route: &Route) -> i32 {
    let path = route.path.to_ascii_lowercase();
    let is_other = [
        "admin", "refresh", "register", "signup", "sign-up", "forgot", "reset", "verify", "otp", "logout",
        "revoke", "oauth2", "google", "github", "facebook",
    ];
    if !route.is("POST") || !route.is_askable() || is_other.iter().any(|word| path.contains(word)) {
        return 0;
    }
    let by_name = match route.last_part().as_str() {
        "login" | "signin" | "logon" => 5,
        "session" | "sessions" | "authenticate" | "auth" | "token" | "tokens" => 3,
        _ => 0,
    };
    by_name + if by_name > 0 && checks_password(program, route) { 3 } else { 0 }
}

fn checks_password(program: &Program<'_>, route: &Route) -> bool {
    let guards = Guards { program };
    let signs = ["compare", "compareSync", "password", "argon2", "scrypt", "pbkdf2", "local", "grant_type"];
    let in_handler = route.handler.as_ref().is_some_and(|handler| guards.says(handler, &signs));
    let keys = body_read(program, route).keys;
    in_handler
        || is_basic(program, route)
        || keys.iter().any(|key| is_secret(key))
        || uses_passport(program, route)
}

/// `passport.authenticate("local")` before the handler, or in it.
fn uses_passport(program: &Program<'_>, route: &Route) -> bool {
    let Some(script) = program.module(route.module).map(|module| &module.script) else { return false };
    let before = route
        .before
        .iter()
        .any(|span| script.mentions(*span, &["local"]) && script.mentions(*span, &["passport"]));
    let handler = route.handler.as_ref().is_some_and(|handler| {
        let guards = Guards { program };
        guards.says(handler, &["passport"]) && guards.says(handler, &["local"])
    });
    before || handler
}

fn is_basic(program: &Program<'_>, route: &Route) -> bool {
    let guards = Guards { program };
    let functions = route
        .before
        .iter()
        .filter_map(|span| program.function_of(route.module, *span))
        .chain(route.handler.clone());
    functions
        .into_iter()
        .any(|located| guards.says(&located, &["Basic ", "basic-auth"]) && !guards.says(&located, &["body"]))
}

fn describe(program: &Program<'_>, route: &Route) -> Login {
    let read = body_read(program, route);
    let is_basic = is_basic(program, route) && !read.keys.iter().any(|key| is_secret(key));
    let guards = Guards { program };
    let is_grant = route.handler.as_ref().is_some_and(|handler| guards.says(handler, &["grant_type"]));
    let sending = if is_basic && !is_grant { Sending::Basic } else { sending_of(program, is_grant) };
    let answer = route.handler.as_ref().and_then(|handler| read_answer(&answers(program, handler)));
    let mut login = Login {
        route: route.clone(),
        fields: Vec::new(),
        other_keys: Vec::new(),
        fields_place: read.place.clone(),
        envelope: read.envelope.clone(),
        sending,
        is_grant,
        answer: answer.or_else(|| is_grant.then(|| grant_answer(route.place.clone()))),
        others: Vec::new(),
    };
    set_fields(program, route, &read, &mut login);
    login
}

fn set_fields(program: &Program<'_>, route: &Route, read: &BodyRead, login: &mut Login) {
    let secret = read.keys.iter().find(|key| is_secret(key));
    if let Some(secret) = secret {
        let names = read.keys.iter().filter(|key| *key != secret);
        let (fields, others): (Vec<_>, Vec<_>) = names.cloned().partition(|key| is_identifier(key));
        login.fields = fields.into_iter().chain([secret.clone()]).collect();
        login.other_keys = others;
    } else if uses_passport(program, route) {
        let option = |key: &str, usual: &str| local_option(program, key).unwrap_or_else(|| usual.to_owned());
        login.fields = vec![option("usernameField", "username"), option("passwordField", "password")];
    } else if login.sending == Sending::Basic || login.is_grant {
        login.fields = vec!["username".to_owned(), "password".to_owned()];
    }
    let parameters = route.path.split('/').filter_map(|part| part.strip_prefix(':')).map(str::to_owned);
    if !login.fields.is_empty() {
        login.fields = parameters.chain(std::mem::take(&mut login.fields)).collect();
    }
}

/// An option of passport-local.
fn local_option(program: &Program<'_>, key: &str) -> Option<String> {
    program.modules.iter().find_map(|module| {
        let script = &module.script;
        let at = script.places_of(script.whole(), key).next()?;
        script.at(at + 2).string().filter(|_| script.at(at + 1).is(":")).map(str::to_owned)
    })
}

/// A form, where the API reads forms and no JSON.
fn sending_of(program: &Program<'_>, is_grant: bool) -> Sending {
    let reads = |name: &str| {
        program.modules.iter().any(|module| {
            let script = &module.script;
            script.places_of(script.whole(), name).any(|at| {
                at >= 2
                    && script.before(at).is(".")
                    && script.at(at - 2).is_any(&["express", "bodyParser", "bodyparser", "parser"])
            })
        })
    };
    if is_grant || reads("urlencoded") && !reads("json") { Sending::Form } else { Sending::Json }
}
