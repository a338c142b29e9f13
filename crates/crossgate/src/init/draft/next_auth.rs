//! `[app.next_auth]`

use super::Findings;
use super::app::{dialect, has_server_side};
use super::text::{Text, key, quoted, read_from};
use crate::init::next::{Claims, NextAuth};

/// Claims that every token has.
const USUAL: [&str; 4] = ["sub", "name", "email", "picture"];
/// Claims that Crossgate sets itself.
const OWN: [&str; 7] = ["sub", "sid", "iat", "exp", "nbf", "jti", "aud"];

pub(super) fn write(text: &mut Text, findings: &Findings) {
    let next_auth = findings.app.as_ref().and_then(|app| app.next_auth.as_ref());
    let Some(next_auth) = next_auth.filter(|next_auth| has_server_side(next_auth)) else { return };
    text.section("app.next_auth");
    text.comment(format!(
        "next-auth {}. Crossgate answers its routes; the app goes on opening its cookie.",
        next_auth.version
    ));
    if let Some(handler) = &next_auth.handler {
        text.comment(format!("{} may stay: nothing reaches it any more.", handler.file));
    }
    text.text("version", dialect(next_auth));
    write_options(text, next_auth);
    write_claims(text, &next_auth.callbacks.claims);
    write_move_in(text, next_auth);
}

fn write_options(text: &mut Text, next_auth: &NextAuth) {
    if let Some(base_path) = next_auth.base_path.as_ref().filter(|path| path.value != "/api/auth") {
        text.comment(format!("`basePath` of next-auth, {}.", read_from(base_path)));
        text.text("base_path", &base_path.value);
    }
    text.comment(format!(
        "The app's own secret, under the name that is {}. Crossgate needs the same value.",
        read_from(&next_auth.secret)
    ));
    if let Some(used) = &next_auth.server_use {
        text.comment(format!("With it {} ({}) finds the session that Crossgate keeps.", used.0, used.1));
    }
    text.text("secret", &format!("${{{}}}", next_auth.secret.value));
    if let Some(cookie) = &next_auth.cookie {
        text.comment(format!("`cookies.sessionToken.name`, {}.", read_from(cookie)));
        text.text("cookie", &cookie.value);
    }
    if let Some(max_age) = &next_auth.max_age {
        text.comment(format!("`session.maxAge`, {}.", read_from(max_age)));
        text.text("max_age", &duration(max_age.value));
    }
}

fn duration(seconds: u64) -> String {
    let units = [(86_400, "d"), (3600, "h"), (60, "m")];
    let unit = units.into_iter().find(|(length, _)| seconds.is_multiple_of(*length));
    unit.map_or(format!("{seconds}s"), |(length, name)| format!("{}{name}", seconds / length))
}

/// What stands in for the callbacks.
fn write_claims(text: &mut Text, claims: &Claims) {
    let token: Vec<_> = claims.token.iter().filter(|(claim, _)| !OWN.contains(&claim.as_str())).collect();
    if !token.is_empty() {
        text.comment("Stands in for the callback `jwt`: members of the user object as claims of the token.");
        let members = token
            .iter()
            .map(|(claim, member)| format!("{} = {}", key(claim), quoted(&format!("{{user.{member}}}"))));
        text.key("token", format!("{{ {} }}", members.collect::<Vec<_>>().join(", ")));
    }
    let is_declared = |claim: &str| USUAL.contains(&claim) || token.iter().any(|(known, _)| known == claim);
    let session = claims.session.iter().filter(|(_, claim)| is_declared(claim));
    let (of_user, of_session): (Vec<_>, Vec<_>) = session.partition(|(path, _)| path.len() > 1);
    let member = |(path, claim): &(Vec<String>, String)| {
        Some(format!("{} = {}", key(path.last()?), quoted(&format!("{{{claim}}}"))))
    };
    let mut members: Vec<String> = of_session.iter().filter_map(|entry| member(entry)).collect();
    let user: Vec<String> = of_user.iter().filter_map(|entry| member(entry)).collect();
    if !user.is_empty() {
        members.insert(0, format!("user = {{ {} }}", user.join(", ")));
    }
    if !members.is_empty() {
        text.comment("Stands in for the callback `session`: claims of the token as members of the session.");
        text.key("session", format!("{{ {} }}", members.join(", ")));
    }
}

fn write_move_in(text: &mut Text, next_auth: &NextAuth) {
    text.blank();
    if next_auth.database.is_some() {
        text.comment("The app keeps sessions in a database, so cookies that browsers still hold cannot be taken over: people sign in once more.");
        return;
    }
    let claims = &next_auth.callbacks.claims;
    text.comment(
        "Take the # away, and whoever is signed in with next-auth today stays so. The pointers lead into the claims of \
         its token; the subject has to be the id that the API's login gives.",
    );
    text.suggest(true);
    text.heading("app.next_auth.move_in");
    text.text("subject", "/sub");
    for (name, place) in [
        ("access_token", &claims.access_token),
        ("refresh_token", &claims.refresh_token),
        ("expires_at", &claims.expires_at),
    ] {
        if let Some(place) = place {
            text.text(name, place);
        }
    }
    text.suggest(false);
}
