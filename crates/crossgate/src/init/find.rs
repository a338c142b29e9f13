//! Which folder is the app, and which is the API.

use std::path::{Path, PathBuf};

use super::folders::{packages_below, packages_beside, read_lock, read_manifest, read_sources};
use super::package::{Manifest, Package};

/// Where to look.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// An absolute path without links.
    pub(crate) folder: PathBuf,
    pub(crate) app: Option<PathBuf>,
    pub(crate) api: Option<PathBuf>,
}

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Project {
    pub(crate) app: Option<Package>,
    pub(crate) api: Option<Package>,
    /// The lock file with the app's exact versions.
    pub(crate) lock: Option<String>,
    /// Further folders that might have been meant.
    pub(crate) other_apps: Vec<String>,
    pub(crate) other_apis: Vec<String>,
}

/// A folder with its `package.json`.
struct Candidate {
    folder: PathBuf,
    manifest: Manifest,
}

impl Candidate {
    fn read(folder: PathBuf) -> Self {
        let manifest = read_manifest(&folder).map(|text| Manifest::read(&text)).unwrap_or_default();
        Self { folder, manifest }
    }

    fn is_app(&self) -> bool {
        self.manifest.uses("next")
    }

    /// An Express that only developers need is a stand-in for something.
    fn is_api(&self) -> bool {
        self.manifest.uses("express") && !self.manifest.development.contains_key("express")
    }
}

pub(crate) fn find(places: &Places) -> Project {
    let candidates = candidates(places);
    let (app, other_apps) = choose(places, places.app.as_deref(), &candidates, Candidate::is_app);
    let (api, other_apis) = choose(places, places.api.as_deref(), &candidates, Candidate::is_api);
    let api = api.or_else(|| without_manifest(&places.folder, app.as_deref()));
    let lock = app.as_deref().and_then(|folder| read_lock(folder, &places.folder));
    Project {
        app: app.map(|folder| read_package(places, &folder)),
        api: api.map(|folder| read_package(places, &folder)),
        lock,
        other_apps,
        other_apis,
    }
}

/// The packages below; and those beside, where it stands in the app or in the API and misses the other.
fn candidates(places: &Places) -> Vec<Candidate> {
    let read = |folders: Vec<PathBuf>| folders.into_iter().map(Candidate::read).collect::<Vec<_>>();
    let mut candidates = read(packages_below(&places.folder));
    let has_app = places.app.is_some() || candidates.iter().any(Candidate::is_app);
    let has_api = places.api.is_some() || candidates.iter().any(Candidate::is_api);
    if has_app != has_api {
        candidates.extend(read(packages_beside(&places.folder)));
    }
    candidates
}

/// The one that was asked for, or the first that fits; and the others that fit.
fn choose(
    places: &Places,
    asked: Option<&Path>,
    candidates: &[Candidate],
    fits: impl Fn(&Candidate) -> bool,
) -> (Option<PathBuf>, Vec<String>) {
    if let Some(folder) = asked {
        return (Some(folder.to_owned()), Vec::new());
    }
    let mut fitting =
        candidates.iter().filter(|candidate| fits(candidate)).map(|candidate| &candidate.folder);
    let first = fitting.next().cloned();
    (first, fitting.map(|folder| show(&places.folder, folder)).collect())
}

/// A folder whose sources use Express, though no `package.json` of its own says so.
fn without_manifest(folder: &Path, app: Option<&Path>) -> Option<PathBuf> {
    if app == Some(folder) {
        return None;
    }
    let imports =
        |text: &str| ["\"express\"", "'express'", "\"express4\""].iter().any(|name| text.contains(name));
    let sources = read_sources(folder);
    sources.files.iter().any(|file| imports(&file.text)).then(|| folder.to_owned())
}

fn read_package(places: &Places, folder: &Path) -> Package {
    let sources = read_sources(folder);
    // Without one of its own, the folder is a part of the package above it.
    let manifest = read_manifest(folder).or_else(|| read_manifest(folder.parent()?));
    Package {
        shown: show(&places.folder, folder),
        manifest: manifest.map(|text| Manifest::read(&text)).unwrap_or_default(),
        files: sources.files,
        is_cut: sources.is_cut,
    }
}

