//! The provider's pages: in the frame and the colours of the gateway's own, without a script.

use askama::Template;
use crossgate_core::time::Timestamp;
use crossgate_gateway::pages::{STYLE_SHEET, content_security_policy, style_sheet_url};

use super::Provider;
use super::answer::{self, Answer};
use super::session::SignedIn;

/// What these pages have beside the gateway's.
const FURTHER_STYLE: &str = include_str!("../../../templates/dev.css");

/// What surrounds the content.
struct Frame {
    app_name: &'static str,
    mark: char,
    style_sheet: String,
}

impl Frame {
    fn new() -> Self {
        Self { app_name: "Test people", mark: 'T', style_sheet: style_sheet_url() }
    }
}

/// Somebody on a button.
struct Choice<'a> {
    subject: &'a str,
    name: &'a str,
    about: String,
}

#[derive(Template)]
#[template(path = "dev_choose.html", whitespace = "minimize")]
struct ChooseTemplate<'a> {
    frame: Frame,
    app: &'a str,
    request: &'a str,
    people: Vec<Choice<'a>>,
    hint: &'a str,
}

/// What was just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    Expired,
    Refused,
    Ended,
    SignedOut,
    Gone,
}

impl Done {
    const ALL: [Self; 5] = [Self::Expired, Self::Refused, Self::Ended, Self::SignedOut, Self::Gone];

    /// As it stands in the page's address.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Refused => "refused",
            Self::Ended => "ended",
            Self::SignedOut => "signed-out",
            Self::Gone => "gone",
        }
    }

    pub(super) fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|done| done.code() == code)
    }

    const fn sentence(self) -> &'static str {
        match self {
            Self::Expired => "The tokens have ended. The next request that needs one renews it.",
            Self::Refused => {
                "The tokens have ended and are not renewed. The next request that needs one ends the session."
            }
            Self::Ended => "The session has ended, as if its tokens had not been renewed.",
            Self::SignedOut => "Crossgate was told, and has ended the session.",
            Self::Gone => "That session had ended already.",
        }
    }
}

/// A session in the list.
struct Row<'a> {
    handle: String,
    name: &'a str,
    about: String,
    can_expire: bool,
    /// Whether refusing takes effect with the next request, and not at once.
    is_renewed_here: bool,
    can_sign_out: bool,
}

#[derive(Template)]
#[template(path = "dev_desk.html", whitespace = "minimize")]
struct DeskTemplate<'a> {
    frame: Frame,
    app: &'a str,
    app_url: &'a str,
    done: Option<&'static str>,
    sessions: Vec<Row<'a>>,
    people: Vec<Choice<'a>>,
}

/// The style sheet of all these pages.
pub(super) fn style_sheet() -> String {
    format!("{STYLE_SHEET}\n{FURTHER_STYLE}")
}

/// Whom would you like to be? Its forms lead back to the gateway, and browsers want to know that.
pub(super) fn choose(provider: &Provider, request: &str, hint: &str) -> Answer {
    let (frame, app) = (Frame::new(), provider.app_name());
    let template = ChooseTemplate { frame, app, request, people: choices(provider), hint };
    let own = provider.settings.public_origin.as_str();
    let policy =
        content_security_policy([own].into_iter().chain(provider.settings.return_to.allowed_origins()));
    shown(&template, &policy)
}

/// Who is signed in.
pub(super) fn desk(provider: &Provider, sessions: &[SignedIn], done: Option<Done>) -> Answer {
    let now = provider.now();
    let template = DeskTemplate {
        frame: Frame::new(),
        app: provider.app_name(),
        app_url: provider.settings.public_origin.as_str(),
        done: done.map(Done::sentence),
        sessions: sessions.iter().map(|session| row(session, now)).collect(),
        people: choices(provider),
    };
    shown(&template, &content_security_policy([]))
}

fn shown(template: &impl Template, policy: &str) -> Answer {
    match template.render() {
        Ok(html) => answer::page(html, policy),
        Err(error) => answer::fault(&error.to_string()),
    }
}

fn choices(provider: &Provider) -> Vec<Choice<'_>> {
    let people = provider.people.all().iter();
    let choices =
        people.map(|person| Choice { subject: person.subject(), name: person.name(), about: person.about() });
    choices.collect()
}

fn row(session: &SignedIn, now: Timestamp) -> Row<'_> {
    let identity = &session.content.identity;
    let name = identity.name.as_deref().or(identity.email.as_deref());
    let email = identity.email.as_deref().filter(|email| Some(*email) != name);
    let way = match session.login_here() {
        Some(_) => "as a test person".to_owned(),
        None => format!("with {}", session.content.sign_in),
    };
    let since = format!("signed in {way} {}", ago(session.record.created_at, now));
    Row {
        handle: session.record.id.handle().as_str().to_owned(),
        name: name.unwrap_or_else(|| identity.subject.as_str()),
        about: email.into_iter().chain([since.as_str()]).collect::<Vec<_>>().join(" · "),
        can_expire: session.has_tokens(),
        is_renewed_here: session.is_renewed_here,
        can_sign_out: session.login_here().is_some(),
    }
}

/// Roughly, for people.
fn ago(time: Timestamp, now: Timestamp) -> String {
    let seconds = now.since(time).as_secs();
    let (count, unit) = match seconds {
        0..60 => return "just now".to_owned(),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_one_of_five_sentences() {
        for done in Done::ALL {
            assert_eq!(Done::parse(done.code()), Some(done));
        }
        assert_eq!(Done::parse("<script>"), None);
    }

    #[test]
    fn times_are_told_roughly() {
        let then = Timestamp::from_seconds(0);
        for (seconds, words) in [
            (0, "just now"),
            (59, "just now"),
            (60, "1 minute ago"),
            (7200, "2 hours ago"),
            (86_400, "1 day ago"),
        ] {
            assert_eq!(ago(then, Timestamp::from_seconds(seconds)), words);
        }
    }
}
