//! What `init` says on the terminal.

use super::draft::{Findings, counted};
use super::express::{Api, Login, TokenKind};
use super::finding::Found;
use super::next::{App, NextAuth};
use super::next_steps::{Written, next_steps};
use super::unknown::unknowns;

/// The whole text, ready to be printed.
pub(crate) fn report(findings: &Findings, written: Option<&Written<'_>>) -> String {
    let mut lines = vec!["Found".to_owned()];
    lines.extend(
        findings.app.iter().flat_map(of_app).chain(findings.api.iter().flat_map(of_api)).map(aligned),
    );
    if findings.app.is_none() && findings.api.is_none() {
        lines.push("  neither a Next.js app nor an Express API".to_owned());
    }
    let unknown = unknowns(findings);
    if !unknown.is_empty() {
        lines.extend([String::new(), "What I could not know".to_owned()]);
        lines.extend(unknown.iter().map(|text| wrapped("  - ", text)));
    }
    if let Some(written) = written {
        lines.extend([
            String::new(),
            format!("Wrote {}. Comments in it say where everything was read.", written.file),
        ]);
        lines.push(String::new());
        lines.extend(next_steps(findings, written));
    }
    lines.join("\n")
}

/// What was found, what it is, and where.
type Line = (&'static str, String);

fn aligned((what, text): Line) -> String {
    wrapped(&format!("  {what:<10} "), &text)
}

/// Text behind a beginning, its further lines indented as far.
fn wrapped(beginning: &str, text: &str) -> String {
    const WIDTH: usize = 100;
    let indent = " ".repeat(beginning.len());
    let mut lines = vec![beginning.to_owned()];
    for word in text.split_whitespace() {
        let is_full = lines.last().is_some_and(|line| line.len() + word.len() > WIDTH && line.trim() != "");
        if is_full {
            lines.push(indent.clone());
        }
        if let Some(line) = lines.last_mut() {
            let gap = if line.ends_with(' ') { "" } else { " " };
            line.push_str(gap);
            line.push_str(word);
        }
    }
    lines.join("\n")
}

fn of_app(app: &App) -> Vec<Line> {
    let routers = match (app.pages.has_app_router, app.pages.has_pages_router) {
        (true, true) => "App Router and Pages Router",
        (true, false) => "App Router",
        (false, true) => "Pages Router",
        (false, false) => "no pages yet",
    };
    let version = app.version.as_deref().unwrap_or_default();
    let mut lines =
        vec![("app", format!("Next.js {version} in {}, {routers}, port {}", app.shown, app.port.value))];
    lines.extend(app.next_auth.iter().flat_map(of_next_auth));
    lines
}

fn of_next_auth(next_auth: &NextAuth) -> Vec<Line> {
    let place = match (&next_auth.handler, &next_auth.server_use) {
        (Some(handler), _) => format!("handler in {}", handler.file),
        (None, Some((name, place))) => format!("{name} in {place}"),
        (None, None) => "in the browser only".to_owned(),
    };
    let mut lines = vec![("next-auth", format!("{}, {place}", next_auth.version))];
    let credentials = next_auth.credentials.iter().map(|_| "credentials");
    let names: Vec<_> =
        credentials.chain(next_auth.providers.iter().map(|provider| provider.name.as_str())).collect();
    if !names.is_empty() {
        lines.push(("providers", names.join(", ")));
    }
    let callbacks: Vec<_> = next_auth.callbacks.names.iter().map(|(name, _)| name.as_str()).collect();
    if !callbacks.is_empty() {
        let keys = "jwt becomes `token`, session becomes `session` below [app.next_auth]";
        lines.push(("callbacks", format!("{}; {keys}", callbacks.join(", "))));
    }
    lines
}

fn of_api(api: &Api) -> Vec<Line> {
    let version = api.version.as_deref().unwrap_or_default();
    let paths: Vec<_> = api.sections.iter().map(|section| section.path.as_str()).collect();
    let below = if paths.is_empty() { String::new() } else { format!(" below {}", paths.join(", ")) };
    let routes = counted(api.route_count);
    let what = format!("Express {version} in {}, {routes}{below}, port {}", api.shown, api.port.value);
    let mut lines = vec![("API", what)];
    if let Some(login) = &api.login {
        lines.push(("login", login_line(login)));
        lines.push(("token", token_line(api)));
    }
    for (name, renewal) in [("refresh", &api.refresh), ("logout", &api.logout)] {
        if let Some(renewal) = renewal {
            lines.push((name, format!("{} ({})", renewal.route.request(), renewal.route.place)));
        }
    }
    let open: usize = api.sections.iter().map(|section| section.open.len()).sum();
    if open > 0 {
        lines.push(("open", format!("{} without a guard: see `public`", counted(open))));
    }
    lines
}

fn login_line(login: &Login) -> String {
    let fields = if login.fields.is_empty() { "fields unknown".to_owned() } else { login.fields.join(", ") };
    format!("{} with {fields} ({})", login.route.request(), login.route.place)
}

fn token_line(api: &Api) -> String {
    let tokens = api.login.as_ref().and_then(|login| login.answer.as_ref()).map(|answer| &answer.tokens);
    let place = tokens.and_then(|tokens| tokens.access_token.as_deref()).unwrap_or_default();
    let header = api.reading.header.as_ref().filter(|_| !api.reading.reads_authorization);
    let header = header.map(|Found { value, .. }| value.as_str());
    match api.token {
        TokenKind::Api => format!("at {place} of the answer, sent as {}", header.unwrap_or("Authorization")),
        TokenKind::Cookie => format!("in cookies ({})", api.reading.session_package.unwrap_or("res.cookie")),
        TokenKind::Issued => "made by Crossgate".to_owned(),
        TokenKind::Unknown => "unknown".to_owned(),
    }
}
