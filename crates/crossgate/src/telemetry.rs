//! Logs: for people on a terminal, as JSON lines otherwise. No secret can reach them: secret types do not print.

use std::io::{IsTerminal as _, stderr};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Starts logging. Called once, before anything else that logs.
pub(crate) fn start() {
    let filter = filter();
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    if stderr().is_terminal() {
        logs.init();
    } else {
        logs.json().flatten_event(true).with_current_span(false).with_span_list(false).init();
    }
}

/// Starts logging for somebody who develops: short lines, among those of others.
pub(crate) fn start_for_development(
    writer: impl for<'a> MakeWriter<'a> + Send + Sync + 'static,
    is_coloured: bool,
) {
    let logs = tracing_subscriber::fmt().with_env_filter(filter()).with_writer(writer);
    logs.compact().without_time().with_target(false).with_ansi(is_coloured).init();
}

fn filter() -> EnvFilter {
    EnvFilter::try_from_env("CROSSGATE_LOG").unwrap_or_else(|_| EnvFilter::new("info"))
}
