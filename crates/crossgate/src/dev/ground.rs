//! What development stands on: the configuration with what is different here, and where everything listens.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;

use crossgate_config::{ConfigSource, Environment, LeftOut, Loaded, Overlay, Problem, load_with};
use crossgate_core::secret::SecretText;
use crossgate_core::settings::Settings;
use crossgate_core::token::UpstreamToken;

use super::arguments::DevArguments;
use super::folder::Folder;
use super::provider::Place;
use crate::Failure;
use crate::configuration::{ProcessEnvironment, directory_of, read_text};
use crate::system::SystemEntropy;

/// The variable that a secret is made for.
const SECRET_VARIABLE: &str = "CROSSGATE_SECRET";
/// What the configuration need not say.
const DEFAULTS: &str = "\
secret = \"${CROSSGATE_SECRET}\"
[listen]
admin = false
[store]
url = \"sqlite:.crossgate/dev.db\"
";
/// Hot reload keeps connections open that nobody needs to finish.
const GRACE: Duration = Duration::from_millis(500);
/// So many ports behind the gateway's own are tried for the provider.
const PORTS: u16 = 20;

/// See the [module](self).
pub(super) struct Ground {
    pub(super) settings: Settings,
    /// What there is to say about the configuration.
    pub(super) notes: Vec<String>,
    /// Where the test people are, if they are wanted.
    pub(super) provider: Option<Place>,
}

/// The file, and what its variables are.
struct File<'a> {
    path: &'a Path,
    text: String,
    secret: SecretText,
}

/// Reads the configuration, and refuses what is no place for development.
pub(super) fn prepare(arguments: &DevArguments) -> Result<Ground, Failure> {
    refuse_production(std::env::var("NODE_ENV").ok().as_deref())?;
    let path = arguments.config.config.as_path();
    let text = read_text(path)?;
    if !arguments.no_provider {
        refuse_own_section(&text)?;
    }
    let secret = Folder::open(directory_of(path))?.secret(&SystemEntropy)?;
    let file = File { path, text, secret };
    let first = file.load(&with_provider(arguments, "http://127.0.0.1:1", "only to look"))?;
    let address = address(&first.settings, arguments)?;
    let mut notes = Vec::new();
    let mut overrides = format!("[listen]\naddress = \"{address}\"\n");
    if let Some(public_url) = public_url(&first.settings, address.port(), &mut notes) {
        overrides = format!("public_url = \"{public_url}\"\n{overrides}");
    }
    let provider = place(arguments, address.port(), &first.settings)?;
    if let Some(place) = &provider {
        overrides.push_str(&section(&place.issuer(), place.client_secret.expose_secret()));
    }
    let loaded = file.load(&overrides)?;
    notes.extend(loaded.left_out.iter().map(left_out));
    notes.extend(loaded.warnings.iter().map(|warning| note(warning, &loaded.settings)));
    let mut settings = loaded.settings;
    settings.listen.shutdown_grace = settings.listen.shutdown_grace.min(GRACE);
    Ok(Ground { settings, notes, provider })
}

impl File<'_> {
    fn load(&self, overrides: &str) -> Result<Loaded, Failure> {
        let overlay = Overlay { defaults: DEFAULTS, overrides, leaves_out_unset_providers: true };
        let name = self.path.display().to_string();
        let source = ConfigSource { name: &name, text: &self.text, directory: directory_of(self.path) };
        let environment = |name: &str| self.variable(name);
        load_with(&source, &overlay, &environment).map_err(|problems| Failure::new(problems.to_string()))
    }

    fn variable(&self, name: &str) -> Option<String> {
        let value = ProcessEnvironment.variable(name);
        match name == SECRET_VARIABLE && value.as_deref().unwrap_or_default().is_empty() {
            true => Some(self.secret.expose_secret().to_owned()),
            false => value,
        }
    }
}

fn refuse_production(node_environment: Option<&str>) -> Result<(), Failure> {
    match node_environment {
        Some(word) if word.eq_ignore_ascii_case("production") => Err(Failure::new(
            "NODE_ENV is production, and `crossgate dev` lets everybody in as anybody\n  \
             fix: use `crossgate serve`, or unset NODE_ENV",
        )),
        _ => Ok(()),
    }
}

/// A section of that name would be mixed with ours. A text that is no TOML has its own complaint later.
fn refuse_own_section(text: &str) -> Result<(), Failure> {
    let table: toml::Table = text.parse().unwrap_or_default();
    match table.get("sign_in").and_then(|sign_in| sign_in.get("dev")) {
        Some(_) => Err(Failure::new(
            "[sign_in.dev] has the name of the test people of `crossgate dev`\n  \
             fix: give the section another name, or leave the test people out with --no-provider",
        )),
        None => Ok(()),
    }
}

