//! The people of a round. Each prepares, waits for the others, and goes on until the gateway is dead.

use crate::claim::{Claim, Report};
use crate::scene::{Heard, PASSWORD, Scene, Trouble, cookie_in_part, hear};
use crate::support::{Browser, json_text};

/// What a person does in a round.
pub(crate) type Role = fn(&Scene, &str) -> Result<Report, Trouble>;

/// Everybody who takes part in a round.
pub(crate) const CAST: [(&str, Role); 13] = [
    ("newcomer-a", newcomer),
    ("newcomer-b", newcomer),
    ("passer-by-a", passer_by),
    ("passer-by-b", passer_by),
    ("replacer-a", replacer),
    ("replacer-b", replacer),
    ("leaver-a", leaver),
    ("leaver-b", leaver),
    ("leaver-c", leaver),
    ("revoker", revoker),
    ("everywhere-a", leaver_everywhere),
    ("everywhere-b", leaver_everywhere),
    ("bystander", bystander),
];

/// The outcome of one sign-in.
enum SignIn {
    Acknowledged(String),
    Unknown,
}

fn sign_in(browser: &mut Browser, person: &str) -> Result<SignIn, Trouble> {
    let outcome = hear(browser.sign_in(person, PASSWORD), &[200], "a sign-in")?;
    Ok(match outcome {
        Heard::Yes(_) => browser.session.clone().map_or(SignIn::Unknown, SignIn::Acknowledged),
        Heard::Nothing(part) => cookie_in_part(&part).map_or(SignIn::Unknown, SignIn::Acknowledged),
    })
}

/// Signs in with one new browser after the other, each time as somebody else.
fn newcomer(scene: &Scene, who: &str) -> Result<Report, Trouble> {
    scene.when_all_are_ready(|| Ok(()))?;
    let mut report = Report::default();
    for number in 0.. {
        let person = format!("{number}.{who}");
        match sign_in(&mut scene.browser(), &person)? {
            SignIn::Acknowledged(cookie) => report.signed_in(&cookie, &person),
            SignIn::Unknown => break,
        }
    }
    Ok(report)
}

/// Signs in and out again and again.
fn passer_by(scene: &Scene, who: &str) -> Result<Report, Trouble> {
    scene.when_all_are_ready(|| Ok(()))?;
    let mut report = Report::default();
    for number in 0.. {
        let person = format!("{number}.{who}");
        let mut browser = scene.browser();
        let SignIn::Acknowledged(cookie) = sign_in(&mut browser, &person)? else { break };
        report.signed_in(&cookie, &person);
        let Ok(token) = browser.csrf_token() else { break };
        if !leave(&mut browser, &token, &person, &mut report)? {
            break;
        }
    }
    Ok(report)
}

/// Signs out; false when nobody said whether that worked.
fn leave(browser: &mut Browser, token: &str, person: &str, report: &mut Report) -> Result<bool, Trouble> {
    let cookie = browser.session.clone().unwrap_or_default();
    match hear(browser.sign_out(token, false), &[200], "a sign-out")? {
        Heard::Yes(_) => report.ended(&cookie, person),
        Heard::Nothing(_) => {
            report.open(&[cookie], person);
            return Ok(false);
        }
    }
    Ok(true)
}

/// Signs in again and again in one browser: each session takes the place of the one before.
fn replacer(scene: &Scene, who: &str) -> Result<Report, Trouble> {
    let mut browser = scene.when_all_are_ready(|| scene.signed_in(who))?;
    let mut report = Report::default();
    let mut old = browser.session.clone().unwrap_or_default();
    report.signed_in(&old, who);
    loop {
        browser.session = Some(old.clone());
        let SignIn::Acknowledged(new) = sign_in(&mut browser, who)? else { break };
        report.dead(&old, who);
        report.signed_in(&new, who);
        old = new;
    }
    report.claims.retain(|claim| !matches!(claim, Claim::Alive { .. }));
    report.claims.push(Claim::OldOrNew { old, person: who.to_owned() });
    Ok(report)
}

