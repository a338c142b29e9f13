//! What the sources do not say, each with what to do about it.

use super::draft::{Findings, renews, sign_in_page};
use super::express::{Api, Login, TokenKind, is_below};
use super::finding::Place;
use super::next::{App, NextAuth};

/// All of it, in the order of the file.
pub(crate) fn unknowns(findings: &Findings) -> Vec<String> {
    let mut unknown = Vec::new();
    match &findings.app {
        Some(app) => of_app(app, findings, &mut unknown),
        None => {
            unknown.push("where the Next.js app is: `[app] url`, or name its folder with --app".to_owned())
        }
    }
    match &findings.api {
        Some(api) => of_api(api, findings, &mut unknown),
        None => {
            unknown.push("where the API is: the commented [[api]], or name its folder with --api".to_owned())
        }
    }
    of_both(findings, &mut unknown);
    unknown
}

fn of_app(app: &App, findings: &Findings, unknown: &mut Vec<String>) {
    several("apps", "--app", &app.shown, &findings.other_apps, unknown);
    for (what, place) in &app.unread {
        unknown.push(match *what {
            "rewrites" => format!(
                "what the rewrites of next.config do ({place}): they happen behind Crossgate, which sees the path before \
                 them. Calls to the API go to it directly now"
            ),
            what => format!("`{what}` of next.config ({place}): it is not written out there. Write it below [app]"),
        });
    }
    if let Some(place) = &app.pages.odd_matcher {
        unknown.push(format!(
            "which pages the middleware protects ({place}): write them into `[pages] protected`"
        ));
    } else if app.pages.protected.is_empty() {
        unknown.push("which pages need a session: `[pages] protected`. Until then all are open".to_owned());
    }
    cut(app.is_cut, &app.shown, unknown);
    if let Some(next_auth) = &app.next_auth {
        of_next_auth(next_auth, unknown);
    }
}

fn of_next_auth(next_auth: &NextAuth, unknown: &mut Vec<String>) {
    if next_auth.secret.place.is_none() && (next_auth.handler.is_some() || next_auth.server_use.is_some()) {
        unknown.push(format!(
            "what next-auth's secret is called in the environment: {} is the usual name",
            next_auth.secret.value
        ));
    }
    if let Some(place) = &next_auth.written_secret {
        unknown.push(format!(
            "next-auth's secret from the environment: it is written out in {place}. Move it into {} and keep the value",
            next_auth.secret.value
        ));
    }
    let callbacks = &next_auth.callbacks;
    let places: Vec<_> = callbacks.claims.unread.iter().map(Place::to_string).collect();
    if !places.is_empty() {
        unknown.push(format!(
            "what the callbacks put into token and session at {}: `token` and `session` below [app.next_auth] take members \
             of the user object and claims, [app.next_auth.hook] everything else",
            places.join(", ")
        ));
    }
    for (name, place) in &callbacks.names {
        unknown.extend(of_callback(name, place));
    }
    for provider in next_auth.providers.iter().filter(|provider| provider.preset.is_none()) {
        unknown.push(match provider.name.as_str() {
            "email" | "nodemailer" | "resend" | "sendgrid" | "postmark" => {
                format!("how people sign in by e-mail ({}): Crossgate has no such sign-in", provider.place)
            }
            name => format!(
                "the provider {name} ({}): docs/guide/providers/any-openid-provider.md",
                provider.place
            ),
        });
    }
}

fn of_callback(name: &str, place: &Place) -> Option<String> {
    match name {
        "signIn" => Some(format!(
            "whom the callback signIn turns away ({place}): [sign_in.account] lets the API decide, `require` in a rule asks \
             for a claim"
        )),
        "redirect" => Some(format!(
            "where the callback redirect leads ({place}): other origins go into `redirect_origins`"
        )),
        "authorized" => Some(format!(
            "what the callback authorized asks for ({place}): pages go into `[pages] protected`"
        )),
        _ => None,
    }
}