/// What listens where everybody can reach it is not for development.
fn address(settings: &Settings, arguments: &DevArguments) -> Result<SocketAddr, Failure> {
    let listen = &settings.listen;
    for (key, address) in
        [("address", Some(listen.address)), ("admin", listen.admin)].into_iter().filter_map(with_value)
    {
        if !address.ip().is_loopback() {
            return Err(Failure::new(format!(
                "`crossgate dev` is for this machine alone, but listen.{key} is {address}\n  \
                 fix: write \"127.0.0.1:{}\", or use `crossgate serve`",
                address.port()
            )));
        }
    }
    let port = arguments.port.map_or(listen.address.port(), Into::into);
    Ok(SocketAddr::new(listen.address.ip(), port))
}

fn with_value((key, address): (&'static str, Option<SocketAddr>)) -> Option<(&'static str, SocketAddr)> {
    address.map(|address| (key, address))
}

/// The address that browsers open here, where it is not the configured one.
fn public_url(settings: &Settings, port: u16, notes: &mut Vec<String>) -> Option<String> {
    let configured = &settings.public_origin;
    if !configured.is_secure() && configured.port() == port {
        return None;
    }
    let here = format!("http://localhost:{port}");
    notes.push(format!("public_url is {}; while developing it is {here}", configured.as_str()));
    Some(here)
}

/// Where the provider listens: the first free port behind the gateway's own, so that it is the same one every time.
fn place(arguments: &DevArguments, port: u16, settings: &Settings) -> Result<Option<Place>, Failure> {
    if arguments.no_provider {
        return Ok(None);
    }
    let apis = settings.apis.iter().map(|api| api.upstream.port);
    let taken: Vec<u16> =
        apis.chain([settings.app.upstream.port]).chain(settings.listen.admin.map(|it| it.port())).collect();
    let candidates = (1..=PORTS).filter_map(|step| port.checked_add(step));
    let mut free = candidates.filter(|port| !taken.contains(port));
    let listener = free.find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok());
    let listener = listener.ok_or_else(|| {
        Failure::new(format!(
            "no port is free for the test people: {PORTS} behind {port} were tried\n  \
             fix: choose another --port, or leave the test people out with --no-provider"
        ))
    })?;
    Place::new(listener, &SystemEntropy).map(Some)
}

fn with_provider(arguments: &DevArguments, issuer: &str, secret: &str) -> String {
    if arguments.no_provider { String::new() } else { section(issuer, secret) }
}

/// The section that stands in no file.
fn section(issuer: &str, secret: &str) -> String {
    let (id, client) = (super::provider::ID, super::provider::CLIENT_ID);
    format!(
        "[sign_in.{id}]\ntype = \"oidc\"\nname = \"Test people\"\nissuer = \"{issuer}\"\nclient_id = \"{client}\"\n\
         client_secret = \"{secret}\"\nscopes = [\"openid\", \"email\", \"profile\", \"offline_access\"]\n\
         sign_out_there = true\n"
    )
}

/// What is said about our own section: nobody finds it in the file, so nobody can mend it there.
fn note(warning: &Problem, settings: &Settings) -> String {
    let section = format!("sign_in.{}", super::provider::ID);
    let own_token = settings.apis.iter().find(|api| matches!(api.token, UpstreamToken::Api(_)));
    match own_token.filter(|_| warning.key == section) {
        Some(api) => format!(
            "test people are strangers to {}, which knows the accounts of its own login only: sign in with one of those \
             to call it\n  or let it take test people in: [sign_in.account], or token = \"issued\"",
            api.path
        ),
        None => warning.to_string(),
    }
}

fn left_out(left_out: &LeftOut) -> String {
    let variables = left_out.variables.join(" and ");
    let verb = if left_out.variables.len() == 1 { "is" } else { "are" };
    format!("sign-in with {} is left out: {variables} {verb} not set", left_out.provider)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_is_no_place_for_development() {
        for word in ["production", "PRODUCTION"] {
            assert!(refuse_production(Some(word)).is_err(), "{word}");
        }
        for word in [None, Some(""), Some("development"), Some("test")] {
            assert!(refuse_production(word).is_ok(), "{word:?}");
        }
    }

    #[test]
    fn a_section_of_the_same_name_is_refused_however_it_is_written() {
        for text in ["[sign_in.dev]\ntype = 'oidc'", "[sign_in]\ndev = {}", "sign_in.dev.type = 'oidc'"] {
            assert!(refuse_own_section(text).is_err(), "{text}");
        }
        for text in ["[sign_in.develop]", "[dev]", "", "no toml"] {
            assert!(refuse_own_section(text).is_ok(), "{text}");
        }
    }
}
