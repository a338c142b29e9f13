//! The rules of the house: who may use whom, how long a file may be, and which codes the documentation lists.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests: where something is not as expected, stopping is the answer"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand, Package};
use crossgate_core::error_code::ErrorCode;
use crossgate_core::session::EndReason;
use toml::{Table, Value};

/// Lines that a file may have.
const LONGEST_FILE: usize = 350;

/// What a crate may use.
struct Rule {
    /// Its name; a final `*` stands for every ending.
    name: &'static str,
    /// Crates of ours that it may use, as a normal or build dependency.
    ours: &'static [&'static str],
    /// Crates of others that it must not name itself.
    never_named: &'static [&'static str],
    /// Crates of others that must not come along with anything it uses.
    never_behind: &'static [&'static str],
}

const RUNTIME: &[&str] = &["tokio", "hyper", "rusqlite"];
const CHANCE: &[&str] = &["rand", "rand_core", "getrandom", "fastrand"];

/// The table of the design, `ARCHITECTURE.md` says why. `*` stands for everything of ours.
const RULES: &[Rule] = &[
    Rule { name: "crossgate-core", ours: &[], never_named: CHANCE, never_behind: RUNTIME },
    Rule { name: "crossgate-oidc", ours: &["crossgate-core"], never_named: CHANCE, never_behind: RUNTIME },
    Rule {
        name: "crossgate-nextauth",
        ours: &["crossgate-core"],
        never_named: CHANCE,
        never_behind: RUNTIME,
    },
    Rule { name: "crossgate-config", ours: &["crossgate-core"], never_named: CHANCE, never_behind: RUNTIME },
    Rule { name: "crossgate-store", ours: &["crossgate-core"], never_named: CHANCE, never_behind: RUNTIME },
    Rule {
        name: "crossgate-store-*",
        ours: &["crossgate-core", "crossgate-store"],
        never_named: CHANCE,
        never_behind: &["hyper"],
    },
    Rule {
        name: "crossgate-gateway",
        ours: &["crossgate-core", "crossgate-oidc", "crossgate-nextauth", "crossgate-store"],
        never_named: &["toml", "clap", "rand", "getrandom", "fastrand"],
        never_behind: &["rusqlite", "tokio-postgres", "redis", "fred"],
    },
    Rule { name: "crossgate", ours: &["*"], never_named: &[], never_behind: &[] },
    Rule { name: "crossgate-testkit", ours: &["*"], never_named: CHANCE, never_behind: &[] },
    Rule { name: "xtask", ours: &[], never_named: &[], never_behind: &[] },
];

/// Nobody may use these, whatever the table says.
const USED_BY_NOBODY: [&str; 3] = ["crossgate", "crossgate-testkit", "xtask"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// The crates of this workspace.
fn members() -> Vec<Package> {
    let mut command = MetadataCommand::new();
    // Without dependencies nothing has to be downloaded, whatever the platform.
    command.manifest_path(root().join("Cargo.toml")).no_deps();
    command.exec().unwrap().packages
}

fn rule_of(name: &str) -> &'static Rule {
    let exact = RULES.iter().find(|rule| rule.name == name);
    let fits = |rule: &&Rule| rule.name.strip_suffix('*').is_some_and(|head| name.starts_with(head));
    exact.or_else(|| RULES.iter().find(fits)).unwrap_or_else(|| {
        panic!(
            "the crate `{name}` has no rule: a crate exists because it forbids something, because it is one of \
             several, for tests, or because it is the binary. Anything else is a module. If it is one of these, add \
             it to RULES in crates/testkit/tests/house.rs and to the table of the design"
        )
    })
}

/// What a crate uses, tests left aside.
fn used(package: &Package) -> BTreeSet<String> {
    let dependencies = package.dependencies.iter();
    let kept = dependencies.filter(|dependency| dependency.kind != DependencyKind::Development);
    kept.map(|dependency| dependency.name.clone()).collect()
}

