//! Whole projects, from their files to the file that is written.

mod express_projects;
mod next_apps;
mod refusals;
mod styles;

use std::path::Path;

use crossgate_config::{ConfigSource, Loaded, load};

use super::draft::{Findings, draft};
use super::find::{Places, find};
use super::next_steps::Written;
use super::package::{Manifest, Package, SourceFile};
use super::report::report;
use super::{express, next, read};

/// What is in the environment when the file is checked.
pub(super) fn environment(name: &str) -> Option<String> {
    Some(match name {
        "AUTH0_DOMAIN" | "OKTA_DOMAIN" | "COGNITO_DOMAIN" => "shop.example.com".to_owned(),
        "ENTRA_TENANT_ID" => "8eaef023-2b34-4da1-9baa-8bc8c9d6a490".to_owned(),
        name if name.ends_with("ISSUER") => "https://login.example.com".to_owned(),
        name if name.ends_with("PRIVATE_KEY") => {
            "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n".to_owned()
        }
        name => format!("{name}-0123456789abcdefghijklmnopqrstuvwxyz"),
    })
}

/// Reads it as `crossgate check` does.
pub(super) fn check(text: &str) -> Loaded {
    let source = ConfigSource { name: "crossgate.toml", text, directory: Path::new("/etc/crossgate") };
    load(&source, &environment).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

/// A package of these files; `package.json` is one of them.
fn package(shown: &str, files: &[(&str, &str)]) -> Package {
    let text = files.iter().find(|(path, _)| *path == "package.json").map_or("{}", |(_, text)| text);
    let files = files.iter().filter(|(path, _)| *path != "package.json");
    let files = files.map(|(path, text)| SourceFile { path: (*path).into(), text: (*text).into() });
    Package { shown: shown.into(), manifest: Manifest::read(text), files: files.collect(), is_cut: false }
}

pub(super) fn app_of(files: &[(&str, &str)]) -> Findings {
    Findings { app: Some(next::read(&package("web", files), None)), ..Findings::default() }
}

pub(super) fn api_of(files: &[(&str, &str)]) -> Findings {
    Findings { api: Some(express::read(&package("api", files))), ..Findings::default() }
}

/// What is found in a folder of this repository.
pub(super) fn findings_in(folder: &str) -> Findings {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let folder = root.join(folder).canonicalize().unwrap();
    read(&find(&Places { folder, ..Places::default() }))
}

/// The file, which must pass the check, and what is said about it.
pub(super) fn written(findings: &Findings) -> (String, String) {
    let text = draft(findings);
    check(&text);
    let written = Written { file: "crossgate.toml", program: "crossgate" };
    (text, report(findings, Some(&written)))
}

/// Asserts that every piece stands in the text.
#[track_caller]
pub(super) fn assert_has(text: &str, pieces: &[&str]) {
    for piece in pieces {
        assert!(text.contains(piece), "{piece}\nis not in\n{text}");
    }
}
