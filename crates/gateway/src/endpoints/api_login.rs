//! A call to an API that says who somebody is: its own login, or its account hook.

use std::time::Duration;

use crossgate_core::credentials::{
    ApiAnswer, CallError, LoginFault, LoginOutcome, LoginRefusal, LoginSettings, judge_login,
};
use crossgate_core::settings::ApiIndex;
use crossgate_core::upstream_cookie::CookieSource;
use http::HeaderMap;
use serde_json::Value;

use super::ask::Ask;
use crate::refusal::Refusal;
use crate::upstream::call;

/// How long it may take.
const LOGIN_LIMIT: Duration = Duration::from_secs(15);

/// Asks the API. `headers` come on top of those that the operator declared.
pub(super) async fn ask_who(
    ask: &Ask,
    api: ApiIndex,
    login: &LoginSettings,
    values: &dyn Fn(&str) -> Option<Value>,
    headers: HeaderMap,
) -> Result<LoginOutcome, Refusal> {
    let fault = |text: String| Refusal::Internal(text);
    let pool = ask.worker.api(api).ok_or_else(|| fault("the login names an API that is not there".into()))?;
    let mut built = match login.call.build(values) {
        Ok(built) => built,
        // No account can have such a name: nobody needs to be asked.
        Err(CallError::Basic) => return Ok(LoginOutcome::Refused(LoginRefusal::WRONG_CREDENTIALS)),
        Err(error) => return Err(fault(error.to_string())),
    };
    built.headers.extend(headers);
    if let Ok(address) = ask.client.0.to_string().parse() {
        built.headers.insert("x-forwarded-for", address);
    }
    let named = |error| Refusal::Upstream { name: pool.settings.name.clone(), error };
    let path = built.path.clone();
    let answered = call(pool, &ask.gateway().public_side, built, LOGIN_LIMIT).await.map_err(named)?;
    let headers = &answered.headers;
    let api_answer = ApiAnswer { status: answered.status, headers, body: &answered.body };
    let mut outcome = judge_login(&api_answer, login, ask.now).map_err(|error| match error {
        LoginFault::ApiFailed(_) => Refusal::SignInUnavailable(error.to_string()),
        error => Refusal::SignInMisconfigured(error.to_string()),
    })?;
    if let LoginOutcome::SignedIn(signed_in) = &mut outcome {
        signed_in.cookies.take_in(&CookieSource { headers, path: &path, now: ask.now });
    }
    Ok(outcome)
}
