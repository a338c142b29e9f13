//! What a URL says: what the driver knows, and what only we do.

use std::borrow::Cow;
use std::time::Duration;

use percent_encoding::percent_decode_str;

use crate::error::OpenProblem;
use crate::server::Server;
use crate::statement::Schema;

const DEFAULT_SCHEMA: &str = "crossgate";

const DEFAULT_CONNECTIONS: usize = 10;

/// What PostgreSQL takes for a name, in bytes, and what `crossgate_` leaves of it.
const LONGEST_SCHEMA: usize = 63 - "crossgate_".len();

/// What the driver takes behind the `?`; `sslmode` is ours, because this program checks certificates or uses none.
const OF_THE_DRIVER: [&str; 18] = [
    "user",
    "password",
    "dbname",
    "options",
    "application_name",
    "host",
    "sslnegotiation",
    "hostaddr",
    "port",
    "connect_timeout",
    "tcp_user_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
    "target_session_attrs",
    "channel_binding",
    "load_balance_hosts",
];

/// From where it is heard that something happened.
pub(crate) enum Listening {
    No,
    At(Box<Server>),
}

/// Everything that a URL says.
pub(crate) struct Settings {
    pub(crate) server: Server,
    pub(crate) schema: Schema,
    pub(crate) connections: usize,
    pub(crate) is_prepared: bool,
    pub(crate) listening: Listening,
}

/// A URL taken apart at its `?`.
pub(crate) struct Parts<'a> {
    pub(crate) before: &'a str,
    parameters: Vec<(&'a str, Cow<'a, str>)>,
    /// As they stand in the URL, for the driver.
    pub(crate) for_the_driver: Vec<&'a str>,
}

impl Settings {
    /// Reads a URL.
    ///
    /// # Errors
    /// When something in it is not known or does not fit. The text quotes nothing that could be part of a password.
    pub(crate) fn parse(url: &str, connect_timeout: Duration) -> Result<Self, OpenProblem> {
        let parts = Parts::of(url)?;
        let server = Server::of(&parts, connect_timeout)?;
        let is_prepared = parts.truth("prepared")?.unwrap_or(true);
        let listening = match parts.get("listen") {
            Some("false") => Listening::No,
            Some(url) if url != "true" => {
                Listening::At(Box::new(Server::of(&Parts::of(url)?, connect_timeout)?))
            }
            // Where no session is kept nothing can be heard.
            None if !is_prepared => Listening::No,
            _ => Listening::At(Box::new(server.clone())),
        };
        let connections = parts.number("pool")?.unwrap_or(DEFAULT_CONNECTIONS);
        Ok(Self { schema: parts.schema()?, connections, is_prepared, listening, server })
    }
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Result<Self, OpenProblem> {
        let is_ours = url.starts_with("postgres://") || url.starts_with("postgresql://");
        if !is_ours {
            return Err(problem("the URL of the database begins with postgres://"));
        }
        let (before, after) = url.split_once('?').unwrap_or((url, ""));
        let (mut parameters, mut for_the_driver) = (Vec::new(), Vec::new());
        for pair in after.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or_else(broken)?;
            match name {
                "schema" | "pool" | "prepared" | "listen" | "sslmode" | "sslrootcert" => {
                    let value = percent_decode_str(value).decode_utf8().map_err(|_| broken())?;
                    parameters.push((name, value));
                }
                _ if OF_THE_DRIVER.contains(&name) => for_the_driver.push(pair),
                _ => return Err(unknown(name)),
            }
        }
        Ok(Self { before, parameters, for_the_driver })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value.as_ref())
    }

    fn truth(&self, name: &str) -> Result<Option<bool>, OpenProblem> {
        let value = self.get(name).map(str::parse).transpose();
        value.map_err(|_| problem(&format!("`{name}` in the URL is true or false")))
    }

    fn number(&self, name: &str) -> Result<Option<usize>, OpenProblem> {
        match self.get(name).map(str::parse).transpose() {
            Ok(Some(0)) | Err(_) => Err(problem(&format!("`{name}` in the URL is a number from 1 on"))),
            Ok(number) => Ok(number),
        }
    }

    fn schema(&self) -> Result<Schema, OpenProblem> {
        let name = self.get("schema").unwrap_or(DEFAULT_SCHEMA);
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty() || name.len() > LONGEST_SCHEMA || !name.chars().all(is_plain) {
            let rule = format!("`schema` in the URL has 1 to {LONGEST_SCHEMA} of a-z, 0-9 and _");
            return Err(problem(&rule));
        }
        Ok(Schema::new(name))
    }
}

fn unknown(name: &str) -> OpenProblem {
    if name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
        problem(&format!("the URL has `{name}`, which is not known"))
    } else {
        broken()
    }
}

pub(crate) fn broken() -> OpenProblem {
    problem(
        "the URL cannot be read; it is postgres://user:password@host:5432/database, and :, /, ?, #, @ and % in a \
         password are written with %",
    )
}

pub(crate) fn problem(text: &str) -> OpenProblem {
    OpenProblem::Url(text.to_owned())
}

#[cfg(test)]
#[path = "url_tests.rs"]
mod tests;
