//! What can be asked of `crossgate routes`.

use std::path::PathBuf;

use clap::Args;

use crate::arguments::ConfigArguments;

/// Paragraphs are one line each: they are wrapped to the width of the terminal.
pub(crate) const ABOUT: &str = "\
It reads what `next build` wrote about pages, route handlers, metadata files, rewrites and Server Actions, with Next.js \
14, 15 and 16, and asks crossgate.toml about each. Nothing is started and nobody is asked.

A route with parameters stands for many paths. Where a rule is about some of them only (/u/admin/** and /u/[name]), all \
that may happen is listed. What a middleware of the app rewrites is not known here.

A line with `!` is a page that everybody may see because no line names it. Pages that are meant to be open belong into \
[pages] open, which changes nothing else; --strict fails as long as there are others, so that a new page is looked at \
before it is public. It fails too where base path or locales of the build are not those of [app], and where a rewrite \
leads strangers to pages that rules protect. Files in public/ count for nothing there.

Examples:
  next build && crossgate routes
        what becomes of every page of the app in this folder
  crossgate routes --from web/.next --config crossgate.toml --strict
        in CI, behind the build: exit code 1 where somebody has to look
  crossgate routes --json | jq '.routes[] | select(.unclassified) | .path'
        the pages that no line names";

/// Which build to read, and what to say about it.
#[derive(Args)]
pub(crate) struct RoutesArguments {
    #[command(flatten)]
    pub(super) config: ConfigArguments,
    /// The folder that `next build` wrote (`distDir` in next.config).
    #[arg(long, value_name = "DIR", default_value = ".next")]
    pub(super) from: PathBuf,
    /// Fail where a page is open because no line names it.
    #[arg(long)]
    pub(super) strict: bool,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}
