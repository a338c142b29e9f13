//! What can be asked of sessions.

use clap::{Args, Subcommand};
use crossgate_core::identity::{Subject, SubjectError};
use crossgate_core::session::{SessionHandle, SessionHandleError};
use crossgate_core::time::Timestamp;

use super::words;
use crate::arguments::ConfigArguments;

/// Paragraphs are one line each: they are wrapped to the width of the terminal.
pub(crate) const ABOUT: &str = "\
A session is named by its handle: 16 characters that stand in the log (session=…), in GET /api/auth/sessions and in \
the first column of the list. It opens nothing, so it may be shown and written down.

Examples:
  crossgate sessions list
        everybody who is signed in
  crossgate sessions list --user 4711
        the sessions of one person
  crossgate sessions show Zm9vYmFyYmF6cXV4
        one session, or when and why it ended
  crossgate sessions revoke --session Zm9vYmFyYmF6cXV4
        ends it
  crossgate sessions revoke --user 4711
        signs a person out everywhere
  crossgate sessions revoke --before 2026-05-01T12:00Z
        ends what began before, as after an incident
  crossgate sessions revoke --all --yes
        signs everybody out, without asking

The commands open the store of the configuration, beside the processes that serve. Those notice within a second what \
was ended here. Tokens and secrets are never shown.

Use the version of Crossgate that serves: a newer one brings the store up to date, and an older one does not start on \
it any more.";

const SHOW_ABOUT: &str = "\
A handle that looks like an option (-c…, -h…) goes behind two dashes: crossgate sessions show -- -c9v…";

const REVOKE_ABOUT: &str = "\
Whoever loses a session signs in again. The reason that stays is revoked_by_operator. The API and the providers are \
not told: their tokens are gone from Crossgate, but whoever else has them can use them until they end.

Where very many are meant (--before, --all), you are asked first, unless you say --yes or there is no terminal. They \
are ended in batches: what was ended stays ended if you interrupt it, and you can begin again.";

/// Look at sessions and end them.
#[derive(Args)]
pub(crate) struct SessionsArguments {
    #[command(flatten)]
    pub(super) config: ConfigArguments,
    #[command(subcommand)]
    pub(super) command: SessionsCommand,
}

/// What to do with sessions.
#[derive(Subcommand)]
pub(super) enum SessionsCommand {
    /// List who is signed in: handle, times, way of signing in, person.
    List(ListArguments),
    /// Show one session: a live one with its tokens' ends, or when and why it ended.
    #[command(after_help = SHOW_ABOUT)]
    Show(ShowArguments),
    /// End sessions; whoever had them signs in again.
    #[command(after_help = REVOKE_ABOUT)]
    Revoke(RevokeArguments),
}

/// Which sessions to list.
#[derive(Args)]
pub(super) struct ListArguments {
    /// Only those of this person: the id that the API, or the provider's account, gave (`subject`). Newest first.
    #[arg(long, value_name = "SUBJECT", value_parser = subject, allow_hyphen_values = true)]
    pub(super) user: Option<Subject>,
    /// Print a JSON array, with everything that `show` tells.
    #[arg(long)]
    pub(super) json: bool,
}

/// Which session to show.
#[derive(Args)]
pub(super) struct ShowArguments {
    /// The session's handle.
    #[arg(value_name = "HANDLE", value_parser = handle, allow_hyphen_values = true)]
    pub(super) handle: SessionHandle,
    /// Print a JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

/// Which sessions to end.
#[derive(Args)]
pub(super) struct RevokeArguments {
    #[command(flatten)]
    pub(super) which: Which,
    /// Do not ask.
    #[arg(long, short)]
    pub(super) yes: bool,
}

/// Exactly one of these.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(super) struct Which {
    /// This session.
    #[arg(long, value_name = "HANDLE", value_parser = handle, allow_hyphen_values = true)]
    pub(super) session: Option<SessionHandle>,
    /// All sessions of this person.
    #[arg(long, value_name = "SUBJECT", value_parser = subject, allow_hyphen_values = true)]
    pub(super) user: Option<Subject>,
    /// All sessions that began before this time (ISO 8601; UTC where no offset is given).
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(super) before: Option<Timestamp>,
    /// All sessions.
    #[arg(long)]
    pub(super) all: bool,
}

fn subject(text: &str) -> Result<Subject, SubjectError> {
    Subject::parse(text)
}

fn handle(text: &str) -> Result<SessionHandle, SessionHandleError> {
    SessionHandle::parse(text)
}

fn time(text: &str) -> Result<Timestamp, &'static str> {
    words::parse_time(text).ok_or("this is not a time as in 2026-05-01T12:00Z or 2026-05-01")
}
