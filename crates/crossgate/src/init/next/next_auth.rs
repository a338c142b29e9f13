//! How an app uses next-auth.

use super::callbacks::{Callbacks, object_of, seconds_of};
use super::providers::{self, Provider, provider_name, variable_at};
use super::scripts_with;
use crate::init::finding::{Found, Place};
use crate::init::package::{LockedVersion, Package};
use crate::init::plain::{is_name, is_path, is_path_part};
use crate::init::program::Program;
use crate::init::script::{Kind, Script, Span};

/// next-auth in an app.
#[derive(Debug)]
pub(crate) struct NextAuth {
    /// As it is written, or as the lock file has it.
    pub(crate) version: String,
    pub(crate) is_v5: bool,
    /// Where its routes are answered.
    pub(crate) handler: Option<Place>,
    /// Where the server side asks for the session.
    pub(crate) server_use: Option<(String, Place)>,
    pub(crate) providers: Vec<Provider>,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) callbacks: Callbacks,
    /// The name of its secret in the environment.
    pub(crate) secret: Found<String>,
    /// Where the secret itself stands in the source.
    pub(crate) written_secret: Option<Place>,
    pub(crate) base_path: Option<Found<String>>,
    pub(crate) cookie: Option<Found<String>>,
    /// In seconds.
    pub(crate) max_age: Option<Found<u64>>,
    /// Sessions in a database: their cookies say nothing.
    pub(crate) database: Option<Place>,
    /// `pages` of its options: signIn, signOut, error.
    pub(crate) pages: Vec<(String, Found<String>)>,
}

/// `Credentials` among its providers.
#[derive(Debug)]
pub(crate) struct Credentials {
    pub(crate) place: Place,
    pub(crate) fields: Vec<String>,
    /// The path that `authorize` asks.
    pub(crate) path: Option<Found<String>>,
}

const SERVER_USES: [&str; 5] =
    ["getServerSession", "getToken", "withAuth", "unstable_getServerSession", "auth"];

pub(super) fn read(package: &Package, lock: Option<&str>) -> Option<NextAuth> {
    let written = package.manifest.version_of("next-auth")?;
    let version = exact_version(written, lock);
    let is_v5 = version.starts_with('5') || ["beta", "next", "experimental"].contains(&version.as_str());
    let program = scripts_with(package, &["next-auth", "@auth/", "NextAuth", "/auth\"", "/auth'"]);
    let options = options_module(&program);
    let script = options.and_then(|module| program.module(module)).map(|module| &module.script);
    let place = |at: usize| program.place(options.unwrap_or_default(), at);
    let found = |value: Option<(String, usize)>| value.map(|(value, at)| Found::at(value, place(at)));
    let session = script.and_then(|script| object_of(script, "session").map(|open| (script, open)));
    Some(NextAuth {
        is_v5,
        version,
        handler: handler(package),
        server_use: server_use(&program),
        providers: providers::read(&program, is_v5),
        credentials: program.each().find_map(|(module, _)| credentials(&program, module)),
        callbacks: options.map(|module| Callbacks::read(&program, module)).unwrap_or_default(),
        secret: secret(package, &program, options, is_v5),
        written_secret: script.and_then(|script| literal(script, "secret")).map(|(_, at)| place(at)),
        base_path: found(
            script.and_then(|script| literal(script, "basePath")).filter(|(path, _)| is_path(path)),
        ),
        cookie: found(script.and_then(cookie).filter(|(name, _)| is_path_part(name))),
        max_age: session.and_then(|(script, open)| {
            let value = script.value_of(open, "maxAge")?;
            Some(Found::at(seconds_of(script, value)?, place(value.from)))
        }),
        database: session.and_then(|(script, open)| {
            let value = script.value_of(open, "strategy")?;
            (script.string_of(value) == Some("database")).then(|| place(value.from))
        }),
        pages: script.map(|script| pages(script, &place)).unwrap_or_default(),
    })
}

/// The lock file knows better than a range.
fn exact_version(written: &str, lock: Option<&str>) -> String {
    let locked = lock.and_then(|lock| LockedVersion { lock }.of("next-auth"));
    locked.unwrap_or_else(|| written.trim_start_matches(['^', '~', '=', 'v', '>']).to_owned())
}

fn handler(package: &Package) -> Option<Place> {
    let file = package.sources().find(|file| file.path.contains("[...nextauth]"))?;
    Some(Place { file: package.show(&file.path), line: 1 })
}

/// The module with the options: where `providers` stands, or `NextAuth` is called.
fn options_module(program: &Program<'_>) -> Option<usize> {
    let has = |words: [&'static str; 2]| {
        program.each().find(|(_, module)| {
            let script = &module.script;
            words.iter().any(|word| {
                script.places_of(script.whole(), word).any(|at| script.at(at + 1).is_any(&[":", "("]))
            })
        })
    };
    has(["providers", "providers"]).or_else(|| has(["NextAuth", "callbacks"])).map(|(module, _)| module)
}

