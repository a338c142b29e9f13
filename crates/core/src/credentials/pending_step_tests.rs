use http::HeaderMap;
use serde_json::json;

use super::*;
use crate::keys::{KeyPurpose, Secrets};
use crate::secret::SecretText;
use crate::session::HashedSessionId;
use crate::upstream_cookie::CookieSource;

struct Sevens;
impl Entropy for Sevens {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(7);
        Ok(())
    }
}

fn sealer(first: &str, older: &[&str], purpose: KeyPurpose) -> Sealer {
    let older = older.iter().map(|text| SecretText::new(*text)).collect();
    Sealer::new(Secrets::new(SecretText::new(first), older).derive(purpose))
}

const HERE: StepPlace<'_> = StepPlace { cookie: "step", binding: CsrfBinding::Browser("b") };
const BEGUN: Timestamp = Timestamp::from_seconds(1000);

fn step(challenge: &str) -> PendingStep {
    let mut headers = HeaderMap::new();
    headers.insert("set-cookie", "connect.sid=the-cookie; Path=/api".parse().unwrap());
    let mut cookies = CookieJar::default();
    cookies.take_in(&CookieSource { headers: &headers, path: "/api/login", now: BEGUN });
    let mut values = ReadValues::default();
    values.insert("challenge", &json!(challenge));
    values.insert("user", &json!(7));
    let start =
        StepStart { account: [3; 32], return_to: "https://a.b/c".into(), values, cookies, now: BEGUN };
    PendingStep::begin(start, &Sevens).unwrap()
}

fn seal(step: &PendingStep, first: &str) -> Result<String, PendingStepError> {
    step.seal(HERE, &sealer(first, &[], KeyPurpose::SecondStep), &Sevens)
}

fn open(text: &str, place: StepPlace<'_>, seconds: i64) -> Result<PendingStep, PendingStepError> {
    let sealer = sealer("secret", &["old"], KeyPurpose::SecondStep);
    PendingStep::open(text, place, &sealer, Timestamp::from_seconds(seconds))
}

#[test]
fn it_comes_back_as_it_was_also_after_the_secret_changed() {
    for secret in ["secret", "old"] {
        let text = seal(&step("the-challenge"), secret).unwrap();
        let opened = open(&text, HERE, 1299).unwrap();
        assert_eq!(opened, step("the-challenge"));
        assert_eq!(opened.values.get("user"), Some(json!(7)), "types stay");
        assert!(opened.cookies.header_for("/api/otp", BEGUN).is_some());
    }
}

#[test]
fn it_ends_after_five_minutes() {
    let text = seal(&step("c"), "secret").unwrap();
    assert_eq!(open(&text, HERE, 1300), Err(PendingStepError::Expired));
}

#[test]
fn it_opens_in_its_own_browser_and_cookie_only() {
    let text = seal(&step("c"), "secret").unwrap();
    for place in [
        StepPlace { cookie: "other", ..HERE },
        StepPlace { binding: CsrfBinding::Browser("c"), ..HERE },
        StepPlace { binding: CsrfBinding::Browser(""), ..HERE },
        StepPlace { binding: CsrfBinding::Session(HashedSessionId::from_bytes([b'b'; 32])), ..HERE },
    ] {
        let refused = open(&text, place, 1001);
        assert_eq!(refused, Err(PendingStepError::DoesNotOpen(SealError::DoesNotOpen)), "{place:?}");
    }
    let foreign = sealer("secret", &[], KeyPurpose::SignInTransaction);
    assert!(PendingStep::open(&text, HERE, &foreign, BEGUN).is_err(), "every purpose has a key of its own");
}

#[test]
fn nothing_that_was_tampered_with_opens() {
    let text = seal(&step("c"), "secret").unwrap();
    for position in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        // The last character may hold bits that say nothing; then the text is refused as not canonical.
        assert!(open(&changed, HERE, 1001).is_err(), "{position}");
    }
    for text in ["", "A", "%%%", &"A".repeat(100), &"A".repeat(5000), &text[1..], &text[..text.len() - 4]] {
        assert!(open(text, HERE, 1001).is_err(), "{text}");
    }
}

#[test]
fn what_no_cookie_can_hold_is_refused_before_it_is_set() {
    assert!(seal(&step(&"x".repeat(2500)), "secret").unwrap().len() <= LONGEST);
    assert_eq!(seal(&step(&"x".repeat(3000)), "secret"), Err(PendingStepError::TooLarge));
}

#[test]
fn nothing_of_it_is_printed_or_readable() {
    let step = step("the-challenge");
    let text = seal(&step, "secret").unwrap();
    let plain = URL_SAFE_NO_PAD.decode(&text).unwrap();
    for secret in ["the-challenge", "the-cookie"] {
        assert!(!format!("{step:?}").contains(secret));
        assert!(!plain.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}
