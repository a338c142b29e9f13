//! Header values that a session keeps ready, in as few bytes as may be: what the values of many sessions begin with is
//! there once, and the API's own token is the one that stands in the session's content.

use std::fmt;
use std::sync::Arc;

use crossgate_core::time::Timestamp;
use http::HeaderValue;
use http::header::InvalidHeaderValue;

use super::compact::Compact;
use super::live::LiveSession;

/// What header values begin with.
#[derive(Default)]
pub(crate) struct Beginning(pub(crate) Box<[u8]>);

/// A header value, to be written. Whoever makes one has seen that it can stand in a header.
#[derive(Clone)]
pub(crate) struct ReadyValue {
    beginning: Option<Arc<Beginning>>,
    rest: Rest,
}

#[derive(Clone)]
enum Rest {
    Here(Compact),
    /// The API's access token in the content of the session that this value is for.
    OwnToken,
}

/// A header value and until when it may be sent.
#[derive(Debug, Clone)]
pub(crate) struct FreshHeader {
    pub(crate) value: ReadyValue,
    pub(crate) use_until: Timestamp,
}

impl ReadyValue {
    /// A beginning, and what follows it.
    pub(crate) fn new(beginning: Arc<Beginning>, rest: &[u8]) -> Self {
        Self { beginning: Some(beginning), rest: Rest::Here(Compact::new(rest)) }
    }

    /// A beginning, and the access token of the API that the session holds.
    pub(crate) fn of_own_token(beginning: Arc<Beginning>) -> Self {
        Self { beginning: Some(beginning), rest: Rest::OwnToken }
    }

    /// A value that has nothing in common with others.
    pub(crate) fn whole(value: &HeaderValue) -> Self {
        Self { beginning: None, rest: Rest::Here(Compact::new(value.as_bytes())) }
    }

    /// Writes it for the session that keeps it; for a stranger none does.
    pub(crate) fn write_to(&self, session: Option<&LiveSession>, line: &mut Vec<u8>) {
        line.extend_from_slice(self.beginning.as_ref().map_or(&[], |beginning| &*beginning.0));
        match &self.rest {
            Rest::Here(rest) => rest.write_to(line),
            Rest::OwnToken => {
                line.extend_from_slice(session.map(LiveSession::expose_access_token).unwrap_or_default());
            }
        }
    }

    /// The value by itself.
    pub(crate) fn to_header(&self, session: &LiveSession) -> Result<HeaderValue, InvalidHeaderValue> {
        let mut line = Vec::new();
        self.write_to(Some(session), &mut line);
        let mut value = HeaderValue::from_maybe_shared(bytes::Bytes::from(line))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for ReadyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReadyValue(…)")
    }
}
