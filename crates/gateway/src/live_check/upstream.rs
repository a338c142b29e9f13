//! The app and the APIs.

use std::time::Duration;

use crossgate_core::credentials::{AnswerFault, ApiAnswer, CredentialsSettings, LoginOutcome, judge_login};
use crossgate_core::entropy::{Entropy, random_bytes};
use crossgate_core::settings::{Settings, UpstreamSettings};
use crossgate_core::time::Clock;
use serde_json::Value;

use super::Finding;
use crate::upstream::{CallAnswer, Pool, PublicSide, call, reach};

const LIMIT: Duration = Duration::from_secs(10);
const LOGIN: &str = "login";

pub(super) async fn check(
    settings: &Settings,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    tell: &mut dyn FnMut(Finding),
) {
    tell(reachable("app", &settings.app.upstream).await);
    for api in &settings.apis {
        tell(reachable(&format!("api {}", api.path), &api.upstream).await);
    }
    if let Some(credentials) = &settings.credentials {
        tell(login(settings, credentials, clock, entropy).await);
    }
}

async fn reachable(about: &str, upstream: &UpstreamSettings) -> Finding {
    let address = format!("{}:{}", upstream.host, upstream.port);
    match reach(upstream).await {
        Ok(()) => Finding::good(about, format!("accepts connections at {address}")),
        Err(error) => {
            Finding::broken(about, format!("{address}: {error}"), "start it, or correct its `url`".to_owned())
        }
    }
}

/// A made-up person must be refused, and in a way that the configuration covers.
async fn login(
    settings: &Settings,
    credentials: &CredentialsSettings,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Finding {
    let answered = match ask_for_nobody(settings, credentials, entropy).await {
        Ok(answered) => answered,
        Err(problem) => return Finding::broken(LOGIN, problem, "look at the API, and at `login`"),
    };
    let answer = ApiAnswer { status: answered.status, headers: &answered.headers, body: &answered.body };
    match judge_login(&answer, &credentials.login, clock.now()) {
        Ok(LoginOutcome::Refused(_)) => {
            Finding::good(LOGIN, format!("refuses a made-up account with {}", answered.status))
        }
        Ok(LoginOutcome::Accepted(_)) => Finding::broken(
            LOGIN,
            format!("a made-up account was signed in ({})", answered.status),
            "narrow `success`: this answer must not count as one",
        ),
        Err(fault) => Finding::broken(LOGIN, format!("a made-up account: {fault}"), fix_of(&fault)),
    }
}

const fn fix_of(fault: &AnswerFault) -> &'static str {
    match fault {
        AnswerFault::ApiFailed(_) => {
            "look at the API's own log; it must refuse wrong credentials, not fail over them"
        }
        _ => "say in `refused` which answers mean wrong credentials, or correct `request`",
    }
}

/// The API's answer to the login of somebody who does not exist, or why there is none.
async fn ask_for_nobody(
    settings: &Settings,
    credentials: &CredentialsSettings,
    entropy: &dyn Entropy,
) -> Result<CallAnswer, String> {
    let api = settings.apis.get(credentials.api.0).ok_or("its API is not there")?;
    let random = random_bytes::<12>(entropy).map_err(|error| error.to_string())?;
    let made_up: String = random.iter().map(|byte| char::from(b'a' + byte % 26)).collect();
    let value = |name: &str| match name.to_lowercase().contains("mail") {
        true => Some(Value::String(format!("{made_up}@crossgate-check.invalid"))),
        false => Some(Value::String(made_up.clone())),
    };
    let built = credentials.login.call.build(&value).map_err(|error| error.to_string())?;
    let public = PublicSide::new(&settings.public_origin);
    call(&Pool::new(api.upstream.clone()), &public, built, LIMIT).await.map_err(|error| error.to_string())
}
