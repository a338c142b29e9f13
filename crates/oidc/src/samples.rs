//! Values for tests: a provider of each kind and a sign-in that is under way.

use std::sync::atomic::{AtomicU8, Ordering};

use crossgate_core::entropy::{Entropy, EntropyError};
use crossgate_core::keys::{KeyPurpose, Secrets};
use crossgate_core::provider::{
    AuthorizationSettings, ClientAuthentication, ClientSettings, CodeChallengeUse, DeclaredEndpoints,
    EmailList, Endpoint, Issuer, OAuth2Settings, OpenIdSettings, ProfileReading, ProviderId,
    ProviderProtocol, ProviderSettings, ResponseMode, UserInfoUse,
};
use crossgate_core::seal::Sealer;
use crossgate_core::secret::SecretText;
use crossgate_core::time::Timestamp;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::metadata::{ProviderMetadata, judge_metadata};
use crate::request::ProviderAnswer;
use crate::transaction::{Purpose, SignInTransaction, TransactionStart};

pub(crate) const ISSUER: &str = "https://id.example/realm";

/// Every draw is another one.
#[derive(Default)]
pub(crate) struct Counting(AtomicU8);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

pub(crate) fn endpoint(text: &str) -> Endpoint {
    Endpoint::parse(text).unwrap()
}

pub(crate) fn sealer(secrets: &[&str]) -> Sealer {
    let mut secrets = secrets.iter().map(|secret| SecretText::new(secret.repeat(32)));
    let secrets = Secrets::new(secrets.next().unwrap(), secrets.collect());
    Sealer::new(secrets.derive(KeyPurpose::SignInTransaction))
}

fn settings(protocol: ProviderProtocol) -> ProviderSettings {
    ProviderSettings {
        id: ProviderId::parse("company").unwrap(),
        name: "Company".into(),
        protocol,
        client: ClientSettings {
            id: "shop".into(),
            authentication: ClientAuthentication::Basic(SecretText::new("hush")),
        },
        authorization: AuthorizationSettings {
            scopes: vec!["openid".into(), "email".into()],
            parameters: Vec::new(),
            allowed_parameters: Vec::new(),
            response_mode: ResponseMode::Query,
            code_challenge: CodeChallengeUse::S256,
        },
        hosts: Vec::new(),
        profile: ProfileReading::standard(),
        sign_out_there: false,
        token_targets: Vec::new(),
    }
}

pub(crate) fn open_id_at(issuer: &str) -> ProviderSettings {
    let issuer = Issuer::parse(issuer).unwrap();
    settings(ProviderProtocol::OpenId(OpenIdSettings { issuer, user_info: UserInfoUse::Never }))
}

pub(crate) fn open_id() -> ProviderSettings {
    open_id_at(ISSUER)
}

pub(crate) fn oauth2_settings() -> OAuth2Settings {
    OAuth2Settings {
        issuer: Issuer::parse("https://hub.example").unwrap(),
        endpoints: DeclaredEndpoints {
            authorization: endpoint("https://hub.example/authorize?policy=a"),
            token: endpoint("https://hub.example/token"),
            user_info: endpoint("https://api.hub.example:8443/user"),
            emails: Some(EmailList { endpoint: endpoint("https://mail.hub.example/emails") }),
            revocation: None,
            answers_with_issuer: None,
        },
    }
}

pub(crate) fn oauth2() -> ProviderSettings {
    settings(ProviderProtocol::OAuth2(Box::new(oauth2_settings())))
}

pub(crate) fn answer(status: u16, body: impl ToString) -> ProviderAnswer {
    let status = StatusCode::from_u16(status).unwrap();
    ProviderAnswer { status, headers: HeaderMap::new(), body: body.to_string().into_bytes() }
}

pub(crate) fn document() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://id.example/realm/authorize",
        "token_endpoint": "https://id.example/realm/token",
        "jwks_uri": "https://id.example/realm/keys",
        "response_types_supported": ["code", "code id_token"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
    })
}

pub(crate) fn metadata() -> ProviderMetadata {
    judge_metadata(&answer(200, document()), &open_id()).unwrap()
}

pub(crate) fn start() -> TransactionStart {
    TransactionStart {
        provider: ProviderId::parse("company").unwrap(),
        issuer: Issuer::parse(ISSUER).unwrap(),
        redirect_uri: "https://shop.example/api/auth/callback/company".into(),
        return_to: "/basket?a=\"b\"".into(),
        purpose: Purpose::SignIn,
        replaces: None,
        now: at(1000),
    }
}

pub(crate) fn transaction() -> SignInTransaction {
    SignInTransaction::begin(start(), &Counting::default()).unwrap()
}

/// Parameters as pairs of texts.
pub(crate) fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
