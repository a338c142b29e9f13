//! What `SECURITY.md` and the table of the ASVS say of tests: each of them exists, and no requirement is left out.
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

/// How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has. Within a section they come first and are
/// numbered without a gap.
const SECTIONS: [(&str, usize); 72] = [
    ("1.1", 2),
    ("1.2", 9),
    ("1.3", 11),
    ("1.4", 3),
    ("1.5", 2),
    ("2.1", 3),
    ("2.2", 3),
    ("2.3", 4),
    ("2.4", 1),
    ("3.2", 2),
    ("3.3", 4),
    ("3.4", 6),
    ("3.5", 5),
    ("3.7", 2),
    ("4.1", 3),
    ("4.2", 1),
    ("4.3", 2),
    ("4.4", 4),
    ("5.1", 1),
    ("5.2", 3),
    ("5.3", 2),
    ("5.4", 3),
    ("6.1", 3),
    ("6.2", 12),
    ("6.3", 4),
    ("6.4", 4),
    ("6.5", 5),
    ("6.6", 3),
    ("6.8", 4),
    ("7.1", 3),
    ("7.2", 4),
    ("7.3", 2),
    ("7.4", 5),
    ("7.5", 2),
    ("7.6", 2),
    ("8.1", 2),
    ("8.2", 3),
    ("8.3", 1),
    ("8.4", 1),
    ("9.1", 3),
    ("9.2", 4),
    ("10.1", 2),
    ("10.2", 2),
    ("10.3", 4),
    ("10.4", 11),
    ("10.5", 5),
    ("10.6", 2),
    ("10.7", 3),
    ("11.1", 2),
    ("11.2", 3),
    ("11.3", 3),
    ("11.4", 4),
    ("11.5", 1),
    ("11.6", 1),
    ("12.1", 3),
    ("12.2", 2),
    ("12.3", 4),
    ("13.1", 1),
    ("13.2", 5),
    ("13.3", 2),
    ("13.4", 5),
    ("14.1", 2),
    ("14.2", 4),
    ("14.3", 3),
    ("15.1", 3),
    ("15.2", 3),
    ("15.3", 7),
    ("16.1", 1),
    ("16.2", 5),
    ("16.3", 4),
    ("16.4", 3),
    ("16.5", 3),
];

/// What a row may say of a requirement.
const STATES: [&str; 9] =
    ["met", "met at level 1", "partly", "not met", "app", "API", "app, API", "operator", "none"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn page(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

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

/// The name of the function that this line begins.
fn function(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("fn ")?;
    rest.split(['(', '<']).next()
}

/// Every test, and every check that all stores must pass.
fn tests() -> BTreeSet<String> {
    let mut files = Vec::new();
    ["crates", "xtask/src"].iter().for_each(|folder| rust_files(&root().join(folder), &mut files));
    let mut tests = BTreeSet::new();
    for file in files {
        let is_suite = file.components().any(|part| part.as_os_str() == "suite");
        let (text, mut follows) = (fs::read_to_string(&file).unwrap(), false);
        for line in text.lines() {
            follows |= line.trim() == "#[test]" || is_suite && line.starts_with("pub async fn ");
            if let Some(name) = function(line).filter(|_| follows) {
                tests.insert(name.to_owned());
                follows = false;
            }
        }
    }
    tests
}

/// What stands in backticks and reads as a sentence: the name of a test.
fn named_tests(page: &str) -> Vec<&str> {
    let is_name = |text: &&str| {
        let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        text.matches('_').count() > 2 && text.chars().all(is_letter)
    };
    page.split('`').skip(1).step_by(2).filter(is_name).collect()
}

#[test]
fn every_test_that_the_promises_and_the_asvs_name_exists() {
    let tests = tests();
    for path in ["SECURITY.md", "ARCHITECTURE.md", "docs/reference/asvs.md"] {
        let page = page(path);
        let named = named_tests(&page);
        assert!(named.len() > 20, "{path} names tests");
        let missing: Vec<&&str> = named.iter().filter(|name| !tests.contains(**name)).collect();
        assert!(missing.is_empty(), "{path} names tests that there are not: {missing:#?}");
    }
}

/// The cells of each row that begins with a number.
fn rows(page: &str) -> Vec<Vec<&str>> {
    let rows = page.lines().filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'));
    let cells = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    cells.filter(|cells| cells[0].starts_with(|c: char| c.is_ascii_digit())).collect()
}

/// `1.2.6–1.2.8, 1.3.1` one by one.
fn numbers(cell: &str) -> Vec<String> {
    let last = |number: &str| number.rsplit('.').next().unwrap().parse::<usize>().unwrap();
    let spelled = cell.split(", ").flat_map(|part| match part.split_once('–') {
        None => vec![part.to_owned()],
        Some((from, to)) => {
            let section = from.rsplit_once('.').unwrap().0;
            (last(from)..=last(to)).map(|number| format!("{section}.{number}")).collect()
        }
    });
    spelled.collect()
}

#[test]
fn every_requirement_of_levels_one_and_two_stands_in_the_table_once() {
    let page = page("docs/reference/asvs.md");
    let mut said: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows(&page) {
        assert_eq!(row.len(), 5, "number, level, subject, state, how: {row:?}");
        assert!(STATES.contains(&row[3]), "{row:?}");
        assert!(row[3] != "partly" && row[3] != "not met" || !row[4].is_empty(), "what is missing? {row:?}");
        numbers(row[0]).into_iter().for_each(|number| *said.entry(number).or_default() += 1);
    }
    let webrtc = ["17.1.1", "17.2.1", "17.2.2", "17.2.3", "17.2.4", "17.3.1", "17.3.2"].map(str::to_owned);
    let of_section = |(section, count): (&str, usize)| {
        (1..=count).map(|number| format!("{section}.{number}")).collect::<Vec<_>>()
    };
    let asked: Vec<String> = SECTIONS.into_iter().flat_map(of_section).chain(webrtc).collect();
    assert_eq!(asked.len(), 70 + 183, "what the standard says of itself");
    for number in &asked {
        assert_eq!(said.remove(number), Some(1), "{number}");
    }
    assert!(said.is_empty(), "no requirement of levels 1 and 2: {said:?}");
}
