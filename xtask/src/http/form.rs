//! Forms in a page, as far as filling them in needs.
use url::form_urlencoded::Serializer;

use super::Page;

/// A form with what its fields hold so far.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) action: String,
    fields: Vec<(String, String)>,
}

impl Form {
    /// The form that contains a field of this name.
    pub(crate) fn with_field(page: &Page, field: &str) -> Option<Self> {
        let mut forms = page.body.split("<form").skip(1).map(Self::parse);
        forms.find(|form| form.fields.iter().any(|(name, _)| name == field))
    }

    fn parse(after_form: &str) -> Self {
        let form = after_form.split("</form").next().unwrap_or_default();
        let action = attribute(form.split('>').next().unwrap_or_default(), "action").unwrap_or_default();
        let inputs = form.split("<input").skip(1).filter_map(|input| input.split('>').next());
        let fields = inputs.filter_map(|input| {
            Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default()))
        });
        Self { action, fields: fields.collect() }
    }

    /// Types into a field.
    pub(crate) fn fill(mut self, field: &str, text: &str) -> Self {
        for (_, value) in self.fields.iter_mut().filter(|(name, _)| name == field) {
            text.clone_into(value);
        }
        self
    }

    /// Adds what a button of the form carries.
    pub(crate) fn add(mut self, field: &str, text: &str) -> Self {
        self.fields.push((field.to_owned(), text.to_owned()));
        self
    }

    /// What a browser sends for it.
    pub(crate) fn body(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.fields).finish()
    }
}

/// The value of a quoted attribute.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, after) =
        tag.split_once(&format!(" {name}=\"")).or_else(|| tag.split_once(&format!("\n{name}=\"")))?;
    let value = after.split('"').next()?;
    Some(value.replace("&quot;", "\"").replace("&#34;", "\"").replace("&#38;", "&").replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use ureq::http::HeaderMap;

    use super::*;

    const SIGN_IN: &str = r#"<form method="get" action="/search"><input name="q"></form>
        <form method="post" action="/api/auth/callback/credentials?a=1&amp;b=2">
        <input type="hidden" name="csrfToken" value="abc"><input id="email" name="email" type="email" required>
        <input name="password" type="password"><button>Sign in</button></form>"#;

    fn page(body: &str) -> Page {
        Page { status: 200, headers: HeaderMap::new(), body: body.to_owned() }
    }

    #[test]
    fn a_filled_form_is_sent_with_its_hidden_fields() {
        let form = Form::with_field(&page(SIGN_IN), "password").unwrap();
        let form = form.fill("email", "ada@shop.example").fill("password", "a&b");
        assert_eq!(form.action, "/api/auth/callback/credentials?a=1&b=2");
        assert_eq!(form.body(), "csrfToken=abc&email=ada%40shop.example&password=a%26b");
    }

    #[test]
    fn a_page_without_that_field_has_no_such_form() {
        assert!(Form::with_field(&page("<p>Hello</p>"), "password").is_none());
    }
}