/// A folder as it is seen from another.
fn show(from: &Path, folder: &Path) -> String {
    let shown = |path: &Path| path.to_string_lossy().replace('\\', "/");
    match folder.strip_prefix(from) {
        Ok(below) if below.as_os_str().is_empty() => ".".to_owned(),
        Ok(below) => shown(below),
        Err(_) => match from.parent().and_then(|parent| folder.strip_prefix(parent).ok()) {
            Some(beside) => format!("../{}", shown(beside)),
            None => shown(folder),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    fn project(files: &[(&str, &str)]) -> TempDir {
        let folder = TempDir::new().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn find_in(folder: &TempDir, below: &str) -> Project {
        let folder = folder.path().canonicalize().unwrap().join(below);
        find(&Places { folder: folder.components().collect(), ..Places::default() })
    }

    const NEXT: &str = r#"{ "dependencies": { "next": "16.0.0" } }"#;
    const EXPRESS: &str = r#"{ "dependencies": { "express": "^5.0.0" } }"#;
    const MOCK: &str = r#"{ "devDependencies": { "express": "^5.0.0" } }"#;

    #[test]
    fn app_and_api_are_found_wherever_they_lie() {
        for (files, below, app, api) in [
            (vec![("web/package.json", NEXT), ("api/package.json", EXPRESS)], "", "web", "api"),
            (
                vec![
                    ("package.json", "{}"),
                    ("apps/web/package.json", NEXT),
                    ("apps/api/package.json", EXPRESS),
                ],
                "",
                "apps/web",
                "apps/api",
            ),
            (vec![("package.json", EXPRESS), ("client/package.json", NEXT)], "", "client", "."),
            (vec![("web/package.json", NEXT), ("api/package.json", EXPRESS)], "web", ".", "../api"),
            (vec![("web/package.json", NEXT), ("api/package.json", EXPRESS)], "api", "../web", "."),
            (vec![("package.json", NEXT)], "", ".", ""),
            (vec![("package.json", NEXT), ("mock/package.json", MOCK)], "", ".", ""),
            (vec![("package.json", EXPRESS)], "", "", "."),
            (vec![("server.js", "import express from \"express\";")], "", "", "."),
            (vec![("node_modules/next/package.json", NEXT), ("a.js", "x")], "", "", ""),
            (vec![("unrelated/x.txt", ""), ("web/package.json", NEXT)], "unrelated", "", ""),
        ] {
            let folder = project(&files);
            let found = find_in(&folder, below);
            let shown = |package: &Option<Package>| {
                package.as_ref().map(|package| package.shown.clone()).unwrap_or_default()
            };
            assert_eq!((shown(&found.app), shown(&found.api)), (app.to_owned(), api.to_owned()), "{files:?}");
        }
    }

    #[test]
    fn of_several_the_first_is_taken_and_the_others_are_named() {
        let folder =
            project(&[("a/package.json", NEXT), ("b/package.json", NEXT), ("api/package.json", EXPRESS)]);
        let found = find_in(&folder, "");
        assert_eq!(found.app.unwrap().shown, "a");
        assert_eq!(found.other_apps, ["b"]);
    }

    #[test]
    fn a_package_ends_where_the_next_one_begins() {
        let folder = project(&[
            ("package.json", EXPRESS),
            ("src/app.js", "1"),
            ("client/package.json", NEXT),
            ("client/pages/index.js", "2"),
            ("node_modules/x/index.js", "3"),
            (".next/server.js", "4"),
        ]);
        let found = find_in(&folder, "");
        let paths = |package: Option<Package>| {
            package.unwrap().files.into_iter().map(|file| file.path).collect::<Vec<_>>()
        };
        assert_eq!(paths(found.api), ["src/app.js"]);
        assert_eq!(paths(found.app), ["pages/index.js"]);
    }

    #[test]
    #[cfg(unix)]
    fn links_are_not_followed_and_large_files_are_not_read() {
        let outside = project(&[("secret.js", "outside")]);
        let folder =
            project(&[("package.json", EXPRESS), ("app.js", "inside"), ("large.js", &"x".repeat(300 << 10))]);
        std::os::unix::fs::symlink(outside.path(), folder.path().join("linked")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret.js"), folder.path().join("link.js")).unwrap();
        let api = find_in(&folder, "").api.unwrap();
        let texts: Vec<_> = api.files.iter().map(|file| file.text.as_str()).collect();
        assert_eq!(texts, ["inside"]);
        assert!(api.is_cut);
    }
}
