//! One mistake at a time: providers, the account hook, and tokens of providers.

use crate::support::{Mistake, api, load_text, whole};

fn provider(id: &str, line: &str) -> String {
    format!("[sign_in.{id}]\nclient_id = 'shop'\nclient_secret = '${{JWT_SECRET}}'\n{line} #!\n")
}

fn openid(line: &str) -> String {
    format!("[sign_in.my]\ntype = 'oidc'\nissuer = 'https://id.example'\nclient_id = 'a'\n{line} #!\n")
}

#[test]
fn what_a_provider_is() {
    for (id, keys, key, reason, fix) in [
        ("gogle", "", "", "not the name of a preset", "did you mean `google`?"),
        ("credential", "", "", "not the name of a preset", "did you mean `credentials`?"),
        ("acount", "", "", "not the name of a preset", "did you mean `account`?"),
        ("my-company", "", "", "there is no `type`", "type = \"oidc\""),
        ("my-company", "", "", "there is no `type`", "\"google\", "),
        ("Google", "", "", "lower-case letters", "did you mean `google`?"),
        ("'my company'", "", "", "lower-case letters", "my-company"),
    ] {
        let text = format!("[sign_in.{id}] #!\nclient_id = 'a'\n{keys}");
        Mistake(&text, &format!("sign_in.{}{key}", id.trim_matches('\'')), reason, fix).is_refused();
    }
    for (line, key, reason, fix) in [
        ("type = 'oauth'", "type", "must be one of", "did you mean \"oauth2\"?"),
        ("type = 'saml'", "type", "must be one of", "\"oidc\""),
        ("preset = 'key-cloak'", "preset", "must be one of", "did you mean \"keycloak\"?"),
        ("type = 'oidc'\npreset = 'google'", "preset", "not both", "remove one"),
    ] {
        Mistake(&provider("my", line), &format!("sign_in.my.{key}"), reason, fix).is_refused();
    }
    Mistake("[sign_in]\ngoogle = 'x' #!", "sign_in.google", "must be a table", "[sign_in.google]")
        .is_refused();
}

#[test]
fn what_is_required() {
    for (text, key, fix) in [
        ("[sign_in.google] #!\nclient_secret = 's'", "google.client_id", "https://developers.google.com/"),
        ("[sign_in.google] #!\nclient_id = 'a'", "google.client_secret", "client_authentication = \"none\""),
        ("[sign_in.auth0] #!\nclient_id = 'a'\nclient_secret = 's'", "auth0.domain", "shop.eu.auth0.com"),
        ("[sign_in.entra] #!\nclient_id = 'a'\nclient_secret = 's'", "entra.tenant", "tenant = "),
        ("[sign_in.keycloak] #!\nclient_id = 'a'\nclient_secret = 's'", "keycloak.issuer", "/realms/shop"),
        (
            "[sign_in.cognito] #!\nclient_id = 'a'\nclient_secret = 's'\nissuer = 'https://a.example'",
            "cognito.hosts",
            "amazoncognito.com",
        ),
        ("[sign_in.my] #!\ntype = 'oidc'\nclient_id = 'a'\nclient_secret = 's'", "my.issuer", "issuer = "),
        (
            "[sign_in.my] #!\ntype = 'oidc'\nissuer = 'https://a.example'\nclient_id = 'a'\n\
             client_authentication = 'private_key_jwt'",
            "my.private_key",
            "PEM",
        ),
    ] {
        Mistake(text, &format!("sign_in.{key}"), "is required", fix).is_refused();
    }
    let missing = |text: &str| {
        let problems = load_text(&whole(text)).map(|loaded| loaded.settings).unwrap_err();
        problems.into_iter().map(|one| one.key).collect::<Vec<_>>()
    };
    assert_eq!(
        missing("[sign_in.apple]\nclient_id = 'a'"),
        ["team_id", "key_id", "private_key"].map(|key| format!("sign_in.apple.{key}"))
    );
    assert_eq!(
        missing("[sign_in.my]\ntype = 'oauth2'"),
        ["authorization_endpoint", "token_endpoint", "user_info_endpoint", "client_id", "client_secret"]
            .map(|key| format!("sign_in.my.{key}"))
    );
}