/// Was active a moment ago, and signs out in three browsers, one after the other.
fn leaver(scene: &Scene, who: &str) -> Result<Report, Trouble> {
    let mut report = Report::default();
    let browsers = scene.when_all_are_ready(|| (0..3).map(|_| active(scene, who, &mut report)).collect());
    let browsers: Vec<(Browser, String)> = browsers?;
    for (mut browser, token) in browsers {
        if !leave(&mut browser, &token, who, &mut report)? {
            break;
        }
    }
    Ok(report)
}

/// A signed-in browser that has just used the API, and its CSRF token.
fn active(scene: &Scene, who: &str, report: &mut Report) -> Result<(Browser, String), Trouble> {
    let mut browser = scene.signed_in(who)?;
    report.signed_in(browser.session.as_deref().unwrap_or_default(), who);
    let answer = browser.get("/api/mine").map_err(|failed| format!("{failed:?}"))?;
    let token = answer.header("x-csrf-token").unwrap_or_default().to_owned();
    Ok((browser, token))
}

/// Ends two of their other sessions, one after the other.
fn revoker(scene: &Scene, who: &str) -> Result<Report, Trouble> {
    let mut report = Report::default();
    let ready = scene.when_all_are_ready(|| {
        let (browser, token) = active(scene, who, &mut report)?;
        let others = [active(scene, who, &mut report)?.0, active(scene, who, &mut report)?.0];
        let others: Result<Vec<_>, Trouble> = others.into_iter().map(handle_and_cookie).collect();
        Ok((browser, token, others?))
    });
    let (mut browser, token, others) = ready?;
    for (handle, cookie) in others {
        let target = format!("/api/auth/sessions/{handle}");
        let line = format!("X-CSRF-Token: {token}\r\n");
        match hear(browser.send("DELETE", &target, &line, ""), &[204], "a revocation")? {
            Heard::Yes(_) => report.ended(&cookie, who),
            Heard::Nothing(_) => {
                report.open(&[cookie], who);
                break;
            }
        }
    }
    Ok(report)
}

fn handle_and_cookie(mut browser: Browser) -> Result<(String, String), Trouble> {
    let list = browser.get("/api/auth/sessions").map_err(|failed| format!("{failed:?}"))?;
    let list = list.json();
    let own = list["sessions"].as_array().and_then(|all| all.iter().find(|one| one["current"] == true));
    let handle = own.and_then(|own| own["id"].as_str()).unwrap_or_default().to_owned();
    Ok((handle, browser.session.take().unwrap_or_default()))
}

/// Has three sessions and ends all of them at once.
fn leaver_everywhere(scene: &Scene, who: &str) -> Result<Report, Trouble> {
    let mut report = Report::default();
    let ready = scene.when_all_are_ready(|| {
        (0..3).map(|_| active(scene, who, &mut report)).collect::<Result<Vec<_>, _>>()
    });
    let mut ready = ready?;
    let cookies: Vec<String> = ready.iter().filter_map(|(browser, _)| browser.session.clone()).collect();
    let (browser, token) = &mut ready[0];
    match hear(browser.sign_out(token, true), &[200], "a sign-out everywhere")? {
        Heard::Yes(_) => cookies.iter().for_each(|cookie| report.ended(cookie, who)),
        Heard::Nothing(_) => report.open(&cookies, who),
    }
    Ok(report)
}

/// Only reads, all the time; and holds CSRF tokens that must stay good.
fn bystander(scene: &Scene, who: &str) -> Result<Report, Trouble> {
    let mut report = Report::default();
    let ready = scene.when_all_are_ready(|| {
        let mut stranger = scene.browser();
        let token = stranger.csrf_token().map_err(|failed| format!("{failed:?}"))?;
        let name = stranger.name.take().unwrap_or_default();
        report.claims.push(Claim::BrowserToken { name, token });
        active(scene, who, &mut report)
    });
    let (mut browser, token) = ready?;
    let cookie = browser.session.clone().unwrap_or_default();
    report.claims.push(Claim::SessionToken { cookie, token });
    while let Heard::Yes(answer) = hear(browser.get("/api/mine"), &[200], "a read")? {
        if json_text(&answer, "/person") != who {
            return Err(format!("{who} was shown {}", answer.text()));
        }
    }
    Ok(report)
}
