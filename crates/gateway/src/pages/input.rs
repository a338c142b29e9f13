//! From a declared field to an input that browsers and password managers understand.

use crossgate_core::credentials::{Field, login_name_of};

use super::sign_in::SignInPage;

/// An input of the sign-in form.
pub(super) struct Input<'a> {
    pub(super) id: String,
    pub(super) name: &'a str,
    pub(super) label: &'a str,
    pub(super) kind: InputKind,
    pub(super) value: Option<&'a str>,
    pub(super) has_focus: bool,
}

/// What is typed into it. E-mail addresses are not `type=email`: browsers rewrite such values and refuse user names,
/// which many an API takes in its field `email`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InputKind {
    Username,
    EmailAsUsername,
    Email,
    Telephone,
    Organization,
    OneTimeCode,
    SecretOneTimeCode,
    /// Of the second step, where its name does not say that it is a number.
    OneTimeText,
    SecretOneTimeText,
    Password,
    OtherText,
}

/// The inputs of a page, in the order the fields were declared.
pub(super) fn inputs_of<'a>(page: &SignInPage<'a>) -> Vec<Input<'a>> {
    let login_name = login_name_of(page.fields);
    let input = |(index, field): (usize, &'a Field)| Input {
        id: format!("field-{index}"),
        name: &field.name,
        label: &field.label,
        kind: InputKind::of(field, login_name == Some(index)),
        value: value_of(page, field),
        has_focus: false,
    };
    let mut inputs: Vec<_> = page.fields.iter().enumerate().map(input).collect();
    focus_one(&mut inputs);
    inputs
}

/// The inputs of the second step: whatever they are called, what belongs into them is good once.
pub(super) fn inputs_of_step<'a>(fields: &'a [Field]) -> Vec<Input<'a>> {
    let input = |(index, field): (usize, &'a Field)| Input {
        id: format!("field-{index}"),
        name: &field.name,
        label: &field.label,
        kind: InputKind::of_step(field),
        value: None,
        has_focus: index == 0,
    };
    fields.iter().enumerate().map(input).collect()
}

/// What was typed before; never into a secret field.
fn value_of<'a>(page: &SignInPage<'a>, field: &Field) -> Option<&'a str> {
    let typed = page.values.iter().find(|(name, _)| *name == field.name);
    typed.filter(|_| !field.secret).map(|(_, value)| *value)
}

/// The first that is still to be filled in.
fn focus_one(inputs: &mut [Input<'_>]) {
    let empty = inputs.iter().position(|input| input.value.is_none_or(str::is_empty));
    if let Some(input) = inputs.get_mut(empty.unwrap_or(0)) {
        input.has_focus = true;
    }
}

fn is_one_time_code(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "otp",
        "totp",
        "code",
        "mfa",
        "mfacode",
        "onetimecode",
        "onetimepassword",
        "twofactorcode",
        "verificationcode",
    ];
    NAMES.contains(&name)
}

impl InputKind {
    /// By the name of the field: that is all there is to go by.
    fn of(field: &Field, is_login_name: bool) -> Self {
        let name = field.plain_name();
        match (field.secret, is_one_time_code(&name), is_login_name) {
            (true, true, _) => Self::SecretOneTimeCode,
            (true, false, _) => Self::Password,
            (false, true, _) => Self::OneTimeCode,
            (false, false, true) if field.is_email() => Self::EmailAsUsername,
            (false, false, true) => Self::Username,
            (false, false, false) if field.is_email() => Self::Email,
            (false, false, false) => Self::of_further_text(&name),
        }
    }

    fn of_step(field: &Field) -> Self {
        match (field.secret, is_one_time_code(&field.plain_name())) {
            (true, true) => Self::SecretOneTimeCode,
            (true, false) => Self::SecretOneTimeText,
            (false, true) => Self::OneTimeCode,
            (false, false) => Self::OneTimeText,
        }
    }

    fn of_further_text(name: &str) -> Self {
        match name {
            "organization" | "organisation" | "tenant" | "company" | "workspace" => Self::Organization,
            "phone" | "phonenumber" | "mobile" | "telephone" => Self::Telephone,
            _ => Self::OtherText,
        }
    }

    pub(super) const fn type_name(self) -> &'static str {
        match self {
            Self::Password | Self::SecretOneTimeCode | Self::SecretOneTimeText => "password",
            Self::Telephone => "tel",
            _ => "text",
        }
    }

    /// HTML, autofill field names.
    pub(super) const fn autocomplete(self) -> &'static str {
        match self {
            Self::Username | Self::EmailAsUsername => "username",
            Self::Email => "email",
            Self::Telephone => "tel",
            Self::Organization => "organization",
            Self::OneTimeCode | Self::SecretOneTimeCode | Self::OneTimeText | Self::SecretOneTimeText => {
                "one-time-code"
            }
            Self::Password => "current-password",
            Self::OtherText => "on",
        }
    }

    pub(super) const fn input_mode(self) -> Option<&'static str> {
        match self {
            Self::Email | Self::EmailAsUsername => Some("email"),
            Self::OneTimeCode | Self::SecretOneTimeCode => Some("numeric"),
            _ => None,
        }
    }
}
