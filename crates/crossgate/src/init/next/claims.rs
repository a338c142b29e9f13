//! What the callbacks `jwt` and `session` put where: their assignments, as far as they are plain.

use crate::init::finding::Place;
use crate::init::plain::is_name;
use crate::init::program::Program;
use crate::init::script::{Function, Script};

/// What stands in for the callbacks.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    /// `token.role = user.role`: a claim, and the member of the user object.
    pub(crate) token: Vec<(String, String)>,
    /// `session.user.role = token.role`: members of the session, and the claim.
    pub(crate) session: Vec<(Vec<String>, String)>,
    /// Claims in which the app kept tokens of the API.
    pub(crate) access_token: Option<String>,
    pub(crate) refresh_token: Option<String>,
    pub(crate) expires_at: Option<String>,
    /// Where something is put that is not that plain.
    pub(crate) unread: Vec<Place>,
}

const USUAL_CLAIMS: [&str; 6] = ["name", "email", "picture", "sub", "image", "error"];

impl Claims {
    pub(super) fn read(
        program: &Program<'_>,
        module: usize,
        jwt: Option<&Function>,
        session: Option<&Function>,
    ) -> Self {
        let mut claims = Self::default();
        let Some(script) = program.module(module).map(|module| &module.script) else { return claims };
        for (function, root) in [(jwt, "token"), (session, "session")] {
            let Some(function) = function else { continue };
            for at in script.places_of(function.body, root) {
                let Some((path, from)) = assigned_path(script, at) else { continue };
                if claims.add(root, &path, source(script, from, function.body.to)).is_none() {
                    claims.unread.push(program.place(module, at));
                }
            }
        }
        claims
    }

    /// None where it could not be read.
    fn add(&mut self, root: &str, path: &[&str], source: Option<(&str, &str)>) -> Option<()> {
        match (root, path) {
            ("token", [claim]) => self.add_claim(claim, source),
            (_, path) => self.add_member(path, source),
        }
    }

    fn add_claim(&mut self, claim: &str, source: Option<(&str, &str)>) -> Option<()> {
        if self.keeps_token(claim) || USUAL_CLAIMS.contains(&claim) {
            return Some(());
        }
        let ("user" | "profile", member) = source.filter(|(_, member)| is_name(member) && is_name(claim))?
        else {
            return None;
        };
        self.token.push((claim.to_owned(), member.to_owned()));
        Some(())
    }

    /// Tokens of the API are not for the browser: they stay with Crossgate.
    fn keeps_token(&mut self, claim: &str) -> bool {
        let plain = claim.to_ascii_lowercase().replace('_', "");
        let place = match plain.as_str() {
            _ if !is_name(claim) => return plain.contains("token"),
            "accesstoken" | "token" | "apitoken" | "jwt" => &mut self.access_token,
            "refreshtoken" => &mut self.refresh_token,
            "accesstokenexpires" | "expiresat" | "accesstokenexpiresat" | "expires" => &mut self.expires_at,
            _ => return plain.contains("token"),
        };
        place.get_or_insert_with(|| format!("/{claim}"));
        true
    }

    fn add_member(&mut self, path: &[&str], source: Option<(&str, &str)>) -> Option<()> {
        let last = path.last()?;
        if last.to_ascii_lowercase().contains("token") || USUAL_CLAIMS.contains(last) {
            return Some(());
        }
        let ("token" | "user", claim) = source.filter(|(_, claim)| is_name(claim) && is_name(last))? else {
            return None;
        };
        let is_deep = path.len() > 2 || path.len() == 2 && path.first() != Some(&"user");
        if is_deep {
            return None;
        }
        self.session.push((path.iter().map(|part| (*part).to_owned()).collect(), claim.to_owned()));
        Some(())
    }
}

/// `.user.role =` behind a name: the members, and where the value begins.
fn assigned_path<'t>(script: &Script<'t>, at: usize) -> Option<(Vec<&'t str>, usize)> {
    let mut path = Vec::new();
    let mut index = at + 1;
    while script.at(index).is_any(&[".", "?.", "!"]) {
        if !script.at(index).is("!") {
            path.extend(script.at(index + 1).word());
            index += 1;
        }
        index += 1;
    }
    (script.at(index).is("=") && !path.is_empty()).then_some((path, index + 1))
}

/// `user.role`, whatever type is said to be behind it: `(user as User).role!`.
fn source<'t>(script: &Script<'t>, from: usize, limit: usize) -> Option<(&'t str, &'t str)> {
    let from = (from..from + 2).find(|index| !script.at(*index).is("("))?;
    let root = script.at(from).word()?;
    let is_type = |index: usize| script.at(index).is_any(&["!", ")", "as"]) || script.before(index).is("as");
    let dot = (from + 1..limit).find(|index| !is_type(*index))?;
    let member = script.at(dot + 1).word().filter(|_| script.at(dot).is_any(&[".", "?."]))?;
    (!script.at(dot + 2).is_any(&[".", "?.", "("])).then_some((root, member))
}