#[test]
fn keys_of_other_kinds() {
    for (id, line, key, reason, fix) in [
        ("google", "tenant = 'x'", "tenant", "the preset `entra` only", "`preset`"),
        ("google", "domain = 'x'", "domain", "`auth0` and `okta`", "`preset`"),
        ("google", "issuer = 'https://x'", "issuer", "knows the issuer", "type = \"oidc\""),
        ("google", "token_endpoint = 'https://x'", "token_endpoint", "discovery document", "oauth2"),
        ("github", "token_endpoint = 'https://x'", "token_endpoint", "knows the endpoints", "oauth2"),
        ("github", "sign_out_there = true", "sign_out_there", "OpenID Connect", "remove"),
        ("github", "user_info = 'always'", "user_info", "OpenID Connect", "remove"),
        ("google", "\"secret\" = 's'", "secret", "unknown key", "`client_secret`"),
        ("google", "scope = 'openid'", "scope", "unknown key", "`scopes`"),
        ("google", "profile = { subject = '/x' }", "profile.subject", "claim `sub`", "remove"),
        ("google", "profile = { nickname = '/x' }", "profile.nickname", "unknown key", "`name`"),
    ] {
        Mistake(&provider(id, line), &format!("sign_in.{id}.{key}"), reason, fix).is_refused();
    }
    let apple = "public_url = 'https://a.example'\n[listen]\ntrusted_proxies = ['127.0.0.1']\n[sign_in.apple]\n\
                 client_id = 'a'\nteam_id = 't'\nkey_id = 'k'\nprivate_key = '${PRIVATE_KEY}'\nclient_secret = 'x' #!";
    Mistake(apple, "sign_in.apple.client_secret", "is made from `private_key`", "remove").is_refused();
}

#[test]
fn tenants() {
    for (tenant, reason, fix) in [
        ("common", "many tenants", "preset = \"entra\""),
        ("organizations", "many tenants", "a section for each"),
        ("consumers", "in the issuer", "9188040d-6c67-4c5b-b112-36a304b66dad"),
        ("contoso.onmicrosoft.com", "not the id of a tenant", "Directory (tenant) ID"),
        ("8eaef023-2b34-4da1-9baa-8bc8c9d6a49g", "not the id of a tenant", "8eaef023-"),
    ] {
        let text = provider("entra", &format!("tenant = '{tenant}'"));
        Mistake(&text, "sign_in.entra.tenant", reason, fix).is_refused();
    }
}

#[test]
fn addresses_and_hosts() {
    for (issuer, reason, fix) in [
        ("id.example.com", "not an absolute https URL", "https://"),
        ("http://id.example.com", "loopback only", "http://localhost:9000"),
        ("https://id.example.com?x=y", "does not belong", "no query"),
        ("https://id.example.com/.well-known/openid-configuration", "discovery document", "leave out"),
    ] {
        let text = provider("keycloak", &format!("issuer = '{issuer}'"));
        Mistake(&text, "sign_in.keycloak.issuer", reason, fix).is_refused();
    }
    for (line, key, reason, fix) in [
        ("domain = 'https://shop.auth0.com'", "domain", "more than a host", "without https://"),
        ("domain = 'shop.auth0.com/'", "domain", "more than a host", "without a path"),
        ("domain = 'a.b'\nhosts = ['https://x.example']", "hosts[0]", "more than a host", "without https://"),
        ("domain = 'a.b'\nhosts = ['*.example']", "hosts[0]", "compared whole", "full name"),
        ("domain = 'a.b'\nhosts = ['a:b']", "hosts[0]", "not a host", "id.example.com"),
    ] {
        Mistake(&provider("auth0", line), &format!("sign_in.auth0.{key}"), reason, fix).is_refused();
    }
    let okta = provider("okta", "domain = 'a.b'\nauthorization_server = '../x'");
    Mistake(&okta, "sign_in.okta.authorization_server", "one segment", "default").is_refused();
    let oauth2 = "type = 'oauth2'\nauthorization_endpoint = 'https://a.example/x'\n\
                  user_info_endpoint = 'https://a.example/y'\ntoken_endpoint = 'http://a.example/t'";
    Mistake(&provider("my", oauth2), "sign_in.my.token_endpoint", "loopback only", "https://").is_refused();
}

