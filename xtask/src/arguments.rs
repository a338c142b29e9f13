//! What can be asked for at the command line.
use std::ffi::OsString;

use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};

/// The project's verbs.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Start the shop behind Crossgate: an Express API, a Next.js app and the gateway
    Demo(DemoOptions),
    /// Measure the gateway beside other proxies, and write tables into bench/results
    Bench(BenchOptions),
    /// Build the gateway as it is published, laid out by what it was seen to do: two builds, and a minute of work between
    Release,
    /// Run the gateway for long at half capacity, with restarts and broken clients, and see that nothing grows
    Soak(SoakOptions),
    /// Break machines, stores and clocks under three gateways, and write what people noticed into docs/reference/drills.md
    Drills(DrillOptions),
    /// Look for bytes that break what judges them
    Fuzz(FuzzOptions),
    /// Run everything that must hold before a change goes in
    Test(TestOptions),
    /// Run a command that ends when its starter does
    #[command(hide = true)]
    Supervise(SuperviseOptions),
}

#[derive(Args)]
pub(crate) struct DemoOptions {
    /// Go once through the whole shop without a person, say what was seen, and end
    #[arg(long)]
    pub(crate) check: bool,
    /// Which token the API receives
    #[arg(long, value_enum, default_value_t = TokenMode::Api)]
    pub(crate) mode: TokenMode,
    /// Keep the databases and logs afterwards
    #[arg(long)]
    pub(crate) keep: bool,
    /// Build the gateway without optimisation, which is quicker
    #[arg(long)]
    pub(crate) debug: bool,
}

#[derive(Args)]
pub(crate) struct BenchOptions {
    /// What to measure: get, large, upload, anonymous, refused, http2, latency, start, streaming, signins, storm,
    /// sessions, memory, processes, stores
    #[arg(long, value_name = "WORK")]
    pub(crate) only: Option<String>,
    /// Beside whom: "nginx bare", "HAProxy bare", "HAProxy HS256", "HAProxy ES256", Express, "Next.js with next-auth",
    /// Crossgate
    #[arg(long, value_name = "NAMES")]
    pub(crate) peers: Option<String>,
    /// How often each is measured
    #[arg(long, default_value_t = 5)]
    pub(crate) rounds: u32,
    /// How long each time
    #[arg(long, default_value_t = 3)]
    pub(crate) seconds: u32,
    /// How many sessions the largest store of `sessions` has; ten million take 11 GB in the folder for temporary files
    #[arg(long, value_name = "COUNT", default_value_t = 1_000_000, value_parser = value_parser!(u32).range(20_000..))]
    pub(crate) sessions: u32,
    /// The program that `cargo xtask release` built last, in place of cargo's release build
    #[arg(long)]
    pub(crate) published: bool,
    /// One round of a second with fewer sessions, to see that everything runs
    #[arg(long)]
    pub(crate) quick: bool,
}

#[derive(Args)]
pub(crate) struct SoakOptions {
    /// How long
    #[arg(long, default_value_t = 30)]
    pub(crate) minutes: u32,
}

#[derive(Args)]
pub(crate) struct DrillOptions {
    /// Run only these, and write nothing
    #[arg(long, value_name = "DRILLS")]
    pub(crate) only: Option<String>,
    /// On which stores: sqlite, postgres, valkey-cluster
    #[arg(long, value_name = "STORES")]
    pub(crate) store: Option<String>,
    /// Only say which drills there are
    #[arg(long)]
    pub(crate) list: bool,
}

#[derive(Args)]
pub(crate) struct FuzzOptions {
    /// Which targets; all of them where none is named
    #[arg(value_name = "TARGET")]
    pub(crate) targets: Vec<String>,
    /// How many minutes the processor works for each target
    #[arg(long, default_value_t = 30)]
    pub(crate) minutes: u32,
    /// How many targets run at the same time
    #[arg(long, default_value_t = 1)]
    pub(crate) jobs: usize,
    /// Only say which targets there are
    #[arg(long)]
    pub(crate) list: bool,
}

#[derive(Args)]
pub(crate) struct TestOptions {
    /// Leave out what takes long: browsers, the black box, crashes and races
    #[arg(long)]
    pub(crate) fast: bool,
    /// Run only the steps of these names, and what they need
    #[arg(long, value_name = "STEP", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Keep the databases and logs afterwards
    #[arg(long)]
    pub(crate) keep: bool,
}

#[derive(Args)]
pub(crate) struct SuperviseOptions {
    #[arg(last = true, required = true)]
    pub(crate) command: Vec<OsString>,
}

/// Which token the shop's API receives from the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenMode {
    /// The token that the API's own login returned
    Api,
    /// A token that Crossgate signs with the API's secret
    Issued,
}

impl TokenMode {
    /// The configuration of the shop for this mode, in `examples/shop`.
    pub(crate) fn config_file(self) -> &'static str {
        match self {
            Self::Api => "crossgate.toml",
            Self::Issued => "crossgate.issued.toml",
        }
    }

    /// What this mode is about, in a few words.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Api => "with the API's own tokens",
            Self::Issued => "with tokens that Crossgate issues",
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_supervised_command_keeps_its_own_options() {
        let arguments = ["xtask", "supervise", "--", "node", "--version"];
        let Verb::Supervise(options) = Arguments::parse_from(arguments).verb else { panic!("another verb") };
        assert_eq!(options.command, ["node", "--version"]);
    }
}
