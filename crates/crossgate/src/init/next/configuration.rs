//! `next.config`, as far as it is written out.

use crate::init::finding::{Found, Place};
use crate::init::package::Package;
use crate::init::plain::{is_name, is_path};
use crate::init::program::Program;
use crate::init::script::Script;

#[derive(Debug, Default)]
pub(super) struct Configuration {
    pub(super) base_path: Option<Found<String>>,
    pub(super) locales: Option<Found<Vec<String>>>,
    pub(super) unread: Vec<(&'static str, Place)>,
}

pub(super) fn read(package: &Package) -> Configuration {
    let program = Program::read(package, |file| file.path.starts_with("next.config."));
    let mut configuration = Configuration::default();
    let Some(script) = program.module(0).map(|module| &module.script) else { return configuration };
    let value = |key: &str| {
        let mut places = script.places_of(script.whole(), key);
        places.find(|at| script.at(at + 1).is(":") || script.at(at + 1).is("("))
    };
    if let Some(at) = value("basePath") {
        match script.at(at + 2).string() {
            Some("") => {}
            Some(path) if is_path(path) => {
                configuration.base_path = Some(Found::at(path.to_owned(), program.place(0, at)))
            }
            _ => configuration.unread.push(("basePath", program.place(0, at))),
        }
    }
    if let Some(at) = value("locales") {
        match texts(script, at + 2) {
            Some(locales) if locales.iter().all(|locale| is_name(locale)) => {
                configuration.locales = Some(Found::at(locales, program.place(0, at)))
            }
            _ => configuration.unread.push(("i18n.locales", program.place(0, at))),
        }
    }
    configuration.unread.extend(value("rewrites").map(|at| ("rewrites", program.place(0, at))));
    configuration
}

/// A list of texts, and nothing else.
pub(super) fn texts(script: &Script<'_>, open: usize) -> Option<Vec<String>> {
    let inside = script.inside(open).filter(|_| script.at(open).is("["))?;
    let parts = script.parts(inside).into_iter();
    parts.map(|part| script.string_of(part).map(str::to_owned)).collect()
}
