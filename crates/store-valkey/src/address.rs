//! What the operator wrote about where the servers are, and how to reach them.

use std::fmt;

use percent_encoding::percent_decode_str;

/// Where a server listens, when nothing else is said.
const DEFAULT_PORT: u16 = 6379;
/// Where a Sentinel listens, when nothing else is said.
const DEFAULT_SENTINEL_PORT: u16 = 26379;
const DEFAULT_PREFIX: &str = "crossgate";
/// Longer ones would be in the name of every key.
const LONGEST_PREFIX: usize = 64;

/// Where the servers are.
#[derive(Clone)]
pub(crate) struct Address {
    /// At least one: the server, seeds of the cluster, or the Sentinels.
    pub(crate) hosts: Vec<(String, u16)>,
    pub(crate) is_encrypted: bool,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) database: i64,
    /// What the Sentinels call the server.
    pub(crate) sentinel: Option<String>,
    /// Whether the operator said that it is a cluster. One is recognised anyway.
    pub(crate) is_cluster: bool,
    pub(crate) prefix: String,
    /// How many replicas have to confirm a write that is promised to last.
    pub(crate) wait: u32,
}

/// What cannot be understood about a URL. Shows nothing of the URL, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlProblem {
    /// It begins with something else.
    #[error("it has to begin with valkey://, valkeys://, redis:// or rediss://")]
    Scheme,
    /// A host is missing or has a port that is no port.
    #[error("after the scheme come one or more hosts, each with a port or without, separated by commas")]
    Host,
    /// User or password is not percent-encoded UTF-8.
    #[error("user and password have to be percent-encoded UTF-8")]
    Credentials,
    /// The path is no number.
    #[error("the path is the number of a database, such as /0; a cluster has only that one")]
    Database,
    /// A parameter that there is not, or a value that it cannot have.
    #[error(
        "after the question mark there may be cluster=true, sentinel=<name>, prefix=<letters, digits, . _ : ->, \
         wait=<number of replicas>"
    )]
    Parameter,
    /// More than one way to find the server.
    #[error("sentinel and cluster exclude each other, and several hosts need one of them")]
    SeveralKinds,
}

impl Address {
    pub(crate) fn parse(url: &str) -> Result<Self, UrlProblem> {
        let (is_encrypted, rest) = scheme(url)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (credentials, hosts) =
            authority.rsplit_once('@').map_or((None, authority), |(left, right)| (Some(left), right));
        let (user, password) = credentials.map_or(Ok((None, None)), credentials_of)?;
        let mut address = Self {
            hosts: Vec::new(),
            is_encrypted,
            user,
            password,
            database: database(path)?,
            sentinel: None,
            is_cluster: false,
            prefix: DEFAULT_PREFIX.to_owned(),
            wait: 0,
        };
        form_urlencoded::parse(query.as_bytes()).try_for_each(|(name, value)| address.take(&name, &value))?;
        let port = if address.sentinel.is_some() { DEFAULT_SENTINEL_PORT } else { DEFAULT_PORT };
        address.hosts = hosts.split(',').map(|text| host(text, port)).collect::<Result<_, _>>()?;
        address.checked()
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), UrlProblem> {
        match (name, value) {
            ("cluster", "true") => self.is_cluster = true,
            ("cluster", "false") => self.is_cluster = false,
            ("sentinel", name) if !name.is_empty() => self.sentinel = Some(name.to_owned()),
            ("prefix", prefix) if is_prefix(prefix) => self.prefix = prefix.to_owned(),
            ("wait", replicas) => self.wait = replicas.parse().map_err(|_| UrlProblem::Parameter)?,
            _ => return Err(UrlProblem::Parameter),
        }
        Ok(())
    }

    fn checked(self) -> Result<Self, UrlProblem> {
        let is_alone = !self.is_cluster && self.sentinel.is_none();
        if self.is_cluster && self.sentinel.is_some() || is_alone && self.hosts.len() > 1 {
            return Err(UrlProblem::SeveralKinds);
        }
        if self.is_cluster && self.database != 0 { Err(UrlProblem::Database) } else { Ok(self) }
    }

