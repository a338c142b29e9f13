use super::*;
use crate::samples::{Counting, at, sealer, start, transaction};

const NAME: &str = "__Host-Http-crossgate-signin-abc";

fn sealed(transaction: &SignInTransaction) -> String {
    transaction.seal(NAME, &sealer(&["a"]), &Counting::default()).unwrap()
}

fn open(name: &str, text: &str, secrets: &[&str]) -> Result<SignInTransaction, TransactionError> {
    SignInTransaction::open(name, text, &sealer(secrets))
}

#[test]
fn what_was_sealed_comes_back_whole() {
    let session = HashedSessionId::from_bytes([7; 32]);
    for (purpose, replaces) in [(Purpose::SignIn, None), (Purpose::Link { session }, Some(session))] {
        let start = TransactionStart { purpose, replaces, ..start() };
        let before = SignInTransaction::begin(start, &Counting::default()).unwrap();
        let after = open(NAME, &sealed(&before), &["a"]).unwrap();
        assert_eq!((&after.state, &after.nonce), (&before.state, &before.nonce));
        assert_eq!((&after.verifier, after.begun_at), (&before.verifier, before.begun_at));
        assert_eq!((&after.provider, &after.issuer), (&before.provider, &before.issuer));
        assert_eq!((&after.redirect_uri, &after.return_to), (&before.redirect_uri, &before.return_to));
        assert_eq!((after.purpose, after.replaces), (purpose, replaces));
    }
}

#[test]
fn the_largest_sign_in_fits_into_a_cookie() {
    let session = HashedSessionId::from_bytes([7; 32]);
    let start = TransactionStart {
        return_to: "x".repeat(1500),
        redirect_uri: format!("https://shop.example/{}", "x".repeat(200)),
        issuer: Issuer::parse(&format!("https://id.example/{}", "x".repeat(200))).unwrap(),
        purpose: Purpose::Link { session },
        replaces: Some(session),
        ..start()
    };
    let text = sealed(&SignInTransaction::begin(start, &Counting::default()).unwrap());
    assert!(text.len() + 100 < LONGEST, "{} bytes", text.len());
    assert!(open(NAME, &text, &["a"]).is_ok());
}

#[test]
fn it_opens_under_its_own_name_and_secret_only() {
    let text = sealed(&transaction());
    let does_not_open = Err(TransactionError::DoesNotOpen(SealError::DoesNotOpen));
    let result = |name, secrets: &[&str]| open(name, &text, secrets).map(|_| ());
    assert_eq!(result(NAME, &["a"]), Ok(()));
    assert_eq!(result("__Host-Http-crossgate-signin-abd", &["a"]), does_not_open);
    assert_eq!(result("", &["a"]), does_not_open);
    assert_eq!(result(NAME, &["b"]), does_not_open);
}

#[test]
fn it_survives_a_new_secret_until_the_old_one_is_taken_out() {
    let text = sealed(&transaction());
    assert!(open(NAME, &text, &["b", "a"]).is_ok());
    assert!(open(NAME, &text, &["b", "c"]).is_err());
}

#[test]
fn any_changed_byte_keeps_it_closed() {
    let bytes = URL_SAFE_NO_PAD.decode(sealed(&transaction())).unwrap();
    for position in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[position] ^= 1;
        let text = URL_SAFE_NO_PAD.encode(changed);
        assert!(open(NAME, &text, &["a"]).is_err(), "byte {position}");
    }
    for length in 0..bytes.len() {
        assert!(open(NAME, &URL_SAFE_NO_PAD.encode(&bytes[..length]), &["a"]).is_err(), "{length} bytes");
    }
}

#[test]
fn other_texts_are_no_sign_ins() {
    let other = sealer(&["a"]).seal(b"{\"s\":1}", NAME.as_bytes(), &Counting::default()).unwrap();
    let good = sealed(&transaction());
    for text in
        ["", "!", &format!("{good}="), &format!(" {good}"), &"A".repeat(5000), &URL_SAFE_NO_PAD.encode(other)]
    {
        assert!(open(NAME, text, &["a"]).is_err(), "{text:?}");
    }
}

