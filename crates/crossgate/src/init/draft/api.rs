//! `[[api]]`

use super::Findings;
use super::text::{Text, quoted, read_from, texts};
use crate::init::express::{Api, Section, TokenKind, is_below};
use crate::init::next::NextAuth;

pub(super) fn write(text: &mut Text, findings: &Findings) {
    let Some(api) = &findings.api else {
        write_example(text, findings);
        return;
    };
    let usual = Section { path: "/api".to_owned(), ..Section::default() };
    let sections =
        if api.sections.is_empty() { std::slice::from_ref(&usual) } else { api.sections.as_slice() };
    for (index, section) in sections.iter().enumerate() {
        // Cookies are of the one API that people sign in with.
        let is_suggestion = index > 0 && api.token == TokenKind::Cookie;
        if is_suggestion {
            text.blank();
            text.comment(format!(
                "The same API below {}: as long as its token are cookies, it needs one prefix for all.",
                section.path
            ));
        }
        text.suggest(is_suggestion);
        write_section(text, findings, api, section);
        text.suggest(false);
    }
}

fn write_section(text: &mut Text, findings: &Findings, api: &Api, section: &Section) {
    text.section("[api]");
    let version = api.version.as_deref().unwrap_or_default();
    // What is said on the terminal counts them all.
    let others = if api.login.is_some() { " beside those of signing in" } else { "" };
    text.comment(format!(
        "Express {version} in {}, {} below {}{others}.",
        api.shown,
        counted(section.routes),
        section.path
    ));
    text.text("path", &section.path);
    text.comment(format!("The port is {}.", read_from(&api.port)));
    text.text("url", &format!("http://127.0.0.1:{}", api.port.value));
    write_token(text, api);
    write_open(text, section);
    write_app_paths(text, findings, section);
}

/// "1 route", "2 routes"
pub(crate) fn counted(routes: usize) -> String {
    format!("{routes} route{}", if routes == 1 { "" } else { "s" })
}

fn write_token(text: &mut Text, api: &Api) {
    let reading = &api.reading;
    match api.token {
        TokenKind::Api => {
            text.comment("It receives the token of its own login.");
            text.text("token", "api");
        }
        TokenKind::Cookie => {
            let by = reading.session_package.map_or("cookies that it sets at login".to_owned(), |package| {
                format!("the cookies of {package}")
            });
            text.comment(format!("It knows people by {by}; browsers never see them."));
            text.text("token", "cookie");
        }
        TokenKind::Issued => {
            let package = reading.issuer_package.unwrap_or_default();
            text.comment(format!(
                "It verifies tokens of an issuer ({package}). That is Crossgate from now on: its key set is at \
                 <public_url>/.well-known/jwks.json, and the issuer is public_url."
            ));
            text.text("token", "issued");
            let audience = reading.audience.as_ref();
            if let Some(audience) = audience {
                text.comment(format!("The audience is {}.", read_from(audience)));
                text.key("issued", format!("{{ audience = {} }}", quoted(&audience.value)));
            }
        }
        TokenKind::Unknown => {
            text.comment(
                "What it receives to know who is asking could not be read: \"api\" (the token of its own login), \"cookie\" \
                 (its cookies), \"issued\" (a JWT that Crossgate signs), \"provider\" or \"none\".",
            );
            text.text("token", "none");
            return;
        }
    }
    write_header(text, api);
}

fn write_header(text: &mut Text, api: &Api) {
    if api.token != TokenKind::Api {
        return;
    }
    if let Some(header) = api.reading.header.as_ref().filter(|_| !api.reading.reads_authorization) {
        text.comment(format!("The header that it reads, {}.", read_from(header)));
        text.text("header", &header.value);
    } else if let Some(scheme) = &api.reading.scheme {
        text.comment(format!("The word in front of the token, {}.", read_from(scheme)));
        text.text("scheme", &scheme.value);
    }
}

fn write_open(text: &mut Text, section: &Section) {
    if section.open.is_empty() {
        text.comment("What strangers may ask. Everything else needs a session.");
        text.suggestion("public", texts([format!("GET {}/products/**", section.path).as_str()]));
        return;
    }
    text.comment("What strangers may ask: no guard stands before these. Everything else needs a session. Take out what should not be open.");
    text.list("public", &section.open);
}

/// Route handlers of the app below the prefix of the API.
fn write_app_paths(text: &mut Text, findings: &Findings, section: &Section) {
    let handlers = findings.app.iter().flat_map(|app| &app.pages.handlers);
    let inside = handlers.filter(|(path, _)| {
        is_below(path, &section.path) && !is_below(path, "/api/auth") && path.len() > section.path.len()
    });
    let inside: Vec<_> = inside.cloned().collect();
    if !inside.is_empty() {
        text.comment("Route handlers of the Next.js app below this prefix: they stay with the app.");
        text.list("app", &inside);
    }
}

fn write_example(text: &mut Text, findings: &Findings) {
    text.blank();
    text.comment("No Express API was found. Name its folder with --api, or say here where it is:");
    text.suggest(true);
    text.heading("[api]");
    text.text("path", "/api");
    text.text("url", "http://127.0.0.1:4000");
    text.text("token", "api");
    text.suggest(false);
    let next_auth = findings.app.as_ref().and_then(|app| app.next_auth.as_ref());
    write_login_of_app(text, next_auth);
}

/// What `authorize` of the app's own `Credentials` says about a login.
fn write_login_of_app(text: &mut Text, next_auth: Option<&NextAuth>) {
    let credentials = next_auth.and_then(|next_auth| next_auth.credentials.as_ref());
    text.blank();
    match credentials {
        Some(credentials) => text.comment(format!(
            "The app checks passwords in `authorize` ({}). Crossgate asks the API in its place. Say which request that is, \
             and where in its answer the token is:",
            credentials.place
        )),
        None => text.comment("The login of the API: which request, and where in its answer the token is."),
    }
    let fields =
        credentials.map(|credentials| credentials.fields.as_slice()).filter(|fields| !fields.is_empty());
    let path = credentials
        .and_then(|credentials| credentials.path.as_ref())
        .map_or("/api/login", |path| &path.value);
    text.suggest(true);
    text.heading("sign_in.credentials");
    text.key(
        "fields",
        fields
            .map_or_else(|| texts(["email", "password"]), |fields| texts(fields.iter().map(String::as_str))),
    );
    text.key(
        "login",
        format!("{{ request = {}, access_token = \"/token\" }}", quoted(&format!("POST {path}"))),
    );
    text.suggest(false);
}
