//! The app and the APIs.

use std::rc::Rc;
use std::time::Duration;

use crossgate_core::credentials::{ApiAnswer, CredentialsSettings, LoginOutcome, judge_login};
use crossgate_core::entropy::{Entropy, random_bytes};
use crossgate_core::settings::{Settings, UpstreamSettings};
use crossgate_core::time::Clock;
use serde_json::Value;

use super::Finding;
use crate::upstream::{Pool, call, reach};

const LIMIT: Duration = Duration::from_secs(10);

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
    const ABOUT: &str = "login";
    let Some(api) = settings.apis.get(credentials.api.0) else {
        return Finding::broken(ABOUT, "its API is not there", "name the API with `api`");
    };
    let Ok(random) = random_bytes::<12>(entropy) else {
        return Finding::broken(ABOUT, "the system's source of randomness failed", "look at the system");
    };
    let made_up: String = random.iter().map(|byte| char::from(b'a' + byte % 26)).collect();
    let value = |name: &str| match name.to_lowercase().contains("mail") {
        true => Some(Value::String(format!("{made_up}@crossgate-check.invalid"))),
        false => Some(Value::String(made_up.clone())),
    };
    let built = match credentials.login.call.build(&value) {
        Ok(built) => built,
        Err(error) => return Finding::broken(ABOUT, error.to_string(), "correct `login`"),
    };
    let pool: Rc<Pool> = Pool::new(api.upstream.clone());
    let answered = match call(&pool, built, LIMIT).await {
        Ok(answered) => answered,
        Err(error) => return Finding::broken(ABOUT, error.to_string(), "look at the API"),
    };
    let answer = ApiAnswer { status: answered.status, body: &answered.body };
    match judge_login(&answer, &credentials.login, clock.now()) {
        Ok(LoginOutcome::Refused(_)) => {
            Finding::good(ABOUT, format!("refuses a made-up account with {}", answered.status))
        }
        Ok(LoginOutcome::SignedIn(_)) => Finding::broken(
            ABOUT,
            format!("a made-up account was signed in ({})", answered.status),
            "narrow `success`: this answer must not count as one",
        ),
        Err(fault) => Finding::broken(
            ABOUT,
            format!("a made-up account: {fault}"),
            "say in `refused` which answers mean wrong credentials, or correct `request`",
        ),
    }
}
