//! What can be asked of stores.

use clap::{Args, Subcommand};

use crate::arguments::ConfigArguments;

/// Paragraphs are one line each: they are wrapped to the width of the terminal.
pub(crate) const ABOUT: &str = "\
A store is named as in the configuration: sqlite:crossgate.db, postgres://user:password@host/database, \
valkey://user:password@host. ${NAME} stands for a variable of the environment, so that a password need not be at the \
command line, where other users of the machine see it.

Examples:
  crossgate store check
        opens the store of the configuration, writes and reads
  crossgate store migrate
        brings its schema up to date; the program that serves needs no right to change it then
  crossgate store copy --from sqlite:crossgate.db --to 'postgres://crossgate:${PGPASSWORD}@db/crossgate'
        takes everything along, so that nobody is signed out by the move";

const COPY_ABOUT: &str = "\
Taken along are sessions, why sessions ended, what was used once and must not be used again, and signing keys. Not \
taken along are sign-in attempts that are being counted, and what processes on one store tell each other. Nothing is \
removed from the store that is copied.

The secret stays the same: what is sealed is copied as it is.

Moving without signing anybody out:
  1. run it while Crossgate serves from the old store; with very many sessions this is what takes time
  2. stop Crossgate
  3. run it again: only what changed since is written
  4. change `url` in [store], and start Crossgate

Interrupted, it goes on where it was when it is run again. A session that has changed in the new store is left alone, \
so running it once too often harms nothing.";

/// Look after the store.
#[derive(Args)]
pub(crate) struct StoreArguments {
    #[command(flatten)]
    pub(super) config: ConfigArguments,
    #[command(subcommand)]
    pub(super) command: StoreCommand,
}

/// What to do with the store.
#[derive(Subcommand)]
pub(super) enum StoreCommand {
    /// Bring the schema up to date, as the first start of a new version does by itself.
    Migrate,
    /// Open the store of the configuration, write and read, and say how long that takes.
    Check,
    /// Take everything in a store to another one.
    #[command(after_help = COPY_ABOUT)]
    Copy(CopyArguments),
}

/// From where to where.
#[derive(Args)]
pub(super) struct CopyArguments {
    /// The store that is copied.
    #[arg(long, value_name = "STORE")]
    pub(super) from: String,
    /// The store that it is copied to. Default: that of the configuration.
    #[arg(long, value_name = "STORE")]
    pub(super) to: Option<String>,
}
