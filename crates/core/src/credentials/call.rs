//! A request to the API, declared as a template.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde_json::Value;

use crate::secret::SecretText;
use crate::template::{JsonTemplate, MissingVariable, TextTemplate};

/// Which request to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallTemplate {
    /// The method.
    pub method: Method,
    /// Path and query at the API.
    pub path: TextTemplate,
    /// Additional headers.
    pub headers: Vec<(HeaderName, TextTemplate)>,
    /// Who asks, in `Authorization: Basic`.
    pub basic: Option<BasicTemplate>,
    /// The body.
    pub body: BodyTemplate,
}

/// User name and password of the scheme Basic (RFC 7617), in UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasicTemplate {
    /// The user name (`user-id`).
    pub username: TextTemplate,
    /// The password.
    pub password: TextTemplate,
}

/// The body of a declared request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyTemplate {
    /// None.
    Empty,
    /// `application/json`.
    Json(JsonTemplate),
    /// `application/x-www-form-urlencoded`.
    Form(Vec<(String, TextTemplate)>),
}

/// A request ready for the wire.
#[derive(Debug)]
pub struct BuiltCall {
    /// The method.
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// Headers, content type included.
    pub headers: HeaderMap,
    /// The body; may hold a password.
    pub body: SecretText,
}

/// A declared request could not be built from the values at hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// A variable has no value.
    #[error(transparent)]
    Missing(#[from] MissingVariable),
    /// A rendered header has characters that no header may have.
    #[error("the value for header {0} cannot stand in a header")]
    Header(HeaderName),
    /// User name or password cannot be sent with the scheme Basic.
    #[error(
        "with `basic` neither user name nor password may have control characters, nor the user name a colon"
    )]
    Basic,
}

impl CallTemplate {
    /// Fills in the values. They stand in the body byte for byte, escaped as its format needs; in the path they are
    /// percent-encoded.
    ///
    /// # Errors
    /// See [`CallError`].
    pub fn build(&self, values: &dyn Fn(&str) -> Option<Value>) -> Result<BuiltCall, CallError> {
        let mut headers = HeaderMap::new();
        for (name, template) in &self.headers {
            let value = HeaderValue::from_str(&template.render(values)?)
                .map_err(|_| CallError::Header(name.clone()))?;
            headers.insert(name.clone(), value);
        }
        if let Some(basic) = &self.basic {
            headers.insert(header::AUTHORIZATION, basic.build(values)?);
        }
        let (content_type, body) = self.body.build(values)?;
        if let Some(content_type) = content_type {
            headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static(content_type));
        }
        headers.entry(header::ACCEPT).or_insert(HeaderValue::from_static("application/json"));
        let path =
            self.path.render(&|name| values(name).map(|value| Value::String(percent_encode(&value))))?;
        Ok(BuiltCall { method: self.method.clone(), path, headers, body })
    }

    /// Whether it says itself what stands in this header.
    #[must_use]
    pub fn sets(&self, header: &HeaderName) -> bool {
        self.headers.iter().any(|(name, _)| name == header)
            || (self.basic.is_some() && *header == header::AUTHORIZATION)
    }

    /// Names of all variables.
    #[must_use]
    pub fn variables(&self) -> BTreeSet<String> {
        let basic = self.basic.iter().flat_map(|basic| [&basic.username, &basic.password]);
        let texts = self.headers.iter().map(|(_, value)| value).chain(basic).chain([&self.path]);
        let mut names: BTreeSet<_> = texts.flat_map(TextTemplate::variables).collect();
        names.extend(self.body.variables());
        names
    }
}

