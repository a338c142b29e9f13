//! `[sign_in.credentials]`

use super::Findings;
use super::call::{request, write_sending, write_tokens};
use super::text::{Text, quoted, table, texts};
use crate::init::express::{Api, Login, LoginAnswer, Renewal, SecondStep, Sending, TokenKind, is_secret};

/// What Crossgate hides without being told.
const HIDDEN: [&str; 5] = ["password", "pin", "otp", "secret", "token"];

pub(super) fn write(text: &mut Text, findings: &Findings) {
    let Some(api) = &findings.api else { return };
    let Some(login) = &api.login else {
        write_example(text, api);
        return;
    };
    // A section without its token would not pass the check; with `none` the API needs no token, and people still sign in.
    text.section("sign_in.credentials");
    text.comment(format!(
        "People sign in with the API's own login: {}, read from {}.",
        login.route.request(),
        login.route.place
    ));
    write_fields(text, login);
    write_single_lines(text, api);
    write_login(text, api, login);
    if let Some(step) = &api.second_step {
        write_second_step(text, api, step);
    }
    write_refresh(text, api, login);
    write_logout(text, api, login);
}

fn write_fields(text: &mut Text, login: &Login) {
    match &login.fields_place {
        Some(place) if !login.fields.is_empty() => {
            text.comment(format!("What people type in, read from {place}."))
        }
        _ => text
            .comment("What people type in. A guess: the source does not say which fields the login reads."),
    }
    let field = |name: &String| {
        let is_hidden = HIDDEN.contains(&name.to_ascii_lowercase().as_str());
        match is_secret(name) && !is_hidden {
            true => format!("{{ name = {}, label = \"Password\", secret = true }}", quoted(name)),
            false => quoted(name),
        }
    };
    let fields: Vec<_> = login.fields.iter().map(field).collect();
    text.key(
        "fields",
        if fields.is_empty() { texts(["email", "password"]) } else { format!("[{}]", fields.join(", ")) },
    );
}

fn write_single_lines(text: &mut Text, api: &Api) {
    if let Some(preparation) = &api.preparation {
        text.comment("Asked before the login, for the API's own token against forged requests.");
        let value = &preparation.value;
        text.key(
            "prepare",
            format!(
                "{{ request = {}, values = {{ csrf = {} }} }}",
                quoted(&preparation.request.value),
                quoted(value)
            ),
        );
    }
    if let Some((request, user)) = &api.profile {
        text.comment(
            "The answer to the login does not say who signed in. This one does, as far as could be read.",
        );
        text.key("profile", format!("{{ request = {}, user = {} }}", quoted(&request.value), quoted(user)));
    }
}

fn csrf_headers(api: &Api) -> Option<String> {
    api.preparation.as_ref().map(|_| table([("x-csrf-token", "{csrf}".to_owned())]))
}

fn write_login(text: &mut Text, api: &Api, login: &Login) {
    text.section("sign_in.credentials.login");
    text.text("request", &request(&login.route.method, &login.route.path, str::to_owned));
    if let Some(headers) = csrf_headers(api) {
        text.comment("A guess: where the API looks for its token.");
        text.key("headers", headers);
    }
    if login.is_grant {
        text.comment(
            "The client's own name and secret, if the token endpoint asks for them (RFC 6749 section 2.3.1).",
        );
        text.suggestion(
            "basic",
            table([("username", "my-client".to_owned()), ("password", "${CLIENT_SECRET}".to_owned())]),
        );
    }
    write_sending(text, login);
    match &login.answer {
        Some(answer) => write_answer(text, api, login, answer),
        None => {
            text.comment(
                "Where in the answer user and token are could not be read. These are JSON Pointers:",
            );
            text.suggestion("user", quoted("/user"));
            text.suggestion("access_token", quoted("/token"));
        }
    }
}

fn write_answer(text: &mut Text, api: &Api, login: &Login, answer: &LoginAnswer) {
    text.comment(format!(
        "Where things are in the answer, read from {}. Try it once and compare.",
        answer.place
    ));
    match &answer.user {
        Some(user) => text.text("user", user),
        None if api.profile.is_some() => {}
        None => text.suggestion("user", quoted("/user")),
    }
    write_person(text, login, answer);
    if api.token == TokenKind::Api {
        write_tokens(text, &answer.tokens, None, !api.reading.signs_jwt);
    }
    for (key, place) in [("message", &answer.message), ("code", &answer.code)] {
        if let Some(place) = place {
            text.text(key, place);
        }
    }
    if login.is_grant {
        text.key("refused", REFUSED_GRANT);
    } else if let Some((place, value)) = &answer.success {
        text.comment("The status says nothing here.");
        text.key("success", format!("{{ where = {{ {} = {value} }} }}", quoted(place)));
        text.key("refused", format!("{{ where = {{ {} = {} }} }}", quoted(place), !value));
    }
}

/// RFC 6749 section 5.2.
const REFUSED_GRANT: &str = r#"{ status = [400], where = { "/error" = "invalid_grant" } }"#;

fn write_person(text: &mut Text, login: &Login, answer: &LoginAnswer) {
    let parameters = login.route.path.split('/').filter_map(|part| part.strip_prefix(':'));
    let shared: Vec<_> = parameters
        .filter(|name| answer.members.iter().any(|member| member == name))
        .map(|name| format!("/{name}"))
        .collect();
    let subject = answer.subject.as_deref().unwrap_or("/id");
    if !shared.is_empty() {
        text.comment("Ids may be the same elsewhere, so it takes both to tell people apart.");
        text.key("subject", texts(shared.iter().map(String::as_str).chain([subject])));
    } else if answer.subject.is_some() {
        text.comment("There is no id, so this has to stay the same for as long as the account lives.");
        text.text("subject", subject);
    }
    if let Some(name) = &answer.name {
        text.text("name", name);
    }
}

