//! What the source of a Next.js app says.

mod callbacks;
mod claims;
mod configuration;
mod next_auth;
mod pages;
mod providers;

use super::finding::{Found, Place};
use super::package::Package;
use super::program::Program;
pub(crate) use claims::Claims;
pub(crate) use next_auth::NextAuth;
pub(crate) use pages::Pages;
pub(crate) use providers::Provider;

/// The app.
#[derive(Debug)]
pub(crate) struct App {
    /// Its folder, as it is shown.
    pub(crate) shown: String,
    pub(crate) version: Option<String>,
    pub(crate) port: Found<u16>,
    pub(crate) base_path: Option<Found<String>>,
    pub(crate) locales: Option<Found<Vec<String>>>,
    /// Where `rewrites` or `basePath` or `i18n` stand, though they could not be read.
    pub(crate) unread: Vec<(&'static str, Place)>,
    pub(crate) pages: Pages,
    pub(crate) next_auth: Option<NextAuth>,
    /// Its script that starts it for a developer.
    pub(crate) has_dev_script: bool,
    pub(crate) is_cut: bool,
}

/// Reads an app. `lock` has exact versions.
pub(crate) fn read(package: &Package, lock: Option<&str>) -> App {
    let configuration = configuration::read(package);
    App {
        shown: package.shown.clone(),
        version: package.manifest.version_of("next").map(str::to_owned),
        port: port(package),
        base_path: configuration.base_path,
        locales: configuration.locales,
        unread: configuration.unread,
        pages: pages::read(package),
        next_auth: next_auth::read(package, lock),
        has_dev_script: package.manifest.script("dev").is_some(),
        is_cut: package.is_cut,
    }
}

/// `next dev -p 3001`, `PORT=3001 next dev`
fn port(package: &Package) -> Found<u16> {
    let read = |name: &str| {
        let script = package.manifest.script(name).filter(|script| script.contains("next "))?;
        let words: Vec<&str> = script.split([' ', '=']).collect();
        let is_flag = |word: &&str| ["-p", "--port", "PORT"].contains(word);
        words.iter().position(is_flag).and_then(|at| words.get(at + 1)?.parse().ok())
    };
    let found = ["dev", "start"].into_iter().find_map(read);
    let place = Place { file: package.show("package.json"), line: 1 };
    found.map_or(Found::guess(3000), |port| Found::at(port, place))
}

/// The scripts of an app in which one of these words stands.
fn scripts_with<'t>(package: &'t Package, words: &[&str]) -> Program<'t> {
    Program::read(package, |file| words.iter().any(|word| file.text.contains(word)))
}
