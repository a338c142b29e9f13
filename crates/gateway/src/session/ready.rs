//! Header values that a session keeps ready, in as few bytes as may be: what the values of many sessions begin with is
//! there once, and the API's own token is the one that stands in the session's content.

use std::fmt;
use std::sync::Arc;

use crossgate_core::time::Timestamp;
use http::HeaderValue;
use http::header::InvalidHeaderValue;

use super::live::LiveSession;

/// What header values begin with.
#[derive(Default)]
pub(crate) struct Beginning(pub(crate) Box<[u8]>);

/// A header value in pieces. Whoever makes one has seen that it can stand in a header.
#[derive(Clone)]
pub(crate) struct ReadyValue {
    beginning: Option<Arc<Beginning>>,
    rest: Rest,
}

#[derive(Clone)]
enum Rest {
    Here(Arc<[u8]>),
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
        Self { beginning: Some(beginning), rest: Rest::Here(rest.into()) }
    }

    /// A beginning, and the access token of the API that the session holds.
    pub(crate) fn of_own_token(beginning: Arc<Beginning>) -> Self {
        Self { beginning: Some(beginning), rest: Rest::OwnToken }
    }

    /// A value that has nothing in common with others.
    pub(crate) fn whole(value: &HeaderValue) -> Self {
        Self { beginning: None, rest: Rest::Here(value.as_bytes().into()) }
    }

    /// The pieces, one behind the other, for the session that keeps it; for a stranger none does.
    pub(crate) fn pieces<'a>(&'a self, session: Option<&'a LiveSession>) -> [&'a [u8]; 2] {
        let rest = match &self.rest {
            Rest::Here(rest) => rest,
            Rest::OwnToken => session.map(LiveSession::expose_access_token).unwrap_or_default(),
        };
        [self.beginning.as_ref().map_or(&[], |beginning| &*beginning.0), rest]
    }

    /// The value in one piece.
    pub(crate) fn to_header(&self, session: &LiveSession) -> Result<HeaderValue, InvalidHeaderValue> {
        let mut value = HeaderValue::from_bytes(&self.pieces(Some(session)).concat())?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for ReadyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReadyValue(…)")
    }
}