fn of_api(api: &Api, findings: &Findings, unknown: &mut Vec<String>) {
    several("APIs", "--api", &api.shown, &findings.other_apis, unknown);
    if api.port.place.is_none() {
        unknown.push(format!("on which port the API listens: {} is a guess", api.port.value));
    }
    let places: Vec<_> = api.unplaced.iter().map(|place| place.file.clone()).collect();
    if !places.is_empty() {
        unknown.push(format!(
            "where the routers of {} are mounted: their paths may be longer",
            places.join(", ")
        ));
    }
    match &api.login {
        Some(login) => of_login(api, login, unknown),
        None if api.graphql.is_some() => {
            unknown.push(
                "which mutation is the login: the commented [sign_in.credentials] is the recipe for GraphQL"
                    .to_owned(),
            );
        }
        None => unknown.push("which route is the login: [sign_in.credentials]".to_owned()),
    }
    if api.token == TokenKind::Unknown {
        unknown.push("what the API receives to know who is asking: `token` of its [[api]] is \"none\" until you say it".to_owned());
    }
    if api.token == TokenKind::Cookie && api.sections.len() > 1 {
        unknown.push(
            "one prefix for the whole API: with cookies it needs one, and it answers below several"
                .to_owned(),
        );
    }
    cut(api.is_cut, &api.shown, unknown);
}

fn of_login(api: &Api, login: &Login, unknown: &mut Vec<String>) {
    if !login.others.is_empty() {
        let others = login.others.join(", ");
        unknown.push(format!(
            "whether {} is the login that you mean; there is also {others}",
            login.route.request()
        ));
    }
    if login.fields.is_empty() {
        let place = &login.route.place;
        unknown.push(format!("which fields the login reads ({place}): email and password are a guess"));
    }
    if !login.other_keys.is_empty() {
        let keys = login.other_keys.join(", ");
        unknown.push(format!("whether the login needs {keys} as well: then write a `body`"));
    }
    of_login_answer(api, login, unknown);
    if login.is_grant {
        unknown.push(
            "whether the token endpoint wants a client's name and secret: the commented `basic`".to_owned(),
        );
    }
    if api.preparation.is_some() {
        unknown.push(
            "under which header the API wants its own token against forged requests: x-csrf-token is a guess"
                .to_owned(),
        );
    }
}

fn of_login_answer(api: &Api, login: &Login, unknown: &mut Vec<String>) {
    match &login.answer {
        None => {
            unknown.push(format!("what the login answers ({}): `user` and `access_token`", login.route.place))
        }
        Some(answer) if answer.user.is_none() && api.profile.is_none() => {
            unknown.push(format!(
                "where the login says who signed in ({}): `user`, or a `profile`",
                answer.place
            ));
        }
        Some(_) => {}
    }
    let has_renewal = api.refresh.is_some() || api.reading.session_package.is_some();
    if renews(api) && !has_renewal {
        unknown.push(
            "how the API's token is renewed: no refresh was found, so people sign in again when it ends"
                .to_owned(),
        );
    }
}

fn of_both(findings: &Findings, unknown: &mut Vec<String>) {
    let (Some(app), Some(api)) = (&findings.app, &findings.api) else { return };
    if app.port.value == api.port.value {
        unknown.push(format!(
            "how app and API share the port {}: give one of them another, and change its `url`",
            app.port.value
        ));
    }
    for section in &api.sections {
        let clash = app.pages.all.iter().find(|page| is_below(page, &section.path));
        if let Some(page) = clash {
            unknown.push(format!(
                "who answers below {}: the API does, but the app has the page {page} there",
                section.path
            ));
        }
    }
    if sign_in_page(findings).is_none() && app.next_auth.is_some() {
        unknown.push(
            "where the app's own sign-in page is: `[pages] sign_in`. There is a built-in one".to_owned(),
        );
    }
}

fn several(what: &str, option: &str, chosen: &str, others: &[String], unknown: &mut Vec<String>) {
    if !others.is_empty() {
        unknown.push(format!(
            "which of several {what} you mean: {chosen} was taken, {} was not. {option} says it",
            others.join(", ")
        ));
    }
}

fn cut(is_cut: bool, shown: &str, unknown: &mut Vec<String>) {
    if is_cut {
        unknown.push(format!(
            "what is in the largest files of {shown}, or in the last of very many: they were not read"
        ));
    }
}