fn server_use(program: &Program<'_>) -> Option<(String, Place)> {
    program.each().find_map(|(module, read)| {
        let script = &read.script;
        let is_use = |name: &str, at: usize| {
            let is_call = script.at(at + 1).is("(");
            let is_alone = !script.before(at).is_any(&[".", "function"]);
            let is_imported = read.import(name).is_some() || name != "auth";
            is_call && is_alone && is_imported
        };
        let find = |name: &'static str| {
            script.places_of(script.whole(), name).find(|at| is_use(name, *at)).map(|at| (name, at))
        };
        let called = SERVER_USES.into_iter().find_map(find);
        // `export { default } from "next-auth/middleware"`
        let middleware = || {
            let is_it = |index: &usize| script.at(*index).string() == Some("next-auth/middleware");
            (0..script.whole().to).find(is_it).map(|at| ("next-auth/middleware", at))
        };
        let (name, at) = called.or_else(middleware)?;
        Some((name.to_owned(), program.place(module, at)))
    })
}

/// Where it is in the source, or in the files of the environment; or as it is usually called.
fn secret(package: &Package, program: &Program<'_>, options: Option<usize>, is_v5: bool) -> Found<String> {
    let in_source = options.and_then(|module| {
        let script = &program.module(module)?.script;
        let at = script.places_of(script.whole(), "secret").find(|at| script.at(at + 1).is(":"))?;
        Some(Found::at(variable_at(script, at + 2)?, program.place(module, at)))
    });
    let names = if is_v5 { ["AUTH_SECRET", "NEXTAUTH_SECRET"] } else { ["NEXTAUTH_SECRET", "AUTH_SECRET"] };
    let known = package.environment_names();
    let place = |name: &str| Some(Place { file: package.show(package.environment_file_of(name)?), line: 1 });
    let in_files = names.iter().find(|name| known.contains(*name));
    let in_files = in_files.map(|name| Found { value: (*name).to_owned(), place: place(name) });
    in_source
        .or(in_files)
        .unwrap_or_else(|| Found::guess(names.map(str::to_owned).into_iter().next().unwrap_or_default()))
}

/// A text behind a key; where it stands.
fn literal(script: &Script<'_>, key: &str) -> Option<(String, usize)> {
    let at = script.places_of(script.whole(), key).find(|at| script.at(at + 1).is(":"))?;
    Some((script.at(at + 2).string()?.to_owned(), at))
}

/// `cookies: { sessionToken: { name: "…" } }`
fn cookie(script: &Script<'_>) -> Option<(String, usize)> {
    let token = script.value_of(object_of(script, "cookies")?, "sessionToken")?;
    let name = script.value_of(token.from, "name")?;
    Some((script.string_of(name)?.to_owned(), name.from))
}

fn pages(script: &Script<'_>, place: &dyn Fn(usize) -> Place) -> Vec<(String, Found<String>)> {
    let Some(open) = object_of(script, "pages") else { return Vec::new() };
    let page = |key: &str| {
        let value = script.value_of(open, key)?;
        let path = script.string_of(value).filter(|path| is_path(path))?;
        Some((key.to_owned(), Found::at(path.to_owned(), place(value.from))))
    };
    ["signIn", "signOut", "error"].into_iter().filter_map(page).collect()
}

fn credentials(program: &Program<'_>, module: usize) -> Option<Credentials> {
    let read = program.module(module)?;
    let import = read.imports.iter().find(|import| provider_name(&import.from) == Some("credentials"))?;
    let script = &read.script;
    let at = script.places_of(script.whole(), &import.local).filter(|at| script.at(at + 1).is("(")).last()?;
    let options = script.arguments(at + 1).first().copied()?;
    let fields = script.value_of(options.from, "credentials").map(|fields| script.members(fields.from));
    let fields =
        fields.unwrap_or_default().into_iter().filter_map(|member| member.key).filter(|key| is_name(key));
    let path = asked_path(script, options).map(|(path, at)| Found::at(path, program.place(module, at)));
    Some(Credentials { place: program.place(module, at), fields: fields.collect(), path })
}

/// The path in `fetch(`${API_URL}/auth/login`)`, or in `axios.post(API_URL + "/auth/login")`.
fn asked_path(script: &Script<'_>, span: Span) -> Option<(String, usize)> {
    let is_call =
        |index: &usize| script.at(*index).is_any(&["fetch", "post", "axios"]) && script.at(index + 1).is("(");
    (span.from..span.to).filter(is_call).find_map(|at| {
        let first = script.arguments(at + 1).first().copied()?;
        let text = (first.from..first.to)
            .rev()
            .map(|index| script.at(index))
            .find(|token| matches!(token.kind, Kind::Text | Kind::Template))?;
        let path = text.text.rsplit('}').next().unwrap_or_default();
        let path = path
            .split_once("://")
            .map_or(path, |(_, rest)| rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default());
        let path = path.split('?').next().unwrap_or_default();
        is_path(path).then(|| (path.to_owned(), at))
    })
}
