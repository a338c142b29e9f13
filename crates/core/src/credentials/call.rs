//! A request to the API, declared as a template.

use std::collections::BTreeSet;

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
    /// The body.
    pub body: BodyTemplate,
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
        let (content_type, body) = self.body.build(values)?;
        if let Some(content_type) = content_type {
            headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static(content_type));
        }
        headers.entry(header::ACCEPT).or_insert(HeaderValue::from_static("application/json"));
        let path =
            self.path.render(&|name| values(name).map(|value| Value::String(percent_encode(&value))))?;
        Ok(BuiltCall { method: self.method.clone(), path, headers, body })
    }

    /// The names of all its variables.
    #[must_use]
    pub fn variables(&self) -> BTreeSet<String> {
        let mut names = self.path.variables();
        names.extend(self.headers.iter().flat_map(|(_, value)| value.variables()));
        match &self.body {
            BodyTemplate::Empty => {}
            BodyTemplate::Json(template) => names.extend(template.variables()),
            BodyTemplate::Form(fields) => {
                names.extend(fields.iter().flat_map(|(_, value)| value.variables()))
            }
        }
        names
    }
}

impl BodyTemplate {
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
        CallTemplate { method: Method::POST, path: text(path), headers: Vec::new(), body }
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

    #[test]
    fn a_built_call_never_shows_its_body() {
        let built = call("/login", BodyTemplate::Form(vec![("pw".into(), text("{password}"))]))
            .build(&values)
            .unwrap();
        assert!(!format!("{built:?}").contains("ss"), "{built:?}");
    }
}
