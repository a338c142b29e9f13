//! Providers of next-auth, and what they are called in Crossgate.

use crate::init::finding::Place;
use crate::init::plain::{is_environment_name, is_name};
use crate::init::program::Program;
use crate::init::script::{Script, Span};

/// A provider that the app uses.
#[derive(Debug, Clone)]
pub(crate) struct Provider {
    /// Its name in next-auth.
    pub(crate) name: String,
    /// The name of Crossgate's preset; none where there is none.
    pub(crate) preset: Option<&'static str>,
    /// Names in the environment.
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) issuer: String,
    pub(crate) place: Place,
}

/// Names in next-auth and in Crossgate.
const PRESETS: [(&str, &str); 17] = [
    ("google", "google"),
    ("github", "github"),
    ("auth0", "auth0"),
    ("azure-ad", "entra"),
    ("microsoft-entra-id", "entra"),
    ("apple", "apple"),
    ("gitlab", "gitlab"),
    ("discord", "discord"),
    ("facebook", "facebook"),
    ("linkedin", "linkedin"),
    ("slack", "slack"),
    ("okta", "okta"),
    ("keycloak", "keycloak"),
    ("cognito", "cognito"),
    ("twitter", "x"),
    ("twitter-legacy", "x"),
    ("x", "x"),
];

/// All but `credentials`, in the order of their imports.
pub(super) fn read(program: &Program<'_>, is_v5: bool) -> Vec<Provider> {
    let mut providers: Vec<Provider> = Vec::new();
    for (module, read) in program.each() {
        for import in &read.imports {
            let Some(name) = provider_name(&import.from).filter(|name| *name != "credentials") else {
                continue;
            };
            if providers.iter().any(|provider| provider.name == name) {
                continue;
            }
            let script = &read.script;
            let uses = script.places_of(script.whole(), &import.local);
            let call = uses.filter(|at| script.at(at + 1).is("(")).last();
            let at =
                call.or_else(|| script.places_of(script.whole(), &import.local).last()).unwrap_or_default();
            let options = call.and_then(|at| script.inside(at + 1)).unwrap_or(Span { from: 0, to: 0 });
            providers.push(provider(name, script, options, program.place(module, at), is_v5));
        }
    }
    providers
}

pub(super) fn provider_name(from: &str) -> Option<&str> {
    let name =
        from.strip_prefix("next-auth/providers/").or_else(|| from.strip_prefix("@auth/core/providers/"));
    name.filter(|name| is_name(name))
}

fn provider(name: &str, script: &Script<'_>, options: Span, place: Place, is_v5: bool) -> Provider {
    let word = name.to_uppercase().replace('-', "_");
    // Version 5 looks for these names by itself.
    let usual = |v4: &str, v5: &str| if is_v5 { format!("AUTH_{word}_{v5}") } else { format!("{word}_{v4}") };
    let read = |key: &str| environment_name(script, options, key);
    Provider {
        name: name.to_owned(),
        preset: PRESETS.iter().find(|(known, _)| *known == name).map(|(_, preset)| *preset),
        id: read("clientId").unwrap_or_else(|| usual("CLIENT_ID", "ID")),
        secret: read("clientSecret").unwrap_or_else(|| usual("CLIENT_SECRET", "SECRET")),
        issuer: read("issuer").unwrap_or_else(|| usual("ISSUER", "ISSUER")),
        place,
    }
}

/// The name in `key: process.env.NAME`.
pub(super) fn environment_name(script: &Script<'_>, span: Span, key: &str) -> Option<String> {
    let at = script.places_of(span, key).find(|at| script.at(at + 1).is(":"))?;
    variable_at(script, at + 2)
}

/// The name in `process.env.NAME` that begins here, or in `env.NAME`.
pub(super) fn variable_at(script: &Script<'_>, at: usize) -> Option<String> {
    let names: Vec<_> = (at..at + 6)
        .map_while(|index| {
            let token = script.at(index);
            (token.word().is_some() || token.is(".") || token.is("?.")).then_some(token)
        })
        .collect();
    let environment = names.iter().position(|token| token.is("env"))?;
    let name = names.get(environment + 2)?.word()?;
    is_environment_name(name).then(|| name.to_owned())
}