#[test]
fn ten_minutes_are_the_limit_to_the_millisecond() {
    let transaction = transaction();
    let judged = |millis| transaction.judge_age(at(1000).after(Duration::from_millis(millis)));
    assert_eq!(judged(0), Ok(()));
    assert_eq!(judged(599_999), Ok(()));
    assert_eq!(judged(600_000), Err(TransactionError::Expired));
    assert_eq!(transaction.judge_age(at(900)), Ok(()), "the other node's clock is behind");
}

#[test]
fn secrets_are_43_fresh_characters_and_never_printed() {
    let transaction = transaction();
    let secrets = [
        transaction.state.expose_secret(),
        transaction.nonce.expose_secret(),
        transaction.verifier.expose_secret(),
    ];
    let shown =
        format!("{transaction:?} {:?} {:?}", transaction.state, (&transaction.nonce, &transaction.verifier));
    for (position, secret) in secrets.iter().enumerate() {
        assert_eq!(secret.len(), 43);
        assert!(secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        assert!(!secrets[..position].contains(secret), "each is drawn anew");
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn no_randomness_no_sign_in() {
    struct Broken;
    impl Entropy for Broken {
        fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
            Err(EntropyError)
        }
    }
    assert!(SignInTransaction::begin(start(), &Broken).is_err());
    assert!(transaction().seal(NAME, &sealer(&["a"]), &Broken).is_err());
}

#[test]
fn the_challenge_is_the_one_of_the_specification() {
    // RFC 7636, appendix B.
    let verifier = CodeVerifier::from_text("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    assert_eq!(verifier.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

#[test]
fn a_state_matches_itself_only() {
    let state = State::from_text("abc");
    for (text, matches) in [("abc", true), ("abd", false), ("ab", false), ("abcd", false), ("", false)] {
        assert_eq!(state.matches(text), matches, "{text}");
    }
}

#[test]
fn the_name_of_the_cookie_follows_from_the_state() {
    let transaction = transaction();
    let suffix = transaction.cookie_suffix();
    assert_eq!(suffix, suffix_of_state(transaction.state.expose_secret()));
    assert_eq!(suffix.len(), 16);
    assert_ne!(suffix, suffix_of_state("other"));
    assert!(!transaction.state.expose_secret().contains(&suffix));
}

fn held(cookies: &[(&str, usize, Option<i64>)]) -> Vec<HeldTransaction> {
    let cookie = |(name, size, begun): &(&str, usize, Option<i64>)| HeldTransaction {
        name: (*name).into(),
        size: *size,
        begun_at: begun.map(at),
    };
    cookies.iter().map(cookie).collect()
}

#[test]
fn five_sign_ins_at_most_and_the_oldest_goes_first() {
    let four = [("a", 900, Some(4)), ("b", 900, Some(1)), ("c", 900, Some(3)), ("d", 900, Some(2))];
    assert!(surplus(held(&four), 900, at(10)).is_empty());
    let six = [&four[..], &[("e", 900, Some(5)), ("f", 900, Some(6))]].concat();
    assert_eq!(surplus(held(&six), 900, at(10)), ["d", "b"]);
}

#[test]
fn what_is_of_no_use_goes_before_what_is() {
    let live = [("a", 9, Some(1000)), ("b", 9, Some(1001)), ("c", 9, Some(1002))];
    let dead = [("expired", 9, Some(1)), ("closed", 9, None)];
    for (count, gone) in [(1, &[][..]), (2, &["closed"])] {
        let cookies = [&dead[..count], &live[..]].concat();
        assert_eq!(surplus(held(&cookies), 9, at(1100)), gone);
    }
    let cookies = [&dead[..], &live[..], &[("d", 9, Some(1003))]].concat();
    assert_eq!(surplus(held(&cookies), 9, at(1100)), ["expired", "closed"]);
}

#[test]
fn together_they_stay_below_six_kibibytes() {
    let cookies = [("old", 2000, Some(1)), ("new", 2000, Some(2))];
    for (new_size, gone) in [
        (2144, &[][..]),
        (2145, &["old"]),
        (4144, &["old"]),
        (4145, &["new", "old"]),
        (9000, &["new", "old"]),
    ] {
        assert_eq!(surplus(held(&cookies), new_size, at(10)), gone, "{new_size} bytes");
    }
}
