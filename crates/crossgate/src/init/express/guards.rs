//! What lets only some people through.

use crate::init::program::{Located, Program};
use crate::init::script::{Bound, Script, Span};

/// Words in the names of guards.
const NAMES: [&str; 24] = [
    "authenticat",
    "requireauth",
    "requireuser",
    "requirelogin",
    "requiretoken",
    "requirejwt",
    "requiresession",
    "isauth",
    "isloggedin",
    "isadmin",
    "ensureauth",
    "ensurelogged",
    "verifytoken",
    "verifyjwt",
    "verifyaccess",
    "checktoken",
    "checkauth",
    "checkjwt",
    "protect",
    "authoriz",
    "authguard",
    "authmiddleware",
    "loginrequired",
    "restrictto",
];
/// Names that are enough as a whole.
const WHOLE_NAMES: [&str; 7] =
    ["auth", "jwtauth", "tokenauth", "basicauth", "guard", "expressjwt", "passportjwt"];
const NO_GUARDS: [&str; 5] = ["optional", "csrf", "limit", "initialize", "ignore"];
/// What a function says that refuses strangers.
const REFUSING: [&str; 10] = [
    "401",
    "403",
    "Unauthorized",
    "UNAUTHORIZED",
    "Unauthenticated",
    "isAuthenticated",
    "FORBIDDEN",
    "Forbidden",
    "UnauthorizedError",
    "isUnauthenticated",
];
/// What a handler says that serves nobody in particular or only who signed in.
const PERSONAL: [&str; 5] = ["user", "session", "auth", "userId", "currentUser"];

pub(crate) struct Guards<'p, 't> {
    pub(crate) program: &'p Program<'t>,
}

impl Guards<'_, '_> {
    /// Whether an argument of a route or of `use` is one.
    pub(crate) fn is_guard(&self, module: usize, span: Span) -> bool {
        let Some(script) = self.program.module(module).map(|module| &module.script) else { return false };
        let (names, _) = self.program.names_at(module, span.from);
        let name = names.last().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
        if NO_GUARDS.iter().any(|word| name.contains(word)) {
            return false;
        }
        is_guard_name(&name) || self.is_bound_guard(script, &names) || self.refuses(module, span)
    }

    /// `const requireJwt = passport.authenticate("jwt")`
    fn is_bound_guard(&self, script: &Script<'_>, names: &[&str]) -> bool {
        let [name] = names else { return false };
        match script.binding(script.whole(), name) {
            Some(Bound::Whole(value)) => {
                script.mentions(value, &["authenticate", "expressjwt", "expressJwt"])
                    && script.first_function(value).is_none()
            }
            _ => false,
        }
    }

    fn refuses(&self, module: usize, span: Span) -> bool {
        self.program.function_of(module, span).is_some_and(|located| {
            // Of four parameters, the first is an error: it answers what others refused.
            located.function.parameters.len() < 4 && self.says(&located, &REFUSING)
        })
    }

    /// Whether a handler refuses strangers itself, or asks who somebody is.
    pub(crate) fn is_personal(&self, handler: &Located) -> bool {
        let Some(script) = self.program.module(handler.module).map(|module| &module.script) else {
            return true;
        };
        let body = handler.function.body;
        let asks = script.places_of(body, ".").any(|index| {
            script.before(index).is_any(&["req", "request"]) && script.at(index + 1).is_any(&PERSONAL)
        });
        asks || self.says(handler, &REFUSING)
    }

    pub(crate) fn says(&self, located: &Located, texts: &[&str]) -> bool {
        let script = self.program.module(located.module).map(|module| &module.script);
        script.is_some_and(|script| script.mentions(located.function.body, texts))
    }
}

fn is_guard_name(name: &str) -> bool {
    WHOLE_NAMES.contains(&name) || NAMES.iter().any(|word| name.contains(word))
}