#[test]
fn crates_use_only_what_the_design_allows() {
    let members = members();
    let ours: BTreeSet<String> = members.iter().map(|package| package.name.to_string()).collect();
    for package in &members {
        let rule = rule_of(&package.name);
        for dependency in used(package) {
            let is_ours = ours.contains(&dependency);
            let allowed = rule.ours.contains(&"*") || rule.ours.contains(&dependency.as_str());
            assert!(!is_ours || allowed, "`{}` must not use `{dependency}`", package.name);
            assert!(
                !USED_BY_NOBODY.contains(&dependency.as_str()),
                "`{}` must not use `{dependency}`, except as a dev-dependency",
                package.name
            );
            assert!(
                !rule.never_named.contains(&dependency.as_str()),
                "`{}` must not use `{dependency}`: time, chance and drivers come from outside",
                package.name
            );
        }
    }
}

#[test]
fn testkit_does_not_use_the_binary_not_even_in_tests() {
    let members = members();
    let testkit = members.iter().find(|package| package.name == "crossgate-testkit").unwrap();
    assert!(testkit.dependencies.iter().all(|dependency| dependency.name != "crossgate"));
}

/// Who uses whom, as the lock file says; several versions of a crate are taken together.
fn locked() -> BTreeMap<String, BTreeSet<String>> {
    let lock: Table = fs::read_to_string(root().join("Cargo.lock")).unwrap().parse().unwrap();
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in lock["package"].as_array().unwrap() {
        let dependencies = package.get("dependencies").and_then(Value::as_array);
        let names = dependencies.into_iter().flatten().filter_map(Value::as_str);
        let names = names.filter_map(|text| text.split(' ').next()).map(str::to_owned);
        graph.entry(package["name"].as_str().unwrap().to_owned()).or_default().extend(names);
    }
    graph
}

/// Everything that comes along with `first`. Crates of ours answer for what they use themselves.
fn behind(first: BTreeSet<String>, graph: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let (mut found, mut open) = (first.clone(), Vec::from_iter(first));
    while let Some(name) = open.pop() {
        let is_ours = name.starts_with("crossgate");
        for next in graph.get(&name).into_iter().flatten().filter(|_| !is_ours) {
            if found.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    found
}

#[test]
fn runtimes_and_drivers_do_not_come_along_unnoticed() {
    let graph = locked();
    for package in members() {
        let behind = behind(used(&package), &graph);
        for banned in rule_of(&package.name).never_behind {
            assert!(
                !behind.contains(*banned),
                "something that `{}` uses brings `{banned}` along",
                package.name
            );
        }
    }
}

/// All Rust files below a folder.
fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn no_file_knows_everything() {
    let mut files = Vec::new();
    for folder in ["crates", "xtask/src"] {
        rust_files(&root().join(folder), &mut files);
    }
    let lines = |path: &PathBuf| fs::read_to_string(path).unwrap().lines().count();
    let long: Vec<String> = files
        .iter()
        .filter(|path| lines(path) > LONGEST_FILE)
        .map(|path| format!("{} has {} lines", path.strip_prefix(root()).unwrap().display(), lines(path)))
        .collect();
    assert!(files.len() > 100, "the files were found");
    assert!(long.is_empty(), "at most {LONGEST_FILE} lines; split what has two subjects: {long:#?}");
}

/// The first cell of every row of the table.
fn documented_codes(page: &str) -> Vec<&str> {
    let cells = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    cells.map(|(code, _)| code).collect()
}

#[test]
fn the_documentation_lists_exactly_the_codes_that_there_are() {
    let page = fs::read_to_string(root().join("docs/reference/error-codes.md")).unwrap();
    let (page, reasons) = page.split_once("## Why a session ended").expect("a table of reasons");
    for reason in EndReason::ALL {
        assert!(reasons.contains(&format!("`{}`", reason.code())), "{reason:?} is not explained");
    }
    let codes: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    let documented = documented_codes(page);
    let missing: Vec<_> = codes.iter().filter(|code| !documented.contains(code)).collect();
    let made_up: Vec<_> = documented.iter().filter(|code| !codes.contains(code)).collect();
    assert!(missing.is_empty(), "docs/reference/error-codes.md does not list {missing:?}");
    assert!(made_up.is_empty(), "docs/reference/error-codes.md lists {made_up:?}, which do not exist");
    assert_eq!(documented.len(), codes.len(), "a code stands twice");
}
