//! `crossgate sessions show`.

use std::io::{self, Write};

use crossgate_core::session::{EndedSession, SessionHandle, Timeout};

use super::arguments::ShowArguments;
use super::place::{Place, SessionsError};
use super::view::{LiveView, TokenView, ended_json, words_and_code};
use super::words::{printable, seconds};

/// Prints a session that is there, or what is remembered of one that ended.
pub(super) async fn show(
    place: &Place,
    arguments: &ShowArguments,
    out: &mut dyn Write,
) -> Result<(), SessionsError> {
    match find(place, &arguments.handle).await? {
        Found::Live(view) if arguments.json => writeln!(out, "{:#}", view.json())?,
        Found::Live(view) => show_live(&view, out)?,
        Found::Ended(ended) if arguments.json => writeln!(out, "{:#}", ended_json(&ended))?,
        Found::Ended(ended) => show_ended(&ended, out)?,
    }
    Ok(())
}

enum Found {
    Live(Box<LiveView>),
    Ended(EndedSession),
}

async fn find(place: &Place, handle: &SessionHandle) -> Result<Found, SessionsError> {
    if let Some(record) = place.store.load_by_handle(handle.clone()).await? {
        return Ok(Found::Live(Box::new(LiveView::new(place, record))));
    }
    let ended = place.store.ended_by_handle(handle.clone()).await?;
    ended.map(Found::Ended).ok_or_else(|| SessionsError::Unknown(handle.clone()))
}

fn line(out: &mut dyn Write, what: &str, text: &str) -> io::Result<()> {
    writeln!(out, "  {what:<14} {}", printable(text))
}

fn show_ended(ended: &EndedSession, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", ended.id.handle())?;
    line(out, "state", "ended")?;
    line(out, "subject", ended.subject.as_str())?;
    line(out, "ended", &seconds(ended.ended_at))?;
    line(out, "why", &words_and_code(ended.reason))
}

fn show_live(view: &LiveView, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", view.record.id.handle())?;
    line(out, "state", state(view))?;
    line(out, "subject", view.record.subject.as_str())?;
    line(out, "created", &seconds(view.record.created_at))?;
    line(out, "last seen", &seconds(view.record.last_seen_at))?;
    line(out, "expires", &format!("{}, if it is not used any more", seconds(view.expires_at)))?;
    show_content(view, out)
}

const fn state(view: &LiveView) -> &'static str {
    match view.passed {
        None => "active",
        Some(Timeout::Idle) => {
            "expired: it was not used for session.idle_timeout, and ends with the next sweep"
        }
        Some(Timeout::Absolute) => {
            "expired: it reached session.absolute_timeout, and ends with the next sweep"
        }
    }
}

fn show_content(view: &LiveView, out: &mut dyn Write) -> io::Result<()> {
    let Some(content) = &view.content else {
        return line(out, "the rest", "is sealed with none of the secrets in the configuration");
    };
    line(out, "signed in with", &content.sign_in)?;
    line(out, "user agent", content.user_agent.as_deref().unwrap_or("unknown"))?;
    let tokens = view.tokens();
    if tokens.is_empty() {
        line(out, "tokens", "none")?;
    }
    for token in &tokens {
        line(out, "token", &described(token))?;
    }
    let cookies = if content.cookies.is_empty() { "none" } else { "there are some" };
    line(out, "API's cookies", cookies)
}

fn described(token: &TokenView) -> String {
    let source = if token.source == "api" { "the API's own" } else { &token.source };
    let target = token.target.as_ref().map(|target| format!(" for {target}")).unwrap_or_default();
    let end = match token.expires_at {
        Some(time) => format!("ends {}", seconds(time)),
        None => "its end is not known".to_owned(),
    };
    let renewal = if token.has_refresh_token { "with a refresh token" } else { "without a refresh token" };
    format!("{source}{target}: {end}, {renewal}")
}
