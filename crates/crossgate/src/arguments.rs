//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

const AFTER_HELP: &str = "\
A first run:
  1. cp crossgate.example.toml crossgate.toml      and say where your app and your API are
  2. export CROSSGATE_SECRET=$(openssl rand -hex 32)
  3. crossgate check                               names everything that is wrong, with the fix
     crossgate check --live                        also talks to the app, the APIs and the providers
  4. crossgate explain GET /dashboard              shows which rule decides about a request
  5. crossgate serve                               and open the address in public_url

Logs go to stderr: for people on a terminal, as JSON lines otherwise. CROSSGATE_LOG chooses what is logged, for
example CROSSGATE_LOG=info,crossgate::access=debug for a line per forwarded request.";

/// One sign-in across a Next.js front end and an existing Express API.
///
/// Crossgate stands in front of both. It signs people in with the API's own login, keeps sessions on the server
/// behind one HttpOnly cookie, protects pages before Next.js is reached, and proxies API calls with the right token.
#[derive(Parser)]
#[command(name = "crossgate", version, after_help = AFTER_HELP, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serve until SIGTERM or Ctrl-C; requests in flight finish.
    Serve(ConfigArguments),
    /// Check the configuration and report every problem at once, each with its line and a fix.
    Check(CheckArguments),
    /// Show which rule decides about a request and what the upstream would receive.
    #[command(
        after_help = "Examples:\n  crossgate explain GET /dashboard\n  crossgate explain POST /api/orders\n  crossgate explain GET /_next/data/build-id/account.json"
    )]
    Explain(ExplainArguments),
}

/// Where the configuration is.
#[derive(Args)]
pub(crate) struct ConfigArguments {
    /// The configuration file.
    #[arg(long, short, value_name = "FILE", default_value = "crossgate.toml", env = "CROSSGATE_CONFIG")]
    pub(crate) config: PathBuf,
}

/// What to check.
#[derive(Args)]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(crate) config: ConfigArguments,
    /// Also talk to the app, the APIs and the sign-in providers, and name what is wrong there. Signs nobody in.
    #[arg(long)]
    pub(crate) live: bool,
}

/// Which request to explain.
#[derive(Args)]
pub(crate) struct ExplainArguments {
    #[command(flatten)]
    pub(crate) config: ConfigArguments,
    /// The method, as in GET.
    pub(crate) method: http::Method,
    /// The target, as in /dashboard?tab=orders.
    pub(crate) target: String,
}
