//! What a session knows, as it waits in memory: packed, with what requests ask of it beside it.

use std::borrow::Cow;

use crossgate_core::route::ClaimRequirement;
use crossgate_core::session::{AccessToken, ContentError, PackedContent, SessionContent};
use crossgate_core::settings::{ApiSettings, Settings};
use crossgate_core::token::UpstreamToken;

/// How many requirements sessions answer without being opened.
const ANSWERED: usize = u32::BITS as usize;

/// What requests may ask of a session.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// All that the routes require of claims.
    pub(crate) requirements: Vec<ClaimRequirement>,
    /// Whether an API receives it.
    pub(crate) access_token: AccessToken,
}

impl Asked {
    pub(crate) fn new(settings: &Settings) -> Self {
        let receives_it = |api: &ApiSettings| matches!(api.token, UpstreamToken::Api(_));
        let access_token = match settings.apis.iter().any(receives_it) {
            true => AccessToken::AtHand,
            false => AccessToken::Packed,
        };
        Self { requirements: settings.routes.requirements(), access_token }
    }
}

/// See the [module](self).
pub(super) struct Held {
    form: Form,
    /// Bit `n`: whether the person fulfils requirement `n` of the configuration.
    fulfilled: u32,
    pub(super) has_tokens: bool,
    pub(super) is_of_provider: bool,
}

enum Form {
    Packed(PackedContent),
    /// Where an API's cookies are in it, which every request looks at.
    Open(Box<SessionContent>),
}

impl Held {
    pub(super) fn new(content: SessionContent, asked: &Asked) -> Result<Self, ContentError> {
        let bit = |(index, requirement): (usize, &ClaimRequirement)| {
            u32::from(requirement.holds(&content.identity)) << index
        };
        let fulfilled = asked.requirements.iter().take(ANSWERED).enumerate().map(bit).sum();
        let (has_tokens, is_of_provider) = (content.tokens.is_some(), content.provider.is_some());
        let form = match content.cookies.is_empty() {
            true => Form::Packed(content.pack(asked.access_token)?),
            false => Form::Open(Box::new(content)),
        };
        Ok(Self { form, fulfilled, has_tokens, is_of_provider })
    }

    pub(super) fn content(&self) -> Result<Cow<'_, SessionContent>, ContentError> {
        match &self.form {
            Form::Packed(packed) => SessionContent::unpack(packed).map(Cow::Owned),
            Form::Open(content) => Ok(Cow::Borrowed(content)),
        }
    }

    /// The access token of the API; empty where the sign-in brought none, or no API receives it.
    pub(super) fn expose_access_token(&self) -> &[u8] {
        match &self.form {
            Form::Packed(packed) => packed.expose_access_token(),
            Form::Open(content) => {
                let tokens = content.tokens.as_ref();
                tokens.map_or(&[], |tokens| tokens.access_token.expose_secret().as_bytes())
            }
        }
    }

    /// Whether the person fulfils a requirement: one of those that this was made with, or another one.
    pub(super) fn fulfils(&self, wanted: &ClaimRequirement, asked: &Asked) -> bool {
        match asked.requirements.iter().take(ANSWERED).position(|known| known == wanted) {
            Some(index) => self.fulfilled >> index & 1 == 1,
            // Whoever cannot be read fulfils nothing.
            None => self.content().is_ok_and(|content| wanted.holds(&content.identity)),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use crossgate_core::identity::{Identity, Subject};
    use crossgate_core::upstream_cookie::CookieJar;
    use serde_json::{Map, json};

    use super::*;

    pub(in crate::session) fn content() -> SessionContent {
        let user = json!({ "role": "admin", "numbers": [1, 31, 32, 70] });
        SessionContent {
            identity: Identity {
                subject: Subject::parse("ada").unwrap(),
                name: None,
                email: None,
                image: None,
                user: user.as_object().cloned().unwrap(),
            },
            sign_in: "credentials".to_owned(),
            tokens: None,
            cookies: CookieJar::default(),
            provider: None,
            app_claims: Map::new(),
            user_agent: None,
        }
    }

    pub(in crate::session) fn asked(requirements: Vec<ClaimRequirement>) -> Asked {
        Asked { requirements, access_token: AccessToken::AtHand }
    }

    fn number(number: usize) -> ClaimRequirement {
        ClaimRequirement { claim: "numbers".to_owned(), values: vec![number.into()] }
    }

    #[test]
    fn however_many_requirements_there_are_each_is_answered_as_the_content_says() {
        let asked = asked((0..80).map(number).collect());
        let held = Held::new(content(), &asked).unwrap();
        for wish in 0..100 {
            let wanted = [1, 31, 32, 70].contains(&wish);
            assert_eq!(held.fulfils(&number(wish), &asked), wanted, "{wish}");
        }
        let admin = ClaimRequirement { claim: "role".to_owned(), values: vec!["admin".into()] };
        assert!(held.fulfils(&admin, &asked));
    }

    #[test]
    fn what_it_holds_is_what_it_was_given() {
        let held = Held::new(content(), &asked(Vec::new())).unwrap();
        assert_eq!(*held.content().unwrap(), content());
        assert!(held.expose_access_token().is_empty() && !held.has_tokens && !held.is_of_provider);
    }
}
