//! `crossgate sessions revoke`.

use std::io::{self, BufRead, IsTerminal as _, Write, stdin};

use crossgate_core::identity::Subject;
use crossgate_core::session::{EndReason, SessionHandle};
use crossgate_core::time::Timestamp;

use super::arguments::{RevokeArguments, Which};
use super::place::{Place, SessionsError};
use super::view::words_and_code;
use super::words::{printable, seconds, sessions};

const REASON: EndReason = EndReason::RevokedByOperator;

/// So many sessions are ended at once; those who sign in meanwhile wait no longer than that takes.
const BATCH: usize = 500;

/// After everybody's sign-in, whatever clock it was noted by.
const END_OF_TIME: Timestamp = Timestamp::from_millis(i64::MAX);

/// Ends what was named and says how many that were.
pub(super) async fn revoke(
    place: &Place,
    arguments: &RevokeArguments,
    out: &mut dyn Write,
) -> Result<(), SessionsError> {
    match &arguments.which {
        Which { session: Some(handle), .. } => end_one(place, handle, out).await,
        Which { user: Some(subject), .. } => end_all_of(place, subject, out).await,
        Which { before: Some(time), .. } => {
            let whose = format!("every session that began before {}", seconds(*time));
            end_before(place, *time, Question { whose, is_asked: !arguments.yes }, out).await
        }
        Which { .. } => {
            let whose = "every session there is".to_owned();
            end_before(place, END_OF_TIME, Question { whose, is_asked: !arguments.yes }, out).await
        }
    }
}

async fn end_one(place: &Place, handle: &SessionHandle, out: &mut dyn Write) -> Result<(), SessionsError> {
    if let Some(record) = place.store.load_by_handle(handle.clone()).await?
        && let Some(ended) = place.store.end(record.id, REASON, place.now).await?
    {
        return Ok(writeln!(out, "1 session ended, of {}", printable(ended.subject.as_str()))?);
    }
    let ended = place.store.ended_by_handle(handle.clone()).await?;
    let ended = ended.ok_or_else(|| SessionsError::Unknown(handle.clone()))?;
    let (time, why) = (seconds(ended.ended_at), words_and_code(ended.reason));
    Ok(writeln!(out, "0 sessions ended: it had ended already, at {time}: {why}")?)
}

async fn end_all_of(place: &Place, subject: &Subject, out: &mut dyn Write) -> Result<(), SessionsError> {
    let ended = place.store.end_all_of(subject.clone(), REASON, place.now).await?;
    Ok(writeln!(out, "{} ended, of {}", sessions(ended.len()), printable(subject.as_str()))?)
}

/// What is asked before very much is done.
struct Question {
    whose: String,
    is_asked: bool,
}

impl Question {
    /// Yes where nobody has to be asked, or nobody is at a terminal.
    fn is_answered_with_yes(&self, terminal: Option<&mut dyn BufRead>) -> io::Result<bool> {
        let Some(terminal) = terminal.filter(|_| self.is_asked) else { return Ok(true) };
        eprint!("This ends {}. Those people have to sign in again. Go on? [y/N] ", self.whose);
        let mut answer = String::new();
        terminal.read_line(&mut answer)?;
        Ok(is_yes(&answer))
    }
}

fn is_yes(answer: &str) -> bool {
    ["y", "yes"].iter().any(|yes| answer.trim().eq_ignore_ascii_case(yes))
}

async fn end_before(
    place: &Place,
    time: Timestamp,
    question: Question,
    out: &mut dyn Write,
) -> Result<(), SessionsError> {
    let mut input = stdin().lock();
    let terminal: Option<&mut dyn BufRead> = if input.is_terminal() { Some(&mut input) } else { None };
    if !question.is_answered_with_yes(terminal)? {
        return Err(SessionsError::Declined);
    }
    let mut ended = 0;
    loop {
        let batch = place.store.end_all_before(time, REASON, place.now, BATCH).await;
        let batch = batch.map_err(|error| SessionsError::Interrupted { done: sessions(ended), error })?;
        ended += batch.len();
        if batch.len() < BATCH {
            return Ok(writeln!(out, "{} ended", sessions(ended))?);
        }
        eprintln!("{} ended so far", sessions(ended));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(is_asked: bool, mut typed: Option<&[u8]>) -> bool {
        let question = Question { whose: "everything".to_owned(), is_asked };
        let terminal = typed.as_mut().map(|typed| typed as &mut dyn BufRead);
        question.is_answered_with_yes(terminal).unwrap()
    }

    #[test]
    fn only_a_clear_yes_is_one() {
        for yes in ["y", "Y\n", "yes", " YES \r\n"] {
            assert!(answer(true, Some(yes.as_bytes())), "{yes:?}");
        }
        for no in ["", "\n", "n", "no", "yess", "j", "yes please", "1", "n\ny\n"] {
            assert!(!answer(true, Some(no.as_bytes())), "{no:?}");
        }
    }

    #[test]
    fn nobody_is_asked_who_said_yes_before_or_is_not_there() {
        assert!(answer(false, Some(b"n\n")));
        assert!(answer(true, None) && answer(false, None));
    }
}
