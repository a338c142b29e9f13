//! What a server answered.
use anyhow::{Context, Result, bail};
use serde_json::Value;
use ureq::http::{HeaderMap, header};

/// One answer, as it came.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Page {
    /// The text of a header, empty where it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where it sends the browser; absent where it is no redirect.
    pub(crate) fn redirect(&self) -> Option<&str> {
        (300..400).contains(&self.status).then(|| self.header(header::LOCATION.as_str()))
    }

    pub(crate) fn set_cookies(&self) -> impl Iterator<Item = &str> {
        self.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok())
    }

    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.body).with_context(|| format!("this is not JSON: {}", self.beginning()))
    }

    /// A text at a JSON Pointer, empty where it is absent.
    pub(crate) fn text_at(&self, pointer: &str) -> Result<String> {
        let found = self.json()?.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(found)
    }

    /// The text between tags as a person reads it, with the entities of HTML resolved.
    pub(crate) fn shows(&self, text: &str) -> bool {
        readable(&self.body).contains(text)
    }

    pub(crate) fn expect_status(&self, expected: u16) -> Result<()> {
        if self.status != expected {
            bail!("expected {expected}, got {}: {}", self.status, self.beginning());
        }
        Ok(())
    }

    pub(crate) fn expect_text(&self, text: &str) -> Result<()> {
        if !self.shows(text) {
            bail!("“{text}” is missing from the answer {}: {}", self.status, self.beginning());
        }
        Ok(())
    }

    pub(crate) fn expect_no_text(&self, text: &str) -> Result<()> {
        if self.shows(text) {
            bail!("“{text}” must not be in the answer");
        }
        Ok(())
    }

    /// Everything a script or a person at the browser could get at.
    pub(crate) fn everything(&self) -> String {
        let headers = self.headers.iter();
        let lines =
            headers.map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
        lines.chain([self.body.clone()]).collect()
    }

    fn beginning(&self) -> String {
        self.body.chars().take(300).collect()
    }
}

fn readable(html: &str) -> String {
    // React puts these between two texts.
    let text = html.replace("<!-- -->", "");
    let entities =
        [("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&lt;", "<"), ("&gt;", ">")];
    let text = entities.iter().fold(text, |text, (entity, character)| text.replace(entity, character));
    text.replace("&amp;", "&")
}
