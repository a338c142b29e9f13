//! The server, or several of which one is the primary, and how to get to it.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres::{Client, Config, Connection, Error, NoTls};

use crate::error::OpenProblem;
use crate::tls::Tls;
use crate::url::{Parts, broken, problem};

/// A server, or several of which one is the primary.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) config: Config,
    pub(crate) tls: Tls,
}

impl Server {
    pub(crate) fn of(parts: &Parts<'_>, connect_timeout: Duration) -> Result<Self, OpenProblem> {
        let url = format!("{}?{}", parts.before, parts.for_the_driver.join("&"));
        let mut config: Config = url.parse().map_err(|_| broken())?;
        require_plain_hosts(&config)?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(connect_timeout);
        }
        notice_silence(&mut config);
        if config.get_application_name().is_none() {
            config.application_name("crossgate");
        }
        // After a failover the primary is another one of them.
        if parts.for_the_driver.iter().all(|pair| !pair.starts_with("target_session_attrs=")) {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        let tls = encryption(parts, &config)?;
        config.ssl_mode(if matches!(tls, Tls::Off) { SslMode::Disable } else { SslMode::Require });
        Ok(Self { config, tls })
    }

    /// A connection of its own, driven by a task beside.
    ///
    /// # Errors
    /// When there is none within `limit`.
    pub(crate) async fn connect(&self, limit: Duration) -> Result<Client, OpenProblem> {
        let connected = async {
            match &self.tls {
                Tls::Off => drive(self.config.connect(NoTls).await?),
                Tls::On(tls) => drive(self.config.connect(tls.clone()).await?),
            }
        };
        match tokio::time::timeout(limit, connected).await {
            Ok(Ok(client)) => Ok(client),
            Ok(Err(error)) => Err(OpenProblem::of_connecting(&error)),
            Err(_) => Err(OpenProblem::NoConnection(format!("nobody answered within {limit:?}"))),
        }
    }

    /// Hosts and the name of the database, for errors and logs.
    pub(crate) fn place(&self) -> String {
        let ports = self.config.get_ports();
        let port = |index: usize| ports.get(index).or(ports.first()).copied().unwrap_or(5432);
        let name = |(index, host): (usize, &Host)| match host {
            Host::Tcp(name) => format!("{name}:{}", port(index)),
            #[cfg(unix)]
            Host::Unix(path) => path.display().to_string(),
        };
        let hosts: Vec<_> = self.config.get_hosts().iter().enumerate().map(name).collect();
        format!("at {}/{}", hosts.join(","), self.config.get_dbname().unwrap_or_default())
    }
}

/// A machine that vanishes closes no connection. Unless the URL says otherwise that shows within about half a minute
/// where nobody asks anything, and within ten seconds where somebody does.
fn notice_silence(config: &mut Config) {
    if config.get_keepalives_idle() == Config::new().get_keepalives_idle() {
        config
            .keepalives_idle(Duration::from_secs(15))
            .keepalives_interval(Duration::from_secs(5))
            .keepalives_retries(3);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(Duration::from_secs(10));
    }
}

/// Whether to speak TLS. What stays in the machine needs none; everything else has it, with a certificate that is
/// checked, unless somebody wrote that it shall not.
fn encryption(parts: &Parts<'_>, config: &Config) -> Result<Tls, OpenProblem> {
    let roots = parts.get("sslrootcert").map(PathBuf::from);
    match parts.get("sslmode") {
        Some("disable") => Ok(Tls::Off),
        None if config.get_hosts().iter().all(is_here) && roots.is_none() => Ok(Tls::Off),
        None | Some("require" | "verify-full") => Tls::checked(roots.as_deref()),
        Some(_) => Err(problem(
            "`sslmode` in the URL is verify-full (as is require: the certificate is always checked) or disable",
        )),
    }
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// Part of a password that was not encoded looks like a host, and hosts are shown.
fn require_plain_hosts(config: &Config) -> Result<(), OpenProblem> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-_:".contains(c);
    let is_sound = |host: &Host| match host {
        Host::Tcp(name) => name.chars().all(is_plain),
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    if config.get_hosts().is_empty() || !config.get_hosts().iter().all(is_sound) {
        return Err(broken());
    }
    Ok(())
}

fn drive<S, T>((client, connection): (Client, Connection<S, T>)) -> Result<Client, Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    // Why it ends is told to whoever asks over it.
    tokio::spawn(async { drop(connection.await) });
    Ok(client)
}