impl BasicTemplate {
    /// RFC 7617 §2:
    /// 1. The user name holds no colon: it ends at the first one.
    /// 2. Neither holds control characters.
    fn build(&self, values: &dyn Fn(&str) -> Option<Value>) -> Result<HeaderValue, CallError> {
        let (username, password) =
            (SecretText::new(self.username.render(values)?), SecretText::new(self.password.render(values)?));
        let (username, password) = (username.expose_secret(), password.expose_secret());
        if username.contains(':') || username.chars().chain(password.chars()).any(char::is_control) {
            return Err(CallError::Basic);
        }
        let pair = SecretText::new(format!("{username}:{password}"));
        let line = SecretText::new(format!("Basic {}", STANDARD.encode(pair.expose_secret())));
        let mut value = HeaderValue::from_str(line.expose_secret()).map_err(|_| CallError::Basic)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl BodyTemplate {
    fn variables(&self) -> BTreeSet<String> {
        match self {
            Self::Empty => BTreeSet::new(),
            Self::Json(template) => template.variables(),
            Self::Form(fields) => fields.iter().flat_map(|(_, value)| value.variables()).collect(),
        }
    }

    fn build(
        &self,
        values: &dyn Fn(&str) -> Option<Value>,
    ) -> Result<(Option<&'static str>, SecretText), MissingVariable> {
        match self {
            Self::Empty => Ok((None, SecretText::new(""))),
            Self::Json(template) => {
                let value = template.render(values)?.unwrap_or(Value::Null);
                Ok((Some("application/json"), SecretText::new(value.to_string())))
            }
            Self::Form(fields) => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                for (name, template) in fields {
                    form.append_pair(name, &template.render(values)?);
                }
                Ok((Some("application/x-www-form-urlencoded"), SecretText::new(form.finish())))
            }
        }
    }
}

fn percent_encode(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(text: &str) -> TextTemplate {
        TextTemplate::parse(text).unwrap()
    }

    fn call(path: &str, body: BodyTemplate) -> CallTemplate {
        CallTemplate { method: Method::POST, path: text(path), headers: Vec::new(), basic: None, body }
    }

    /// A password with everything that formats treat specially must arrive unchanged.
    const PASSWORD: &str = " pä\"ss\\w&o=r+d%41{email}\u{1F511}";

    fn values(name: &str) -> Option<Value> {
        json!({ "email": "ada@shop.example", "password": PASSWORD }).get(name).cloned()
    }

    #[test]
    fn a_password_arrives_unchanged_in_json_and_in_forms() {
        let json_body = BodyTemplate::Json(JsonTemplate::Object(vec![(
            "pw".into(),
            JsonTemplate::Text(text("{password}")),
        )]));
        let built = call("/login", json_body).build(&values).unwrap();
        let parsed: Value = serde_json::from_str(built.body.expose_secret()).unwrap();
        assert_eq!(parsed["pw"], PASSWORD);

        let built = call("/login", BodyTemplate::Form(vec![("pw".into(), text("{password}"))]))
            .build(&values)
            .unwrap();
        let parsed: Vec<(String, String)> =
            form_urlencoded::parse(built.body.expose_secret().as_bytes()).into_owned().collect();
        assert_eq!(parsed, [("pw".to_owned(), PASSWORD.to_owned())]);
    }

    #[test]
    fn values_in_a_path_cannot_leave_their_segment() {
        let values = |_: &str| Some(json!("../admin?x=1"));
        assert_eq!(
            call("/t/{tenant}/login", BodyTemplate::Empty).build(&values).unwrap().path,
            "/t/%2E%2E%2Fadmin%3Fx%3D1/login"
        );
    }

    fn basic(username: &str, password: &str) -> Result<String, CallError> {
        let template = BasicTemplate { username: text("{name}"), password: text("{password}") };
        let values = json!({ "name": username, "password": password });
        let call = CallTemplate { basic: Some(template), ..call("/tokens", BodyTemplate::Empty) };
        let built = call.build(&|name| values.get(name).cloned())?;
        assert!(!format!("{built:?}").contains("Basic"), "{built:?}");
        Ok(built.headers["authorization"].to_str().unwrap().to_owned())
    }

    #[test]
    fn name_and_password_are_sent_as_the_scheme_basic_has_them() {
        // The examples of RFC 7617 §2 and §2.1.
        assert_eq!(basic("Aladdin", "open sesame").unwrap(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(basic("test", "123\u{a3}").unwrap(), "Basic dGVzdDoxMjPCow==");
        assert_eq!(basic("a", "b:c:").unwrap(), "Basic YTpiOmM6", "a password may have colons");
        for (username, password) in [("a:b", "c"), (":", "c"), ("a\n", "c"), ("a", "c\0"), ("a\u{85}", "c")] {
            assert_eq!(basic(username, password), Err(CallError::Basic), "{username:?}");
        }
    }

    #[test]
    fn a_built_call_never_shows_its_body() {
        let built = call("/login", BodyTemplate::Form(vec![("pw".into(), text("{password}"))]))
            .build(&values)
            .unwrap();
        assert!(!format!("{built:?}").contains("ss"), "{built:?}");
    }
}
