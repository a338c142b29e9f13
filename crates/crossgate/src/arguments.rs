//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use http::{HeaderName, HeaderValue};

use crate::dev::{self, DevArguments, SuperviseArguments};
use crate::routes::{self, RoutesArguments};
use crate::sessions::{self, SessionsArguments};
use crate::store::{self, StoreArguments};

const AFTER_HELP: &str = "\
A first run:
  1. crossgate init                                reads your project and writes crossgate.toml
  2. crossgate dev -- npm run dev                  the app behind Crossgate, with test people; says what to open

Then, on a server:
  1. export CROSSGATE_SECRET=$(openssl rand -hex 32)
  2. crossgate check                               names everything that is wrong, with the fix
     crossgate check --live                        also talks to the app, the APIs and the providers
  3. crossgate explain GET /dashboard              shows which rule decides about a request
  4. crossgate routes --from .next                 lists every page that `next build` made, with its rule
  5. crossgate serve                               and open the address in public_url

Logs go to stderr: for people on a terminal, as JSON lines otherwise. CROSSGATE_LOG chooses what is logged, for
example CROSSGATE_LOG=info,crossgate::access=debug for a line per forwarded request.";

const KEYS_HELP: &str = "\
The life of a key:
  published        it is in the key set (/.well-known/jwks.json): whoever verifies learns of it
  signing          from ten minutes after it was made; the first key of a store signs at once
  verifying only   the next key signs; tokens of this one are still accepted
  retired          two hours after that nothing of it can be alive, and it is removed

A running Crossgate makes the next key by itself, when the newest is older than
signing_keys.rotate_every (90d unless the configuration says otherwise). What this command did
it notices within ten seconds: nothing has to be restarted.

Run it as the user that Crossgate runs as, and with the same secret in the environment.

Examples:
  crossgate keys list
  crossgate keys rotate --config /etc/crossgate/crossgate.toml";

const ROTATE_HELP: &str = "\
The new key signs ten minutes after it was made. The old one is accepted for two hours more, and
is then removed. Nobody is signed out, and no API has to be told: it finds the new key in the
key set.

If a key has leaked, that is too slow. docs/guide/operating.md says what to do then.";

const EXPLAIN_HELP: &str = "\
Examples:
  crossgate explain GET /dashboard
  crossgate explain POST /api/orders
  crossgate explain GET /_next/data/build-id/account.json
  crossgate explain GET '/_next/image?url=%2Fprivate%2Fplan.png&w=64&q=75'
  crossgate explain POST /open --header 'Next-Action: 7f00'
  crossgate explain GET /photos/1 -H 'RSC: 1' -H 'Next-Url: /feed'";

const INIT_HELP: &str = "\
What it looks for:
  the Next.js app     version, routers, port, basePath, locales, pages that ask for a session
  next-auth           version, providers, pages, callbacks, the name of its secret
  the Express API     port, routes and guards, login, where its token is, refresh, logout

It reads package.json and sources as text, here and up to four folders below. Where this is
the app or the API alone, it looks for the other one beside it. It runs nothing, follows no
links, and never shows or writes the value of a secret: those stay in the environment.

The file says of each line where it was read. What could not be known is a line behind a #,
and is listed at the end.

Examples:
  crossgate init                          in the folder that holds both
  crossgate init --print                  only show the file
  crossgate init --app web --api server   name them, where there are several";

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
    /// Read the project in a folder and write a first crossgate.toml for it.
    #[command(after_help = INIT_HELP)]
    Init(InitArguments),
    /// Serve until SIGTERM or Ctrl-C; requests in flight finish.
    Serve(ConfigArguments),
    /// Run the gateway and the app together while developing, with test people to sign in as.
    #[command(after_help = dev::ABOUT)]
    Dev(DevArguments),
    /// The process between `dev` and a command that it runs.
    #[command(hide = true)]
    Supervise(SuperviseArguments),
    /// Check the configuration and report every problem at once, each with its line and a fix.
    Check(CheckArguments),
    /// Show which rule decides about a request and what the upstream would receive.
    #[command(after_help = EXPLAIN_HELP)]
    Explain(ExplainArguments),
    /// List every page of a built Next.js app with the rule that decides about it.
    #[command(after_help = routes::ABOUT)]
    Routes(RoutesArguments),
    /// Look at the keys that tokens are signed with, and make the next one.
    #[command(after_help = KEYS_HELP, arg_required_else_help = true)]
    Keys(KeysArguments),
    /// Look at sessions and end them: who is signed in, why somebody no longer is, signing people out.
    #[command(after_help = sessions::ABOUT)]
    Sessions(SessionsArguments),
    /// Bring the store up to date, try it out, or take everything in it to another store.
    #[command(after_help = store::ABOUT, arg_required_else_help = true)]
    Store(StoreArguments),
}

/// Where the configuration is.
#[derive(Args)]
pub(crate) struct ConfigArguments {
    /// The configuration file.
    #[arg(
        long,
        short,
        value_name = "FILE",
        default_value = "crossgate.toml",
        env = "CROSSGATE_CONFIG",
        global = true
    )]
    pub(crate) config: PathBuf,
}

/// What to read, and where to write.
#[derive(Args)]
pub(crate) struct InitArguments {
    /// The folder of the project.
    #[arg(default_value = ".")]
    pub(crate) folder: PathBuf,
    /// The folder of the Next.js app.
    #[arg(long, value_name = "DIR")]
    pub(crate) app: Option<PathBuf>,
    /// The folder of the Express API.
    #[arg(long, value_name = "DIR")]
    pub(crate) api: Option<PathBuf>,
    /// The file to write. Default: crossgate.toml in the folder.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write it anew where it exists.
    #[arg(long)]
    pub(crate) force: bool,
    /// Show the file in place of writing it.
    #[arg(long)]
    pub(crate) print: bool,
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

/// What to do with signing keys.
#[derive(Args)]
pub(crate) struct KeysArguments {
    #[command(subcommand)]
    pub(crate) command: KeysCommand,
}

/// What to do with signing keys.
#[derive(Subcommand)]
pub(crate) enum KeysCommand {
    /// Show all keys: id, algorithm, when each was made, from when on it signs, and its state.
    List(ConfigArguments),
    /// Make the next key now, whatever the schedule says.
    #[command(after_help = ROTATE_HELP)]
    Rotate(ConfigArguments),
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
    /// A header of the request, as in 'Next-Action: 7f00'. As often as needed.
    #[arg(long = "header", short = 'H', value_name = "NAME: VALUE", value_parser = header)]
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = text.split_once(':').ok_or("write the name, a colon and the value")?;
    let name = name.trim().parse().map_err(|_| "the name of a header has letters, digits and hyphens")?;
    let value = value.trim().parse().map_err(|_| "the value of a header is one line of text")?;
    Ok((name, value))
}
