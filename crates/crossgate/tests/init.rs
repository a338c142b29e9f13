//! `crossgate init`, run as a person runs it, in folders of their own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends with a panic, wherever in it the fault is found"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// An app and an API side by side, with secrets in their files.
fn project() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, text) in [
        (
            "web/package.json",
            r#"{ "scripts": { "dev": "next dev" }, "dependencies": { "next": "15", "next-auth": "4.24.11" } }"#,
        ),
        ("web/.env.local", "NEXTAUTH_SECRET=very-secret-value\n"),
        (
            "web/pages/api/auth/[...nextauth].js",
            "import NextAuth from 'next-auth'; export default NextAuth({ providers: [] });",
        ),
        ("api/package.json", r#"{ "dependencies": { "express": "^5.0.0", "jsonwebtoken": "^9.0.0" } }"#),
        ("api/.env", "JWT_SECRET=very-secret-value\n"),
        (
            "api/server.js",
            "import express from 'express';\nconst app = express();\nthrow new Error('nobody may run this');\n\
             app.post('/api/login', (req, res) => { const { email, password } = req.body; res.json({ token: jwt.sign({}, s), user }); });\n\
             app.get('/api/me', requireAuth, me);\napp.listen(4100);",
        ),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crossgate"));
    command.args(arguments).current_dir(folder).env_clear();
    command.env("CROSSGATE_SECRET", "0123456789abcdefghijklmnopqrstuvwxyz");
    command.env("NEXTAUTH_SECRET", "another-0123456789abcdefghijklmnopqrstuvwxyz");
    command
}

/// What was said, on both channels; a secret is never in it.
fn said(output: &Output) -> String {
    let said = String::from_utf8([output.stdout.as_slice(), &output.stderr].concat()).unwrap();
    assert!(!said.contains("very-secret-value"), "{said}");
    said
}

#[test]
fn the_file_that_is_written_passes_the_check() {
    let project = project();
    let output = run(project.path(), &["init"]);
    let report = said(&output);
    assert!(output.status.success(), "{report}");
    assert!(report.contains("Wrote crossgate.toml"), "{report}");
    assert!(report.contains("POST /api/login with email, password (api/server.js:4)"), "{report}");
    let text = fs::read_to_string(project.path().join("crossgate.toml")).unwrap();
    assert!(
        text.contains("secret = \"${NEXTAUTH_SECRET}\"") && !text.contains("very-secret-value"),
        "{text}"
    );
    let checked = run(project.path(), &["check"]);
    assert!(checked.status.success(), "{}", said(&checked));
    let explained = said(&run(project.path(), &["explain", "GET", "/api/me"]));
    assert!(explained.contains("http://127.0.0.1:4100"), "{explained}");
}

#[test]
fn a_file_that_exists_stays_what_it_is() {
    let project = project();
    let file = project.path().join("crossgate.toml");
    fs::write(&file, "mine").unwrap();
    let output = run(project.path(), &["init"]);
    assert!(!output.status.success());
    assert!(said(&output).contains("crossgate.toml is there already"), "{}", said(&output));
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    assert!(run(project.path(), &["init", "--force"]).status.success());
    assert!(fs::read_to_string(&file).unwrap().contains("[[api]]"));
}

#[test]
fn printing_writes_nothing() {
    let project = project();
    let output = run(project.path(), &["init", "--print"]);
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(text.contains("[[api]]") && !text.contains("What I could not know"), "{text}");
    assert!(said(&output).contains("What I could not know"));
    assert!(!project.path().join("crossgate.toml").exists());
}

#[test]
fn folders_can_be_named_and_the_file_too() {
    let project = project();
    let elsewhere = TempDir::new().unwrap();
    let (web, api) = (project.path().join("web"), project.path().join("api"));
    let arguments =
        ["init", "--app", web.to_str().unwrap(), "--api", api.to_str().unwrap(), "-o", "gateway.toml"];
    let output = run(elsewhere.path(), &arguments);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("crossgate check --config gateway.toml"), "{}", said(&output));
    assert!(elsewhere.path().join("gateway.toml").exists());
    let wrong = run(elsewhere.path(), &["init", "--api", "nowhere"]);
    assert!(!wrong.status.success() && said(&wrong).contains("nowhere is not a folder"));
}

#[test]
fn what_comes_next_can_be_typed_as_it_stands() {
    let project = project();
    fs::rename(project.path().join("api/.env"), project.path().join("api/.env.example")).unwrap();
    let report =
        said(&command(project.path(), &["init"]).env("npm_lifecycle_event", "npx").output().unwrap());
    let (_, next) = report.split_once("\nNext\n").unwrap();
    let steps: Vec<&str> = next.lines().collect();
    assert!(steps[0].starts_with("  1. cp api/.env.example api/.env "), "{report}");
    assert!(steps[1].starts_with("  2. export NEXTAUTH_SECRET"), "{report}");
    assert!(steps[2].starts_with("  3. npx crossgate dev"), "{report}");
    assert!(next.contains("  npx crossgate check"), "{report}");
    let plain = said(&run(project.path(), &["init", "--force"]));
    assert!(plain.contains(". crossgate dev") && !plain.contains("npx crossgate"), "{plain}");
}
