//! People who are signed in. Their sessions begin in 2100, so that they are not over while the tests run.

use crossgate_core::entropy::{Entropy, EntropyError};
use crossgate_core::identity::{Identity, Subject};
use crossgate_core::keys::{KeyPurpose, Secrets};
use crossgate_core::provider::{
    Issuer, ProviderId, ProviderLogin, ProviderSessionId, ProviderToken, TokenTarget,
};
use crossgate_core::seal::Sealer;
use crossgate_core::secret::SecretText;
use crossgate_core::session::{HashedSessionId, SessionContent, SessionId, SessionRecord, TokenSet};
use crossgate_core::time::Timestamp;
use crossgate_core::upstream_cookie::{CookieJar, CookieSource};

use crate::desk::SECRET;

/// So many seconds into the year 2100.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(4_102_444_800 + seconds)
}

/// Always the same, which no test minds.
struct Sevens;

impl Entropy for Sevens {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(7);
        Ok(())
    }
}

/// Somebody's session.
#[derive(Clone)]
pub(crate) struct Person {
    id: SessionId,
    name: String,
    began: Timestamp,
    content: SessionContent,
}

/// A person who signed in with the API's own login, at second 0 of 2100.
pub(crate) fn person(name: &str, number: u32) -> Person {
    let content = SessionContent {
        identity: identity(name),
        sign_in: "credentials".to_owned(),
        tokens: None,
        cookies: CookieJar::default(),
        provider: None,
        app_claims: serde_json::Map::new(),
        user_agent: Some("A browser/1.0".to_owned()),
    };
    let id = SessionId::generate(&Numbered(number)).unwrap();
    Person { id, name: name.to_owned(), began: at(0), content }
}

/// An id for every number.
struct Numbered(u32);

impl Entropy for Numbered {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.iter_mut().zip(self.0.to_be_bytes()).for_each(|(byte, from)| *byte = from);
        Ok(())
    }
}

fn identity(name: &str) -> Identity {
    Identity {
        subject: Subject::parse(name).unwrap(),
        name: None,
        email: None,
        image: None,
        user: serde_json::Map::new(),
    }
}

fn secret(what: &str) -> SecretText {
    SecretText::new(format!("hush-hush, {what}"))
}

impl Person {
    pub(crate) fn beginning(self, began: Timestamp) -> Self {
        Self { began, ..self }
    }

    pub(crate) fn with_user_agent(mut self, text: &str) -> Self {
        self.content.user_agent = Some(text.to_owned());
        self
    }

    /// With the API's own tokens; the access token ends at second 900.
    pub(crate) fn with_tokens(mut self) -> Self {
        self.content.tokens = Some(TokenSet {
            access_token: secret("the access token"),
            refresh_token: Some(secret("the refresh token")),
            expires_at: Some(at(900)),
            obtained_at: Some(at(0)),
        });
        self
    }

    /// With a cookie that the API set.
    pub(crate) fn with_cookie(mut self) -> Self {
        let headers = [("set-cookie", "connect.sid=hush-hush; Path=/")];
        let headers = headers.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let source = CookieSource { headers: &headers.into_iter().collect(), path: "/api/login", now: at(0) };
        assert!(self.content.cookies.take_in(&source));
        self
    }

    /// Signed in at a provider instead, which issued a token for itself and one for an audience.
    pub(crate) fn by_provider(mut self) -> Self {
        let token = |target, expires_at| ProviderToken {
            target,
            access_token: secret("the provider's access token"),
            expires_at,
            obtained_at: None,
        };
        let audience = TokenTarget::Audience("https://api.shop.example".to_owned());
        self.content.sign_in = "company".to_owned();
        self.content.provider = Some(ProviderLogin {
            provider: ProviderId::parse("company").unwrap(),
            issuer: Issuer::parse("https://login.company.example").unwrap(),
            subject: Subject::parse("their-name").unwrap(),
            session: Some(ProviderSessionId("hush-hush, their session".to_owned())),
            id_token: Some(secret("the ID token")),
            tokens: vec![token(TokenTarget::Default, Some(at(60))), token(audience, None)],
            refresh_token: None,
        });
        self
    }

    pub(crate) fn id(&self) -> HashedSessionId {
        self.id.hash()
    }

    pub(crate) fn cookie(&self) -> String {
        self.id.expose_cookie_value()
    }

    pub(crate) fn handle(&self) -> String {
        self.id().handle().to_string()
    }

    pub(crate) fn record(&self) -> SessionRecord {
        let secrets = Secrets::new(SecretText::new(SECRET), Vec::new());
        let sealer = Sealer::new(secrets.derive(KeyPurpose::SessionContent));
        SessionRecord {
            id: self.id(),
            subject: Subject::parse(&self.name).unwrap(),
            created_at: self.began,
            last_seen_at: self.began,
            provider: self.content.provider.as_ref().map(ProviderLogin::keys),
            version: 1,
            sealed: self.content.seal(&self.id(), &sealer, &Sevens).unwrap(),
        }
    }
}

/// Somebody whose handle begins so.
pub(crate) fn with_handle(name: &str, beginning: &str) -> Person {
    (0..).map(|number| person(name, number)).find(|person| person.handle().starts_with(beginning)).unwrap()
}
