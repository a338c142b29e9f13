//! Calls to an API that belong together, as those of one sign-in: the cookies that an answer sets go along with the
//! next call, where their paths say so.

use std::rc::Rc;
use std::time::Duration;

use crossgate_core::client_address::ClientAddress;
use crossgate_core::credentials::{
    AnswerFault, ApiAnswer, CallError, CallTemplate, PrepareSettings, ReadValues, judge_prepare,
};
use crossgate_core::time::Timestamp;
use crossgate_core::upstream_cookie::{CookieJar, CookieSource};
use http::{HeaderMap, StatusCode, header};
use serde_json::Value;

use crate::refusal::Refusal;
use crate::upstream::{CallAnswer, Pool, PublicSide, UpstreamError, call};

/// How long the request before another may take.
const PREPARE_LIMIT: Duration = Duration::from_secs(5);

/// See the [module](self).
pub(crate) struct Conversation<'a> {
    pool: &'a Rc<Pool>,
    public: &'a PublicSide,
    client: Option<ClientAddress>,
    pub(crate) now: Timestamp,
    /// The cookies that the API has set so far.
    pub(crate) cookies: CookieJar,
    /// The same, answer by answer: for a jar that others change meanwhile.
    pub(crate) news: CookieNews,
    /// How the last answer began.
    pub(crate) last_status: Option<StatusCode>,
}

/// What answers said about cookies, in their order.
#[derive(Clone, Default)]
pub(crate) struct CookieNews(Vec<(HeaderMap, String)>);

impl CookieNews {
    fn add(&mut self, answered: &CallAnswer, path: &str) {
        let lines = answered.headers.get_all(header::SET_COOKIE).iter().cloned();
        let lines: HeaderMap = lines.map(|line| (header::SET_COOKIE, line)).collect();
        if !lines.is_empty() {
            self.0.push((lines, path.to_owned()));
        }
    }

    /// Takes it into a jar.
    pub(crate) fn take_into(&self, jar: &mut CookieJar, now: Timestamp) {
        for (headers, path) in &self.0 {
            jar.take_in(&CookieSource { headers, path, now });
        }
    }
}

/// One call of a conversation.
#[derive(Clone, Copy)]
pub(crate) struct Said<'a> {
    /// Its key in the configuration, for the operator.
    pub(crate) what: &'static str,
    pub(crate) template: &'a CallTemplate,
    /// How long the answer may take.
    pub(crate) limit: Duration,
}

/// Why a call brought nothing. The texts are for the operator.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallFault {
    #[error("`{what}` cannot be written: {error}")]
    Unwritten { what: &'static str, error: CallError },
    #[error("`{what}`: {error}")]
    Unanswered { what: &'static str, error: UpstreamError },
    #[error("`{what}`: {fault}")]
    Answer { what: &'static str, fault: AnswerFault },
}

impl<'a> Conversation<'a> {
    /// With cookies that were set before.
    pub(crate) const fn new(
        pool: &'a Rc<Pool>,
        public: &'a PublicSide,
        cookies: CookieJar,
        now: Timestamp,
    ) -> Self {
        Self { pool, public, client: None, now, cookies, news: CookieNews(Vec::new()), last_status: None }
    }

    /// On behalf of this client.
    pub(crate) fn of_client(self, client: ClientAddress) -> Self {
        Self { client: Some(client), ..self }
    }

    /// The name of the API in logs.
    pub(crate) fn api_name(&self) -> &str {
        &self.pool.settings.name
    }

    /// Asks for what the API wants to be asked for before the next call, if it wants that: further variables for its
    /// template. The cookies that it sets are kept.
    pub(crate) async fn prepare(
        &mut self,
        settings: Option<&PrepareSettings>,
    ) -> Result<ReadValues, CallFault> {
        let Some(settings) = settings else { return Ok(ReadValues::default()) };
        let what = "prepare";
        let said = Said { what, template: &settings.call, limit: PREPARE_LIMIT };
        let answered = self.say(said, &|_| None).await?;
        judge_prepare(&(&answered).into(), settings, &self.cookies)
            .map_err(|fault| CallFault::Answer { what, fault })
    }

    /// As [`prepare`](Self::prepare), where the call uses anything of it.
    pub(crate) async fn prepare_for(
        &mut self,
        settings: Option<&PrepareSettings>,
        call: &CallTemplate,
    ) -> Result<ReadValues, CallFault> {
        self.prepare(settings.filter(|settings| settings.is_needed_for(call))).await
    }

    /// Fills a template in and makes the call.
    pub(crate) async fn say(
        &mut self,
        said: Said<'_>,
        values: &dyn Fn(&str) -> Option<Value>,
    ) -> Result<CallAnswer, CallFault> {
        self.say_with(said, values, HeaderMap::new()).await
    }

    /// With headers on top of those that the operator declared. Whatever cookies the answer sets are kept, whatever
    /// else it says.
    pub(crate) async fn say_with(
        &mut self,
        said: Said<'_>,
        values: &dyn Fn(&str) -> Option<Value>,
        headers: HeaderMap,
    ) -> Result<CallAnswer, CallFault> {
        let what = said.what;
        let mut built = said.template.build(values).map_err(|error| CallFault::Unwritten { what, error })?;
        built.headers.extend(headers);
        if let Some(cookies) = self.cookies.header_for(&built.path, self.now) {
            built.headers.entry(header::COOKIE).or_insert(cookies);
        }
        if let Some(address) = self.client.and_then(|client| client.0.to_string().parse().ok()) {
            built.headers.insert("x-forwarded-for", address);
        }
        let path = built.path.clone();
        let answered = call(self.pool, self.public, built, said.limit).await;
        let answered = answered.map_err(|error| CallFault::Unanswered { what, error })?;
        self.last_status = Some(answered.status);
        self.news.add(&answered, &path);
        self.cookies.take_in(&CookieSource { headers: &answered.headers, path: &path, now: self.now });
        Ok(answered)
    }
}

impl CallFault {
    /// What a sign-in makes of it.
    pub(crate) fn into_refusal(self, api: &str) -> Refusal {
        match self {
            Self::Unanswered { error, .. } => Refusal::Upstream { name: api.to_owned(), error },
            Self::Unwritten { .. } => Refusal::Internal(self.to_string()),
            Self::Answer { fault: AnswerFault::ApiFailed(_), .. } => {
                Refusal::SignInUnavailable(self.to_string())
            }
            Self::Answer { .. } => Refusal::SignInMisconfigured(self.to_string()),
        }
    }
}

impl<'a> From<&'a CallAnswer> for ApiAnswer<'a> {
    fn from(answer: &'a CallAnswer) -> Self {
        Self { status: answer.status, headers: &answer.headers, body: &answer.body }
    }
}
