//! What to do once the file is written.

use super::draft::{Findings, draft};
use super::express::Api;
use super::next::App;

/// The file, and the program as the person called it.
pub(crate) struct Written<'a> {
    pub(crate) file: &'a str,
    pub(crate) program: &'a str,
}

/// How the program is called again: npm puts it into the path only for what `npx` starts.
pub(crate) fn program(npm_event: Option<&str>) -> &'static str {
    if npm_event == Some("npx") { "npx crossgate" } else { "crossgate" }
}

pub(super) fn next_steps(findings: &Findings, written: &Written<'_>) -> Vec<String> {
    let mut steps: Vec<String> = environment_of_api(findings).into_iter().collect();
    let names = secret_names(findings);
    if !names.is_empty() {
        steps.push(format!("export {}, with the values that the app has", names.join(", ")));
    }
    let (program, config) = (written.program, config_option(written.file));
    let (api, app) = (start_of_api(findings), start_of(findings.app.as_ref()));
    steps.push(format!("{program} dev{config}{api} -- {app}"));
    let numbered = steps.into_iter().enumerate().map(|(index, step)| format!("  {}. {step}", index + 1));
    let without_dev = [
        "Later, for `crossgate serve`, which has no test people and makes no secret".to_owned(),
        "  export CROSSGATE_SECRET=$(openssl rand -hex 32)".to_owned(),
        format!("  {program} check{config}"),
    ];
    [String::from("Next")].into_iter().chain(numbered).chain([String::new()]).chain(without_dev).collect()
}

fn config_option(file: &str) -> String {
    if file == "crossgate.toml" { String::new() } else { format!(" --config {file}") }
}

/// An API whose `.env` was never made does not start.
fn environment_of_api(findings: &Findings) -> Option<String> {
    let api = findings.api.as_ref()?;
    let example = api.environment_example.as_deref()?;
    let place = if api.shown == "." { String::new() } else { format!("{}/", api.shown) };
    Some(format!("cp {place}{example} {place}.env    # the API has no .env yet; look through it"))
}

/// How a developer starts the app from here.
fn start_of(app: Option<&App>) -> String {
    match app {
        Some(app) if !app.has_dev_script => "npx next dev".to_owned(),
        Some(app) => run_script(&app.shown, "dev"),
        None => run_script(".", "dev"),
    }
}

fn run_script(folder: &str, script: &str) -> String {
    let place = if folder == "." { String::new() } else { format!(" --prefix {folder}") };
    format!("npm{place} run {script}")
}

/// The API beside the app, where it is a package of its own.
fn start_of_api(findings: &Findings) -> String {
    let is_alone = |api: &&Api| findings.app.as_ref().is_some_and(|app| app.shown != api.shown);
    let api = findings.api.as_ref().filter(is_alone);
    let command = api.and_then(|api| Some(run_script(&api.shown, api.start?)));
    command.map(|command| format!(" --run \"api={command}\"")).unwrap_or_default()
}

/// Names in the environment that the file needs beside its own secret.
fn secret_names(findings: &Findings) -> Vec<String> {
    let text = draft(findings);
    let mut names: Vec<String> = Vec::new();
    for part in text.lines().filter(|line| !line.starts_with('#')).flat_map(|line| line.split("${").skip(1)) {
        let name = part.split(['}', ':']).next().unwrap_or_default().to_owned();
        if name != "CROSSGATE_SECRET" && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
