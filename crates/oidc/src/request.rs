//! What goes to a provider and what comes back, as plain values.

use std::fmt;

use crossgate_core::provider::Endpoint;
use crossgate_core::secret::SecretText;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

/// A request to a provider. Its headers and body may hold secrets: there is no derived `Debug`.
pub struct ProviderRequest {
    /// The method.
    pub method: Method,
    /// Where it goes.
    pub endpoint: Endpoint,
    /// The headers; whoever sends it adds none but those of the connection.
    pub headers: HeaderMap,
    /// The body; empty for a GET.
    pub body: SecretText,
}

impl ProviderRequest {
    /// A GET that asks for JSON.
    #[must_use]
    pub fn get(endpoint: Endpoint) -> Self {
        Self { method: Method::GET, endpoint, headers: json_wanted(), body: SecretText::new("") }
    }

    /// A POST of a form that asks for JSON.
    #[must_use]
    pub fn post(endpoint: Endpoint, form: &[(String, String)]) -> Self {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let mut headers = json_wanted();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        Self { method: Method::POST, endpoint, headers, body: SecretText::new(body.finish()) }
    }
}

fn json_wanted() -> HeaderMap {
    HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("application/json"))])
}

impl fmt::Debug for ProviderRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProviderRequest({} {})", self.method, self.endpoint.url().path())
    }
}

/// The whole answer of a provider. It may hold tokens: there is no derived `Debug`.
pub struct ProviderAnswer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

impl fmt::Debug for ProviderAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProviderAnswer({})", self.status)
    }
}