    /// The hosts, for operators.
    pub(crate) fn place(&self) -> String {
        let hosts: Vec<_> = self.hosts.iter().map(|(host, port)| format!("{host}:{port}")).collect();
        hosts.join(",")
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

fn scheme(url: &str) -> Result<(bool, &str), UrlProblem> {
    let (scheme, rest) = url.split_once("://").ok_or(UrlProblem::Scheme)?;
    match scheme {
        "valkey" | "redis" => Ok((false, rest)),
        "valkeys" | "rediss" => Ok((true, rest)),
        _ => Err(UrlProblem::Scheme),
    }
}

fn credentials_of(text: &str) -> Result<(Option<String>, Option<String>), UrlProblem> {
    let (user, password) = text.split_once(':').map_or((text, None), |(user, rest)| (user, Some(rest)));
    let user = Some(decoded(user)?).filter(|user| !user.is_empty());
    Ok((user, password.map(decoded).transpose()?))
}

fn decoded(text: &str) -> Result<String, UrlProblem> {
    let text = percent_decode_str(text).decode_utf8().map_err(|_| UrlProblem::Credentials)?;
    Ok(text.into_owned())
}

fn database(path: &str) -> Result<i64, UrlProblem> {
    if path.is_empty() {
        return Ok(0);
    }
    path.parse().ok().filter(|number| *number >= 0).ok_or(UrlProblem::Database)
}

/// A name, an IPv4 address, or an IPv6 address in brackets, and the port where one is given.
fn host(text: &str, default_port: u16) -> Result<(String, u16), UrlProblem> {
    let (host, rest) = match text.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']').ok_or(UrlProblem::Host)?,
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let port = match rest.strip_prefix(':') {
        Some(port) => port.parse().map_err(|_| UrlProblem::Host)?,
        None if rest.is_empty() => default_port,
        None => return Err(UrlProblem::Host),
    };
    if host.is_empty() { Err(UrlProblem::Host) } else { Ok((host.to_owned(), port)) }
}

/// Braces would change which keys share a slot.
fn is_prefix(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
    (1..=LONGEST_PREFIX).contains(&text.len()) && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_url_is_read() {
        let url = "valkeys://ada:s%40cret%2F@one.example,[::1]:7000/3?sentinel=main&prefix=shop&wait=2";
        let address = Address::parse(url).unwrap();
        assert_eq!(address.hosts, [("one.example".to_owned(), 26379), ("::1".to_owned(), 7000)]);
        assert!(address.is_encrypted && !address.is_cluster);
        assert_eq!((address.user.as_deref(), address.password.as_deref()), (Some("ada"), Some("s@cret/")));
        assert_eq!((address.database, address.sentinel.as_deref()), (3, Some("main")));
        assert_eq!((address.prefix.as_str(), address.wait), ("shop", 2));
    }

    #[test]
    fn what_is_left_out_has_a_usual_value() {
        let address = Address::parse("redis://:secret@localhost").unwrap();
        assert_eq!(address.hosts, [("localhost".to_owned(), 6379)]);
        assert_eq!((address.user, address.password.as_deref()), (None, Some("secret")));
        assert_eq!((address.database, address.prefix.as_str(), address.wait), (0, "crossgate", 0));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (url, problem) in [
            ("http://localhost", UrlProblem::Scheme),
            ("localhost:6379", UrlProblem::Scheme),
            ("valkey://", UrlProblem::Host),
            ("valkey://a,,b?cluster=true", UrlProblem::Host),
            ("valkey://a:port", UrlProblem::Host),
            ("valkey://a:%FF@b", UrlProblem::Credentials),
            ("valkey://a/zero", UrlProblem::Database),
            ("valkey://a/1?cluster=true", UrlProblem::Database),
            ("valkey://a?prefix={b}", UrlProblem::Parameter),
            ("valkey://a?waits=1", UrlProblem::Parameter),
            ("valkey://a,b", UrlProblem::SeveralKinds),
            ("valkey://a?cluster=true&sentinel=main", UrlProblem::SeveralKinds),
        ] {
            assert_eq!(Address::parse(url).err(), Some(problem), "{url}");
        }
    }

    #[test]
    fn debug_shows_no_password() {
        let address = Address::parse("valkey://ada:secret@localhost").unwrap();
        assert!(!format!("{address:?} {}", address.place()).contains("secret"));
    }
}