#[test]
fn how_clients_prove_who_they_are() {
    for (line, key, reason, fix) in [
        (
            "client_authentication = 'client_secret_basic'",
            "client_authentication",
            "must be one of",
            "\"basic\"",
        ),
        ("client_authentication = 'none'", "client_secret", "never sent", "remove"),
        ("private_key = '${PRIVATE_KEY}'", "private_key", "only with client_authentication", "client_secret"),
        ("key_id = 'x'", "key_id", "only with client_authentication", "client_secret"),
    ] {
        let text = provider("google", "").replace(" #!", "") + line + " #!";
        let text = match key {
            "client_secret" => provider("google", "").replace(" #!", "").replace("}'\n", "}' #!\n") + line,
            _ => text,
        };
        Mistake(&text, &format!("sign_in.google.{key}"), reason, fix).is_refused();
    }
    for (line, reason, fix) in [
        ("private_key = 'key.pem'", "not a private key", "not its name"),
        ("private_key = '-----BEGIN EC PRIVATE KEY-----'", "not a private key", "openssl pkcs8 -topk8"),
    ] {
        Mistake(&openid(line), "sign_in.my.private_key", reason, fix).is_refused();
    }
    let algorithm = openid("private_key = '${PRIVATE_KEY}'\nkey_algorithm = 'HS256'");
    Mistake(&algorithm, "sign_in.my.key_algorithm", "must be one of", "did you mean \"ES256\"?").is_refused();
    let ours = "[sign_in.google]\nclient_id = 'a'\nclient_secret = '${SECRET}' #!";
    Mistake(ours, "sign_in.google.client_secret", "the same as `secret`", "of its own").is_refused();
}

#[test]
fn what_is_sent_along_with_browsers() {
    for (line, key, reason, fix) in [
        ("scopes = ['email']", "scopes", "needs the scope `openid`", "ID token"),
        ("scopes = 'openid'", "scopes", "must be a list", "brackets"),
        ("scopes = ['openid', 'email profile']", "scopes[1]", "not one scope", "of its own"),
        ("parameters = { state = 'x' }", "parameters.state", "sets this parameter itself", "remove"),
        ("parameters = { scope = 'x' }", "parameters.scope", "sets this parameter itself", "`scopes`"),
        ("parameters = { audience = 'x' }", "parameters.audience", "itself", "[[api]]"),
        ("parameters = { max_age = 3600 }", "parameters.max_age", "must be a text", "double quotes"),
        ("allowed_parameters = ['prompt', 'nonce']", "allowed_parameters[1]", "itself", "remove"),
        ("allowed_parameters = ['redirect_uri']", "allowed_parameters[0]", "itself", "remove"),
        ("allowed_parameters = ['a b']", "allowed_parameters[0]", "name of a parameter", "login_hint"),
        ("response_mode = 'fragment'", "response_mode", "must be one of", "\"form_post\""),
        ("profile = { name = 'name' }", "profile.name", "begins with a slash", "/user/id"),
        ("profile = { name = ['/a', ''] }", "profile.name[1]", "is empty", "leave"),
    ] {
        Mistake(&provider("google", line), &format!("sign_in.google.{key}"), reason, fix).is_refused();
    }
    let loopback = format!("public_url = 'http://127.0.0.1:8080'\n{}", openid("response_mode = 'form_post'"));
    let loopback = loopback.replace("response_mode", "client_authentication = 'none'\nresponse_mode");
    Mistake(&loopback, "sign_in.my.response_mode", "https", "localhost").is_refused();
}

#[test]
fn two_places_that_name_people_never_share_an_issuer() {
    let forum = |id: &str, path: &str, mark: &str| {
        format!(
            "[sign_in.{id}]{mark}\ntype = 'oauth2'\nclient_id = 'a'\nclient_secret = 's'\n\
             authorization_endpoint = 'https://a.example/x'\ntoken_endpoint = 'https://a.example/t'\n\
             user_info_endpoint = 'https://a.example/{path}'\n"
        )
    };
    let text = forum("one", "me", "") + &forum("two", "you", " #!");
    Mistake(&text, "sign_in.two", "the issuer of `one`", "`issuer` of its own").is_refused();
    crate::support::settings(&(forum("one", "me", "") + &forum("two", "me", "")));
}

#[test]
fn the_account_hook() {
    let hook = |keys: &str| {
        format!("{}{}[sign_in.account]\n{keys} #!\n", api(""), provider("google", "").replace(" #!", ""))
    };
    for (keys, key, reason, fix) in [
        ("request = '/api/hook'", "request", "method and a path", "from-provider"),
        ("request = 'POST /a'\nbody = { a = '{subjct}' }", "body.a", "nobody fills in", "{subject}"),
        ("request = 'POST /a'\nbody = { a = '{password}' }", "body.a", "nobody fills in", "{link_to}"),
        ("request = 'POST /a'\nuser = 'user'", "user", "begins with a slash", "/user/id"),
        ("request = 'POST /a'\napi = '/v2'", "api", "no [[api]] has this path", "\"/api\""),
        ("request = 'POST /a'\nfields = []", "fields", "unknown key", "`request`"),
    ] {
        Mistake(&hook(keys), &format!("sign_in.account.{key}"), reason, fix).is_refused();
    }
    let none = hook("").replace(" #!", "").replace("[sign_in.account]", "[sign_in.account] #!");
    Mistake(&none, "sign_in.account.request", "is required", "from-provider").is_refused();
    let alone = format!("{}[sign_in.account] #!\nrequest = 'POST /a'\n", api(""));
    Mistake(&alone, "sign_in.account", "there is no provider", "[sign_in.google]").is_warned_about();
    let no_api = provider("google", "").replace(" #!", "") + "[sign_in.account] #!\nrequest = 'POST /a'\n";
    Mistake(&no_api, "sign_in.account", "no API", "[[api]]").is_refused();
}

