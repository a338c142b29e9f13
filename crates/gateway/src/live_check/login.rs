//! The login of the API: a made-up person must be refused, and in a way that the configuration covers.

use crossgate_core::credentials::{AnswerFault, CredentialsSettings};
use crossgate_core::entropy::{Entropy, random_bytes};
use crossgate_core::settings::Settings;
use crossgate_core::time::Clock;
use crossgate_core::upstream_cookie::CookieJar;
use serde_json::Value;

use super::Finding;
use crate::conversation::{CallFault, Conversation};
use crate::login::{Verdict, log_in};
use crate::upstream::{Pool, PublicSide};

const LOGIN: &str = "login";

pub(super) async fn check(
    settings: &Settings,
    credentials: &CredentialsSettings,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Finding {
    let Some(api) = settings.apis.get(credentials.api.0) else {
        return Finding::broken(LOGIN, "its API is not there", "correct `api`");
    };
    let name = match made_up_name(entropy) {
        Ok(name) => name,
        Err(problem) => return Finding::broken(LOGIN, problem, "look at this machine"),
    };
    let (pool, public) = (Pool::new(api.upstream.clone()), PublicSide::new(&settings.public_origin));
    let mut conversation = Conversation::new(&pool, &public, CookieJar::default(), clock.now());
    let verdict = log_in(&mut conversation, credentials, &|field| Some(typed(field, &name))).await;
    let status = conversation.last_status.map(|status| status.to_string()).unwrap_or_default();
    match verdict {
        Ok(Verdict::Refused(_)) => Finding::good(LOGIN, format!("refuses a made-up account with {status}")),
        Ok(Verdict::SecondStep(_)) => Finding::doubtful(
            LOGIN,
            format!("a made-up account is asked for a second step ({status})"),
            "narrow `second_step.when`, unless the API does so to hide which accounts there are",
        ),
        Ok(Verdict::SignedIn(_)) => Finding::broken(
            LOGIN,
            format!("a made-up account was signed in ({status})"),
            "narrow `success`: this answer must not count as one",
        ),
        Err(fault) => Finding::broken(LOGIN, format!("a made-up account: {fault}"), fix_of(&fault)),
    }
}

fn fix_of(fault: &CallFault) -> &'static str {
    match fault {
        CallFault::Answer { fault: AnswerFault::ApiFailed(_), .. } => {
            "look at the API's own log; it must refuse wrong credentials, not fail over them"
        }
        CallFault::Answer { what: "prepare", .. } => {
            "correct `prepare`: its request, or where its values are"
        }
        CallFault::Answer { what: "second_step.values", .. } => {
            "narrow `second_step.when`, or correct where its values are"
        }
        CallFault::Answer { what: "profile", .. } => {
            "narrow `success`, or say in `profile.refused` which answers mean wrong credentials"
        }
        CallFault::Answer { .. } => {
            "say in `refused` which answers mean wrong credentials, or correct `request`"
        }
        CallFault::Unwritten { .. } | CallFault::Unanswered { .. } => "look at the API, and at `login`",
    }
}

/// Nobody has this name.
fn made_up_name(entropy: &dyn Entropy) -> Result<String, String> {
    let random = random_bytes::<12>(entropy).map_err(|error| error.to_string())?;
    Ok(random.iter().map(|byte| char::from(b'a' + byte % 26)).collect())
}

fn typed(field: &str, name: &str) -> Value {
    match field.to_lowercase().contains("mail") {
        true => Value::String(format!("{name}@crossgate-check.invalid")),
        false => Value::String(name.to_owned()),
    }
}