fn write_second_step(text: &mut Text, api: &Api, step: &SecondStep) {
    text.section("sign_in.credentials.second_step");
    text.comment(format!(
        "Some answers of the login ask for a code: {}, read from {}.",
        step.route.request(),
        step.route.place
    ));
    text.key("when", format!("{{ where = {{ {} = true }} }}", quoted(&step.when)));
    if !step.values.is_empty() {
        text.key("values", table(step.values.iter().map(|value| (value.as_str(), format!("/{value}")))));
    }
    let fields: Vec<_> = step.fields.iter().map(String::as_str).collect();
    text.key("fields", if fields.is_empty() { texts(["code"]) } else { texts(fields) });
    text.text("request", &request(&step.route.method, &step.route.path, str::to_owned));
    if let Some(headers) = csrf_headers(api) {
        text.key("headers", headers);
    }
}

fn of_user(name: &str) -> String {
    format!("user.{name}")
}

fn write_refresh(text: &mut Text, api: &Api, login: &Login) {
    let answer = login.answer.as_ref();
    let has_refresh_token = answer.is_some_and(|answer| answer.tokens.refresh_token.is_some());
    let has_cookie = api.reading.cookie.is_some() || api.reading.session_package.is_some();
    let Some(refresh) = api.refresh.as_ref().filter(|_| renews(api) && (has_refresh_token || has_cookie))
    else {
        return;
    };
    text.section("sign_in.credentials.refresh");
    text.comment(format!(
        "Tokens are renewed before they end: {}, read from {}.",
        refresh.route.request(),
        refresh.route.place
    ));
    text.text("request", &request(&refresh.route.method, &refresh.route.path, of_user));
    if let Some(headers) = csrf_headers(api) {
        text.key("headers", headers);
    }
    if refresh.is_grant {
        text.suggestion(
            "basic",
            table([("username", "my-client".to_owned()), ("password", "${CLIENT_SECRET}".to_owned())]),
        );
        text.key(
            "form",
            table([
                ("grant_type", "refresh_token".to_owned()),
                ("refresh_token", "{refresh_token}".to_owned()),
            ]),
        );
        text.key("refused", REFUSED_GRANT);
    } else if let Some(key) =
        refresh.refresh_key.as_deref().filter(|key| *key != "refreshToken" && has_refresh_token)
    {
        text.key("body", table([(key, "{refresh_token}".to_owned())]));
    }
    if let Some(tokens) = refresh.tokens.as_ref().filter(|_| api.token == TokenKind::Api) {
        write_tokens(text, tokens, answer.map(|answer| &answer.tokens), !api.reading.signs_jwt);
    }
}

/// Whether there is something of the API's that ends and is renewed.
pub(crate) const fn renews(api: &Api) -> bool {
    matches!(api.token, TokenKind::Api | TokenKind::Cookie)
}

fn write_logout(text: &mut Text, api: &Api, login: &Login) {
    let Some(logout) = &api.logout else { return };
    text.section("sign_in.credentials.logout");
    text.comment(format!("The API is told, read from {}.", logout.route.place));
    text.text("request", &request(&logout.route.method, &logout.route.path, of_user));
    if let Some(headers) = csrf_headers(api) {
        text.key("headers", headers);
    }
    write_logout_body(text, login, logout);
}

fn write_logout_body(text: &mut Text, login: &Login, logout: &Renewal) {
    let has_refresh_token = login.answer.as_ref().is_some_and(|answer| answer.tokens.refresh_token.is_some());
    let Some(key) = logout.refresh_key.as_deref().filter(|_| has_refresh_token) else { return };
    let value = "{refresh_token}".to_owned();
    if login.is_grant {
        text.suggestion(
            "basic",
            table([("username", "my-client".to_owned()), ("password", "${CLIENT_SECRET}".to_owned())]),
        );
        text.key("form", table([(key, value), ("token_type_hint", "refresh_token".to_owned())]));
        return;
    }
    let name = if login.sending == Sending::Form { "form" } else { "body" };
    text.key(name, table([(key, value)]));
}

fn write_example(text: &mut Text, api: &Api) {
    text.blank();
    text.comment(
        "No login was found in the API. Say which request it is, and where in its answer user and token are:",
    );
    text.suggest(true);
    text.heading("sign_in.credentials");
    text.key("fields", texts(["email", "password"]));
    text.blank();
    text.heading("sign_in.credentials.login");
    match &api.graphql {
        Some(path) => write_graphql(text, path),
        None => {
            text.text("request", "POST /api/login");
            text.text("user", "/user");
            text.text("access_token", "/token");
        }
    }
    text.suggest(false);
}

/// The recipe for GraphQL; a brace of the query is written twice.
fn write_graphql(text: &mut Text, path: &str) {
    text.text("request", &format!("POST {path}"));
    let query = "mutation ($email: String!, $password: String!) {{ login(email: $email, password: $password) {{ token user {{ id name email }} }} }}";
    text.key("body.query", quoted(query));
    text.key(
        "body.variables",
        table([("email", "{email}".to_owned()), ("password", "{password}".to_owned())]),
    );
    text.text("user", "/data/login/user");
    text.text("access_token", "/data/login/token");
    text.text("message", "/errors/0/message");
    text.key("success", r#"{ present = ["/data/login"] }"#);
    text.key("refused", r#"{ where = { "/errors/0/extensions/code" = "UNAUTHENTICATED" } }"#);
}
