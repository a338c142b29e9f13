//! Reads folders, within bounds: never through a link, never a large file, never `node_modules`.

use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};

use super::package::{SourceFile, is_environment, is_source};

/// Folders that hold nothing that a person wrote, or nothing that runs.
const PASSED_OVER: [&str; 14] = [
    "node_modules",
    "dist",
    "build",
    "out",
    "coverage",
    "vendor",
    "target",
    "test",
    "tests",
    "__tests__",
    "__mocks__",
    "spec",
    "e2e",
    "cypress",
];
/// No source that a person writes is larger.
const LARGEST_FILE: u64 = 256 << 10;
const LARGEST_LOCK: u64 = 8 << 20;
const MOST_BYTES: u64 = 16 << 20;
const MOST_FILES: usize = 2000;
const MOST_FOLDERS: usize = 2000;
/// How deep a package may lie below where the search begins.
const DEEPEST_PACKAGE: usize = 4;
const DEEPEST_SOURCE: usize = 10;
/// How many folders beside the first one are looked at.
const MOST_SIBLINGS: usize = 64;

/// Files from which exact versions are read.
pub(crate) const LOCKS: [&str; 3] = ["package-lock.json", "pnpm-lock.yaml", "yarn.lock"];

/// What a folder's sources are, and whether some were left out.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    pub(crate) files: Vec<SourceFile>,
    pub(crate) is_cut: bool,
    folders: usize,
    bytes: u64,
}

/// The folders with a `package.json`, this one and those below it.
pub(crate) fn packages_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![(folder.to_owned(), 0)];
    let mut seen = 0;
    while let Some((folder, depth)) = open.pop() {
        seen += 1;
        if has_manifest(&folder) {
            found.push(folder.clone());
        }
        if depth < DEEPEST_PACKAGE && seen < MOST_FOLDERS {
            open.extend(folders_in(&folder).into_iter().rev().map(|folder| (folder, depth + 1)));
        }
    }
    found.sort_by_key(|folder| (folder.components().count(), folder.clone()));
    found
}

/// The folders with a `package.json` beside this one.
pub(crate) fn packages_beside(folder: &Path) -> Vec<PathBuf> {
    let Some(parent) = folder.parent() else { return Vec::new() };
    let others = folders_in(parent).into_iter().filter(|other| other != folder);
    others.take(MOST_SIBLINGS).filter(|other| has_manifest(other)).collect()
}

fn has_manifest(folder: &Path) -> bool {
    is_plain_file(&folder.join("package.json"))
}

fn is_plain_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// The text of a file, if it is one and not too large.
pub(crate) fn read_text(path: &Path, largest: u64) -> Option<String> {
    let metadata = fs::symlink_metadata(path).ok()?;
    if !metadata.is_file() || metadata.len() > largest {
        return None;
    }
    Some(String::from_utf8_lossy(&fs::read(path).ok()?).into_owned())
}

/// `package.json` of a folder.
pub(crate) fn read_manifest(folder: &Path) -> Option<String> {
    read_text(&folder.join("package.json"), LARGEST_FILE)
}

/// A lock file of the folder, or of one above it: there it is where several packages share one.
pub(crate) fn read_lock(folder: &Path, root: &Path) -> Option<String> {
    let above = folder.ancestors().take_while(|above| above.starts_with(root));
    above.flat_map(|above| LOCKS.map(|name| above.join(name))).find_map(|path| read_text(&path, LARGEST_LOCK))
}

/// The sources of a folder and below, without the packages below it.
pub(crate) fn read_sources(folder: &Path) -> Sources {
    let mut sources = Sources::default();
    let mut open = vec![(folder.to_owned(), 0)];
    while let Some((current, depth)) = open.pop() {
        sources.folders += 1;
        if sources.folders > MOST_FOLDERS {
            sources.is_cut = true;
            break;
        }
        sources.read_folder(folder, &current);
        let below = folders_in(&current).into_iter().filter(|below| !has_manifest(below)).rev();
        match depth < DEEPEST_SOURCE {
            true => open.extend(below.map(|below| (below, depth + 1))),
            false => sources.is_cut |= below.count() > 0,
        }
    }
    sources
}

impl Sources {
    fn read_folder(&mut self, root: &Path, folder: &Path) {
        for path in files_in(folder) {
            let Some(shown) = relative(root, &path).filter(|shown| is_source(shown) || is_environment(shown))
            else {
                continue;
            };
            if self.files.len() >= MOST_FILES || self.bytes >= MOST_BYTES {
                self.is_cut = true;
                return;
            }
            match read_text(&path, LARGEST_FILE) {
                Some(text) => {
                    self.bytes += text.len() as u64;
                    self.files.push(SourceFile { path: shown, text });
                }
                None => self.is_cut = true,
            }
        }
    }
}

/// A path below another, with `/`.
fn relative(root: &Path, path: &Path) -> Option<String> {
    let parts = path.strip_prefix(root).ok()?.components();
    let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    Some(parts.join("/"))
}

fn entries(folder: &Path) -> Vec<DirEntry> {
    let mut entries: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().collect();
    entries.sort_by_key(DirEntry::file_name);
    entries
}

/// A link is neither a file nor a folder here.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let is_file = |entry: &DirEntry| entry.file_type().is_ok_and(|kind| kind.is_file());
    entries(folder).into_iter().filter(is_file).map(|entry| entry.path()).collect()
}

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let is_wanted = |entry: &DirEntry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        is_folder && !name.starts_with('.') && !PASSED_OVER.contains(&name.as_ref())
    };
    entries(folder).into_iter().filter(is_wanted).map(|entry| entry.path()).collect()
}
