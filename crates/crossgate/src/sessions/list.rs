//! `crossgate sessions list`.

use std::io::{self, Write};

use crossgate_core::session::SessionRecord;
use serde_json::Value;

use super::arguments::ListArguments;
use super::place::{Place, SessionsError};
use super::view::LiveView;
use super::words::{printable, seconds, sessions};

/// So many sessions are read at once.
const PIECE: usize = 500;

/// Prints one session after the other, as they are read.
pub(super) async fn list(
    place: &Place,
    arguments: &ListArguments,
    out: &mut dyn Write,
) -> Result<(), SessionsError> {
    let mut printer = Printer { out, is_json: arguments.json, printed: 0 };
    if let Some(subject) = &arguments.user {
        printer.print_all(place, place.store.list(subject.clone()).await?)?;
        return Ok(printer.finish()?);
    }
    let mut after = None;
    loop {
        let piece = place.store.list_all(after, PIECE).await?;
        after = piece.last().map(|record| record.id);
        printer.print_all(place, piece)?;
        if after.is_none() {
            return Ok(printer.finish()?);
        }
    }
}

struct Printer<'a> {
    out: &'a mut dyn Write,
    is_json: bool,
    printed: usize,
}

impl Printer<'_> {
    fn print_all(&mut self, place: &Place, records: Vec<SessionRecord>) -> io::Result<()> {
        records.into_iter().try_for_each(|record| self.print(&LiveView::new(place, record)))
    }

    fn print(&mut self, view: &LiveView) -> io::Result<()> {
        self.printed += 1;
        if self.is_json { self.print_json(&view.json()) } else { self.print_row(view) }
    }

    fn print_json(&mut self, value: &Value) -> io::Result<()> {
        write!(self.out, "{}\n  {value}", if self.printed == 1 { "[" } else { "," })
    }

    fn print_row(&mut self, view: &LiveView) -> io::Result<()> {
        if self.printed == 1 {
            self.print_columns(["SESSION", "CREATED", "LAST SEEN", "EXPIRES", "SIGN-IN"], "SUBJECT")?;
        }
        let times = [view.record.created_at, view.record.last_seen_at, view.expires_at].map(seconds);
        let [created, last_seen, expires] = times.each_ref().map(String::as_str);
        let expires = if view.passed.is_some() { "expired" } else { expires };
        let sign_in = printable(view.sign_in().unwrap_or("(sealed)"));
        let handle = view.record.id.handle();
        let columns = [handle.as_str(), created, last_seen, expires, &sign_in];
        self.print_columns(columns, &printable(view.record.subject.as_str()))
    }

    fn print_columns(&mut self, columns: [&str; 5], last: &str) -> io::Result<()> {
        let [handle, created, last_seen, expires, sign_in] = columns;
        writeln!(
            self.out,
            "{handle:<16}  {created:<20}  {last_seen:<20}  {expires:<20}  {sign_in:<12}  {last}"
        )
    }

    fn finish(self) -> io::Result<()> {
        match (self.is_json, self.printed) {
            (true, 0) => writeln!(self.out, "[]"),
            (true, _) => writeln!(self.out, "\n]"),
            (false, count) => writeln!(self.out, "{}", sessions(count)),
        }
    }
}