#[test]
fn tokens_of_the_apis_own_login() {
    let own = |sections: &str| api("").replace("'issued'", "'api'") + sections;
    let google = provider("google", "").replace(" #!", "");
    let hook = "[sign_in.account] #!\nrequest = 'POST /a'\n";
    let login = "[sign_in.credentials]\nlogin = { request = 'POST /l', access_token = '/t' }\n";
    let text = own(&format!("{google}{hook}"));
    Mistake(&text, "sign_in.account.access_token", "token = \"api\"", "/token").is_refused();
    let text = own(&format!("{google}{hook}access_token = '/t'")).replace(" #!", "");
    assert!(load_text(&whole(&text)).unwrap().warnings.is_empty());
    let text = own(&format!("{login}{google}{hook}"));
    Mistake(&text, "sign_in.account.access_token", "no token", "/token").is_warned_about();
    let text = own(&format!("{login}{}", google.replace("google]", "google] #!")));
    Mistake(&text, "sign_in.google", "no token", "[sign_in.account]").is_warned_about();
    let mute =
        login.replace(", access_token = '/t'", "").replace("login =", "login = #!").replace("= #! ", "= ");
    let text = own(&format!("{}{google}{hook}access_token = '/t'", mute.trim_end()))
        .replace(" #!", "")
        .replace("'POST /l' }", "'POST /l' } #!\n");
    Mistake(&text, "sign_in.credentials.login.access_token", "no token", "/token").is_warned_about();
}

#[test]
fn tokens_of_providers() {
    let api = |lines: &str| {
        let google = provider("google", "").replace(" #!", "");
        format!("{google}[[api]]\npath = '/api'\nurl = 'http://127.0.0.1:4000'\n{lines}\n")
    };
    for (lines, key, reason, fix) in [
        ("token = 'provider'\nprovider = 'googel' #!", "provider", "no provider", "did you mean \"google\"?"),
        ("token = 'provider'\nprovider = 'okta' #!", "provider", "no provider", "\"google\""),
        ("token = 'provider'\nprovider = 'A' #!", "provider", "lower-case", "[sign_in."),
        (
            "token = 'provider'\nprovider = 'google'\naudience = 'a'\nresource = 'urn:b' #!",
            "resource",
            "not both",
            "remove",
        ),
        ("token = 'provider'\nprovider = 'google'\nresource = 'api' #!", "resource", "absolute", "https://"),
        (
            "token = 'provider'\nprovider = 'google'\nresource = 'urn:a#b' #!",
            "resource",
            "fragment",
            "https://",
        ),
        ("token = 'issued'\nprovider = 'google' #!", "provider", "only with token = \"provider\"", "`token`"),
        ("token = 'none'\naudience = 'a' #!", "audience", "only with token = \"provider\"", "`token`"),
    ] {
        Mistake(&api(lines), &format!("api[0].{key}"), reason, fix).is_refused();
    }
    let missing = api("token = 'provider'").replace("[[api]]", "[[api]] #!");
    Mistake(&missing, "api[0].provider", "is required", "[sign_in.…]").is_refused();
    let nobody = "[[api]]\npath = '/api'\nurl = 'http://a'\ntoken = 'provider'\nprovider = 'google' #!";
    Mistake(nobody, "api[0].provider", "no provider", "add the section").is_refused();
}

#[test]
fn all_problems_of_all_providers_come_together() {
    let text = "[sign_in.google]\nclient_id = ''\nscopes = ['x']\ntenant = 'a'\n\n[sign_in.gihub]\nclient_id = 3\n\
                [sign_in.entra]\nclient_id = 'a'\ntenant = 'common'\n[sign_in.account]\nuser = 'x'\n";
    let problems = load_text(&whole(text)).map(|loaded| loaded.settings).unwrap_err();
    let keys: Vec<_> = problems.iter().map(|one| one.key.trim_start_matches("sign_in.")).collect();
    assert_eq!(
        keys,
        [
            "google.client_secret",
            "google.client_id",
            "google.scopes",
            "google.tenant",
            "gihub",
            "entra.client_secret",
            "entra.tenant",
            "account",
            "account.request",
            "account.user",
        ],
        "{problems}"
    );
}
