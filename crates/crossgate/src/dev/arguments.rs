//! What can be asked of `crossgate dev`.

use std::ffi::OsString;
use std::num::NonZeroU16;
use std::path::PathBuf;

use clap::Args;

use crate::arguments::ConfigArguments;

/// Paragraphs are one line each: they are wrapped to the width of the terminal.
pub(crate) const ABOUT: &str = "\
Examples:
  crossgate dev -- npm run dev
        the app, and the gateway in front of it
  crossgate dev --run 'api=npm run dev --prefix api' -- npm run dev --prefix web
        an API as well
  crossgate dev
        the gateway alone; the app is started somewhere else

Everything ends together: with Ctrl-C, or when one of the commands ends by itself.

\"Test people\" stands among the ways to sign in, without a line in the configuration. Who is signed in is shown on the \
page of that provider, with buttons that let tokens expire and sign people out there. A provider of the configuration \
whose environment variables are not set is left out.

Where CROSSGATE_SECRET is not set, one is made and kept in .crossgate beside the configuration; sessions are there too, \
unless the configuration says where. Commands see CROSSGATE_URL and CROSSGATE_API_URL.";

/// How to develop.
#[derive(Args)]
pub(crate) struct DevArguments {
    #[command(flatten)]
    pub(super) config: ConfigArguments,
    /// Listen on this port, whatever the configuration says.
    #[arg(long, value_name = "PORT")]
    pub(super) port: Option<NonZeroU16>,
    /// Leave the test people out.
    #[arg(long)]
    pub(super) no_provider: bool,
    /// Test people of your own: a JSON list of objects with `name`, `email` and any further claims, such as `role`.
    #[arg(long, value_name = "FILE", conflicts_with = "no_provider")]
    pub(super) people: Option<PathBuf>,
    /// One more command, for a shell. NAME stands before its lines. Can be repeated.
    #[arg(long = "run", value_name = "[NAME=]COMMAND", value_parser = parse_run)]
    pub(super) runs: Vec<Run>,
    /// The command that starts the app.
    #[arg(last = true, value_name = "COMMAND")]
    pub(super) command: Vec<OsString>,
}

/// What the supervisor runs.
#[derive(Args)]
pub(crate) struct SuperviseArguments {
    /// The command.
    #[arg(last = true, required = true)]
    pub(super) command: Vec<OsString>,
}

/// A command for a shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    /// What stands before its lines, where that was said.
    pub(super) name: Option<String>,
    /// For the shell.
    pub(super) script: String,
}

/// A name has small letters, digits and dashes: `PORT=4000 npm start` is a command.
fn parse_run(text: &str) -> Result<Run, &'static str> {
    let is_name = |name: &str| {
        name.starts_with(|letter: char| letter.is_ascii_lowercase())
            && name
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
    };
    let (name, script) = match text.split_once('=') {
        Some((name, script)) if is_name(name) => (Some(name.to_owned()), script),
        _ => (None, text),
    };
    match script.trim().is_empty() {
        true => Err("there is no command"),
        false => Ok(Run { name, script: script.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_stand_before_a_command() {
        for (text, name, script) in [
            ("npm run dev", None, "npm run dev"),
            ("api=npm run dev", Some("api"), "npm run dev"),
            ("api-2=PORT=1 npm start", Some("api-2"), "PORT=1 npm start"),
            ("PORT=4000 npm start", None, "PORT=4000 npm start"),
            ("npm start --port=4000", None, "npm start --port=4000"),
        ] {
            let wanted = Run { name: name.map(str::to_owned), script: script.to_owned() };
            assert_eq!(parse_run(text), Ok(wanted), "{text}");
        }
        for text in ["", " ", "api="] {
            assert!(parse_run(text).is_err(), "{text:?}");
        }
    }
}
