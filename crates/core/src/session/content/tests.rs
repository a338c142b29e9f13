use super::*;
use crate::entropy::EntropyError;
use crate::identity::Subject;
use crate::keys::{KeyPurpose, Secrets};
use crate::provider::{Issuer, ProviderId, ProviderSessionId, ProviderToken, TokenTarget};
use crate::upstream_cookie::CookieSource;

struct Sevens;
impl Entropy for Sevens {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(7);
        Ok(())
    }
}

fn sealer(first: &str, older: &[&str]) -> Sealer {
    let older = older.iter().map(|text| SecretText::new(*text)).collect();
    Sealer::new(Secrets::new(SecretText::new(first), older).derive(KeyPurpose::SessionContent))
}

fn jar() -> CookieJar {
    let mut headers = http::HeaderMap::new();
    headers.insert("set-cookie", "connect.sid=the-cookie; Max-Age=60".parse().unwrap());
    let mut jar = CookieJar::default();
    jar.take_in(&CookieSource { headers: &headers, path: "/api/login", now: Timestamp::from_seconds(1) });
    jar
}

fn content() -> SessionContent {
    SessionContent {
        identity: Identity {
            subject: Subject::parse("1").unwrap(),
            name: Some("Ada".into()),
            email: None,
            image: None,
            user: serde_json::Map::new(),
        },
        sign_in: "credentials".into(),
        tokens: Some(TokenSet {
            access_token: SecretText::new("the-access-token"),
            refresh_token: Some(SecretText::new("the-refresh-token")),
            expires_at: Some(Timestamp::from_seconds(5)),
            obtained_at: Some(Timestamp::from_seconds(1)),
        }),
        cookies: jar(),
        provider: Some(ProviderLogin {
            provider: ProviderId::parse("google").unwrap(),
            issuer: Issuer::parse("https://accounts.google.com").unwrap(),
            subject: Subject::parse("10769150350006150715113082367").unwrap(),
            session: Some(ProviderSessionId("their-session".into())),
            id_token: Some(SecretText::new("the-id-token")),
            tokens: vec![ProviderToken {
                target: TokenTarget::Audience("https://api.shop.example".into()),
                access_token: SecretText::new("the-access-token-there"),
                expires_at: Some(Timestamp::from_seconds(9)),
                obtained_at: Some(Timestamp::from_seconds(2)),
            }],
            refresh_token: Some(SecretText::new("the-refresh-token-there")),
        }),
        app_claims: serde_json::Map::new(),
        user_agent: None,
    }
}

#[test]
fn content_survives_a_rotation_of_the_secret_but_not_a_move_to_another_row() {
    let row = HashedSessionId::from_bytes([1; 32]);
    let sealed = content().seal(&row, &sealer("old", &[]), &Sevens).unwrap();
    assert_eq!(SessionContent::open(&sealed, &row, &sealer("new", &["old"])).unwrap(), content());
    assert!(SessionContent::open(&sealed, &row, &sealer("new", &[])).is_err());
    let other_row = HashedSessionId::from_bytes([2; 32]);
    assert!(SessionContent::open(&sealed, &other_row, &sealer("old", &[])).is_err());
}

#[test]
fn no_token_is_readable_in_the_sealed_form_or_in_debug() {
    let row = HashedSessionId::from_bytes([1; 32]);
    let sealed = content().seal(&row, &sealer("s", &[]), &Sevens).unwrap();
    let seen = format!("{:?} {}", content(), String::from_utf8_lossy(&sealed));
    for secret in ["access-token", "refresh-token", "id-token", "the-cookie"] {
        assert!(!seen.contains(secret), "{secret}: {seen}");
    }
}

#[test]
fn every_single_changed_byte_is_noticed() {
    let row = HashedSessionId::from_bytes([1; 32]);
    let sealed = content().seal(&row, &sealer("s", &[]), &Sevens).unwrap();
    for position in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[position] ^= 1;
        assert!(SessionContent::open(&changed, &row, &sealer("s", &[])).is_err(), "byte {position}");
    }
}

/// What an older Crossgate stored stays readable.
#[test]
fn content_without_cookies_and_times_is_read() {
    let row = HashedSessionId::from_bytes([1; 32]);
    let old = br#"{"identity":{"subject":"1","name":null,"email":null,"image":null,"user":{}},"sign_in":"credentials","access_token":"t","refresh_token":null,"expires_at":5,"user_agent":null}"#;
    let sealed = sealer("s", &[]).seal(old, row.as_bytes(), &Sevens).unwrap();
    let content = SessionContent::open(&sealed, &row, &sealer("s", &[])).unwrap();
    assert!(content.cookies.is_empty());
    assert_eq!(content.tokens.unwrap().obtained_at, None);
}

#[test]
fn packed_content_is_the_same_when_it_is_opened() {
    let without_tokens = SessionContent { tokens: None, provider: None, ..content() };
    let without_token = TokenSet { access_token: SecretText::new(""), ..content().tokens.unwrap() };
    let empty = SessionContent { tokens: Some(without_token), ..content() };
    for content in [content(), without_tokens, empty] {
        for access_token in [AccessToken::AtHand, AccessToken::Packed] {
            let packed = content.pack(access_token).unwrap();
            assert_eq!(SessionContent::unpack(&packed).unwrap(), content);
            let token = content.tokens.as_ref().map(|tokens| tokens.access_token.expose_secret());
            let token = token.filter(|_| access_token == AccessToken::AtHand);
            assert_eq!(packed.expose_access_token(), token.unwrap_or_default().as_bytes());
            assert_eq!(format!("{packed:?}"), "PackedContent(…)");
        }
    }
}

#[test]
fn packed_content_takes_little_more_than_what_only_it_has() {
    let mut person = content();
    (person.provider, person.cookies) = (None, CookieJar::default());
    let browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36";
    person.user_agent = Some(browser.into());
    let own = "1".len() + "Ada".len() + "the-access-token".len() + "the-refresh-token".len();
    let size = person.pack(AccessToken::Packed).unwrap().size();
    assert!(size < own + 100, "{size}");
}
