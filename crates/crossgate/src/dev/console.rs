//! One log for everybody: before each line stands whose it is.

use std::io::{self, IsTerminal as _, Write, stdout};

use tracing_subscriber::fmt::MakeWriter;

/// SGR codes of the commands, in turn. The gateway's own is none of them.
const COLOURS: [u8; 4] = [36, 35, 33, 32];
const OWN_COLOUR: u8 = 34;
/// The gateway's own name in the log.
const OWN_NAME: &str = "crossgate";

/// The terminal, or whatever the output goes to.
#[derive(Debug, Clone)]
pub(super) struct Console {
    width: usize,
    is_coloured: bool,
}

/// Somebody who speaks on the console.
#[derive(Debug, Clone)]
pub(super) struct Voice {
    console: Console,
    name: String,
    colour: u8,
}

impl Console {
    /// The console of these speakers and the gateway.
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let width = names.chain([OWN_NAME]).map(|name| name.chars().count()).max().unwrap_or_default();
        Self { width, is_coloured: is_coloured() }
    }

    /// Whether colours can be seen.
    pub(super) const fn is_coloured(&self) -> bool {
        self.is_coloured
    }

    /// The gateway.
    pub(super) fn own_voice(&self) -> Voice {
        Voice { console: self.clone(), name: OWN_NAME.to_owned(), colour: OWN_COLOUR }
    }

    /// A command, the how-many-th of all.
    pub(super) fn voice(&self, name: &str, position: usize) -> Voice {
        let colour = COLOURS.iter().cycle().nth(position % COLOURS.len());
        Voice { console: self.clone(), name: name.to_owned(), colour: colour.copied().unwrap_or(OWN_COLOUR) }
    }
}

/// <https://no-color.org>
fn is_coloured() -> bool {
    stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

impl Voice {
    /// Says something. A console that is gone hears nothing, and that ends nothing.
    pub(super) fn say(&self, text: &str) {
        let said: String = text.lines().map(|line| self.line(line)).collect();
        let mut console = stdout().lock();
        console.write_all(said.as_bytes()).and_then(|()| console.flush()).unwrap_or_default();
    }

    fn line(&self, text: &str) -> String {
        let (name, width) = (&self.name, self.console.width);
        match self.console.is_coloured {
            true => format!("\u{1b}[{}m{name:<width$} |\u{1b}[0m {text}\u{1b}[0m\n", self.colour),
            false => format!("{name:<width$} | {text}\n"),
        }
    }
}

/// What is logged comes in whole lines.
impl Write for Voice {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.say(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Voice {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_one_column_and_colours_end_with_their_line() {
        let plain = Console { width: 9, is_coloured: false };
        assert_eq!(plain.voice("app", 0).line("ready"), "app       | ready\n");
        assert_eq!(plain.own_voice().line("ready"), "crossgate | ready\n");
        let coloured = Console { width: 3, is_coloured: true };
        assert_eq!(coloured.voice("app", 5).line("x"), "\u{1b}[35mapp |\u{1b}[0m x\u{1b}[0m\n");
    }

    #[test]
    fn the_longest_name_makes_the_column() {
        assert_eq!(Console::new(["a-very-long-name"].into_iter()).width, 16);
        assert_eq!(Console::new(["app"].into_iter()).width, 9);
    }
}
