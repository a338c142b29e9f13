//! Logs: for people on a terminal, as JSON lines otherwise. No secret can reach them: secret types do not print.

use std::io::{self, IsTerminal as _, Write, stderr};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// The formatter's own. None of them hides anything.
const COLOURS: [&str; 10] = [
    "\u{1b}[0m",
    "\u{1b}[1m",
    "\u{1b}[2m",
    "\u{1b}[3m",
    "\u{1b}[31m",
    "\u{1b}[32m",
    "\u{1b}[33m",
    "\u{1b}[34m",
    "\u{1b}[35m",
    "\u{1b}[36m",
];

/// Starts logging. Called once, before anything else that logs.
pub(crate) fn start() {
    let logs = tracing_subscriber::fmt().with_env_filter(filter()).with_writer(OneLine(stderr));
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
    let logs = tracing_subscriber::fmt().with_env_filter(filter()).with_writer(OneLine(writer));
    logs.compact().without_time().with_target(false).with_ansi(is_coloured).init();
}

fn filter() -> EnvFilter {
    EnvFilter::try_from_env("CROSSGATE_LOG").unwrap_or_else(|_| EnvFilter::new("info"))
}

/// Makes one line of each event, and of what is in it nothing that steers a terminal. Texts of others are escaped where
/// they are logged; this holds where somebody forgot, or a library's error repeats what it read.
struct OneLine<M>(M);

/// What one event is written to.
struct LineWriter<W>(W);

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for OneLine<M> {
    type Writer = LineWriter<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        LineWriter(self.0.make_writer())
    }
}

/// The formatter hands over whole events, each with the line end that closes it.
impl<W: Write> Write for LineWriter<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let line = event.strip_suffix(b"\n").unwrap_or(event);
        match line.iter().all(|byte| matches!(byte, b' '..=b'~')) {
            true => self.0.write_all(event)?,
            false => self.0.write_all(plain(&String::from_utf8_lossy(line)).as_bytes())?,
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn plain(line: &str) -> String {
    let (mut plain, mut rest) = (String::with_capacity(line.len() + 1), line.chars());
    loop {
        if let Some(colour) = COLOURS.into_iter().find(|colour| rest.as_str().starts_with(colour)) {
            plain.push_str(colour);
            rest = rest.as_str().get(colour.len()..).unwrap_or_default().chars();
            continue;
        }
        match rest.next() {
            Some(character) if steers(character) => plain.extend(character.escape_default()),
            Some(character) => plain.push(character),
            None => break,
        }
    }
    plain.push('\n');
    plain
}

/// Line ends, codes of terminals, and what turns the direction of writing around.
fn steers(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(is_coloured: bool, event: impl FnOnce()) -> String {
        let written = Written::default();
        let shared = written.clone();
        let logs = tracing_subscriber::fmt().with_ansi(is_coloured).without_time().with_target(false);
        let subscriber = logs.with_writer(OneLine(move || shared.clone())).finish();
        tracing::subscriber::with_default(subscriber, event);
        String::from_utf8(written.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn an_event_is_one_line_whatever_stands_in_it() {
        let stranger = "x\n INFO forged\r\n\u{b}\u{85}\u{2028}\u{202e}\u{9b}1G\u{1b}[2K\u{1b}[8my";
        for is_coloured in [false, true] {
            let text = logged(is_coloured, || {
                tracing::info!("first {stranger}");
                tracing::info!(error = %stranger, quoted = stranger, "second");
            });
            assert_eq!(text.lines().count(), 2, "{text}");
            assert!(text.contains("first x\\n INFO forged\\r\\n"), "{text}");
            assert!(
                text.contains("x\\n INFO forged\\r\\n\\u{b}\\u{85}\\u{2028}\\u{202e}\\u{9b}1G"),
                "{text}"
            );
            let without_colours = COLOURS.iter().fold(text, |text, colour| text.replace(colour, ""));
            assert!(without_colours.chars().all(|c| c == '\n' || !steers(c)), "{without_colours:?}");
        }
    }

    #[test]
    fn ordinary_lines_and_their_colours_stay_as_they_are() {
        assert_eq!(logged(false, || tracing::info!(name = "Zoë", "möglich")), " INFO möglich name=\"Zoë\"\n");
        let coloured = logged(true, || tracing::warn!(count = 3, "plain"));
        assert!(coloured.contains("\u{1b}[33m WARN\u{1b}[0m") && coloured.contains("plain"), "{coloured:?}");
    }
}
