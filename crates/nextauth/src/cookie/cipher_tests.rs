use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_core::entropy::EntropyError;
use crossgate_core::time::Timestamp;
use serde_json::json;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use super::super::Registered;
use super::*;

const SECRET: &str = "conformance-secret-0123456789abcdef";

// Issued by the packages themselves (contract §6.3).
const V4: &str = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..JQ_fAczgfEIdYEGu.n3oWMS90V2fGczUKXvfiOuVOU9QJEn173l\
    S0Jyr7drJW6DPeC7QuUo8i2B45dX8rrniGVagAOhxDI-Da1WFnSln41-7dDAoBnrf-RRy_s4tH_Up3mFdbEbfSJcRE2K\
    WKxOuwM1jqPlrNTxYb1w_dWQPBtbenO5XhvS_35iJRFZmdwmSbCzu6Lq6BZDM69ZwZlS7CYTo.SzzzziFfjVll_gL2Mf\
    RCPw";
const V5: &str = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwia2lkIjoidGdfZ3VXaVNmaHFWc3VVMjhXeW5Wd01vTWk2\
    U3FCRFR6OVZrOUpyQWFlbnhPaTZ0VWdLV0U3WDZHdzd5SlpZaEhvNnBjNGRUbmxxNWJKVUs0a2haNHcifQ..9sUuUp5b\
    Tgh4yhONOjyiAw.NrxlxkanKnNaDlNunxeZZc75dkEEnb4fkY6IWoFz8ZYFI692B030_NDXQA-PUXkQVq8gZ36qUIGfT\
    EF2TLgWVTO42xLopE1Gnk7vFMlzCS-1nzOHpclcAgWp3WrQ6jD-4ZrWPcDX4KulVMc9Bs4Hj8TQ_-KkwZRQhWieyOJ0M\
    HxV3sMuIfk-i45d_fBabOoM5Ddk1UT43Q_wSeSDB-KLKA.EqICIwVNvEoYrYk5p6IwUh84XDL4PzY7hWb8dxlqfVM";
const V5_SECURE: &str = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwia2lkIjoiNTUtcEtNdjE3QkxCSzZZRkZiMW90cHhyUkho\
    aEJZNU5GTmgxTzA0MDNJZVNDNXRTZ3BvT3B0ZTl0MjhsM0RDZmxGODBPZkllME1FM2wwcTRDeXd5N1EifQ..HlNT5-3n\
    ZUQ22eIQgyu2rw.nQaMyPZA0AEyr65G-QCr093XkDBCB7JF5w9jXtKFLiNBXxn-_sDkLag9EP9YwFKXnknYNKOyIYXNL\
    E9Sudl07KXExbl1MpXihpibmHIYqpcBFQQ29KKZiFQMPIeTk8J2NoU0hXf3QTNyzehp4Nq4LGPQocVbthO4i0bPeGbJ8\
    8k6fgmdYi51c5UYaAZ78F9ZUGTI7l3kS0_3FdeiV-lTEQ.e2pAllXqaYzxGP3YB8SGFP1PG2m-_jkTFzvhTA8SlSI";

/// Bytes that differ from draw to draw.
#[derive(Default)]
struct Counting(AtomicU8);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }
}

fn cipher(dialect: Dialect, name: &str, secrets: &[&str]) -> CookieCipher {
    let secrets: Vec<_> = secrets.iter().map(|secret| SecretText::new(*secret)).collect();
    CookieCipher::new(dialect, name, &secrets)
}

fn usual(dialect: Dialect) -> CookieCipher {
    cipher(dialect, dialect.session_cookie(false), &[SECRET])
}

fn ada() -> TokenClaims {
    let claims = json!({ "name": "Ada", "sub": "user-1" }).as_object().unwrap().clone();
    let registered = Registered {
        session: Some("h"),
        issued_at: Timestamp::from_seconds(1_795_457_866),
        max_age: Duration::from_secs(60),
    };
    TokenClaims::new(claims, &registered, &Counting::default()).unwrap()
}

#[test]
fn tokens_of_the_packages_themselves_open() {
    for (dialect, is_secure, token, jti) in [
        (Dialect::V4, false, V4, "5d6257ad-6ab2-49dd-b397-3b380dc5450c"),
        // v4 does not bind its key to the name.
        (Dialect::V4, true, V4, "5d6257ad-6ab2-49dd-b397-3b380dc5450c"),
        (Dialect::V5, false, V5, "ffde0cd4-2705-42f3-b77a-6c676d7e64d0"),
        (Dialect::V5, true, V5_SECURE, "b94d0f75-fbbd-4c60-ad09-4302f50db84c"),
    ] {
        let claims =
            cipher(dialect, dialect.session_cookie(is_secure), &["another", SECRET]).open(token).unwrap();
        let expected = json!({
            "name": "Ada", "email": "ada@example.com", "picture": null, "sub": "user-1",
            "iat": 1_795_457_866, "exp": 4_949_057_866_i64, "jti": jti
        });
        assert_eq!(Value::Object(claims), expected);
    }
}

#[test]
fn keys_and_their_names_are_those_of_the_packages() {
    let hex = |key: &CookieKey| key.bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let v4 = usual(Dialect::V4);
    assert_eq!(hex(&v4.secrets[0].gcm), "050ccb611f9657fdad70211dae8ae7e90eb3bd88744a31e2c108a5cbaa63707f");
    for (is_secure, key, cbc_id, gcm_id) in [
        (
            false,
            "4f8acb3e41ecf1306194ce1f9e63b2e1b6e3e2e81afc2f73567db428d16dc20d\
             f8e6de179c1f465c2df827aede8ec2b7b42f1ba8d0ef7c150c5adf93d5bd01be",
            "tg_guWiSfhqVsuU28WynVwMoMi6SqBDTz9Vk9JrAaenxOi6tUgKWE7X6Gw7yJZYhHo6pc4dTnlq5bJUK4khZ4w",
            "6crMvotdkTzR7VGv6cOU7Ztp1LsR1VLBjHPA2Uo0vvM",
        ),
        (
            true,
            "c3ca44e5e7bdabbf71f7521b68a9a2ebfe9c295c154f870cf9579834198d3a58\
             bc515112bd15923e46a74258c802e966fe8b724a09f1178daf9d941cff0c536e",
            "55-pKMv17BLBK6YFFb1otpxrRHhhBY5NFNh1O0403IeSC5tSgpoOpte9t28l3DCflF80OfIe0ME3l0q4Cywy7Q",
            "oSuqT_AI1davTNt_uegzG5qWEZnx9A944iiQALqOSm0",
        ),
    ] {
        let v5 = cipher(Dialect::V5, Dialect::V5.session_cookie(is_secure), &[SECRET]);
        let (cbc, gcm) = (v5.secrets[0].cbc.as_ref().unwrap(), &v5.secrets[0].gcm);
        assert_eq!((hex(cbc), cbc.id.as_str()), (key.to_owned(), cbc_id));
        assert_eq!((hex(gcm), gcm.id.as_str()), (key[..64].to_owned(), gcm_id));
    }
}

#[test]
fn what_is_sealed_opens_and_has_the_header_of_its_generation() {
    for (dialect, header) in
        [(Dialect::V4, V4.split('.').next().unwrap()), (Dialect::V5, V5.split('.').next().unwrap())]
    {
        let token = usual(dialect).seal(&ada(), &Counting::default()).unwrap();
        assert_eq!(token.expose_secret().split('.').next(), Some(header));
        assert_eq!(usual(dialect).open(token.expose_secret()).unwrap(), *ada().as_map());
    }
}

#[test]
fn the_first_secret_seals_and_all_of_them_open() {
    for dialect in [Dialect::V4, Dialect::V5] {
        let name = dialect.session_cookie(false);
        let old = cipher(dialect, name, &["old"]).seal(&ada(), &Counting::default()).unwrap();
        let both = cipher(dialect, name, &["new", "old"]);
        assert!(both.open(old.expose_secret()).is_ok());
        let new = both.seal(&ada(), &Counting::default()).unwrap();
        assert!(cipher(dialect, name, &["new"]).open(new.expose_secret()).is_ok());
        assert_eq!(cipher(dialect, name, &["old"]).open(new.expose_secret()), Err(OpenError::DoesNotOpen));
    }
}

/// A token of v5 as older versions sealed it: the short key, with or without its name.
fn legacy(secret: &str, has_key_id: bool) -> String {
    let key = CookieKey::derive(
        Dialect::V5,
        Encryption::A256Gcm,
        Dialect::V5.session_cookie(false),
        &SecretText::new(secret),
    );
    let header = header_text(Encryption::A256Gcm, has_key_id.then_some(key.id.as_str()));
    let plain = br#"{"sub":"user-1"}"#;
    let encrypted = Encryption::A256Gcm.encrypt(&key.bytes, &header, plain, &Counting::default()).unwrap();
    compact(&header, &encrypted)
}

#[test]
fn a_token_without_the_name_of_its_key_opens_under_the_first_secret_alone() {
    let both = cipher(Dialect::V5, Dialect::V5.session_cookie(false), &["new", "old"]);
    assert!(both.open(&legacy("old", true)).is_ok());
    assert!(both.open(&legacy("new", false)).is_ok());
    assert_eq!(both.open(&legacy("old", false)), Err(OpenError::DoesNotOpen));
}

#[test]
fn tokens_of_other_secrets_names_and_generations_do_not_open() {
    let v5_secure = cipher(Dialect::V5, Dialect::V5.session_cookie(true), &[SECRET]);
    assert_eq!(v5_secure.open(V5), Err(OpenError::DoesNotOpen));
    assert_eq!(usual(Dialect::V5).open(V5_SECURE), Err(OpenError::DoesNotOpen));
    assert_eq!(usual(Dialect::V5).open(V4), Err(OpenError::DoesNotOpen));
    assert_eq!(usual(Dialect::V4).open(V5), Err(OpenError::Algorithm));
    for (dialect, token) in [(Dialect::V4, V4), (Dialect::V5, V5)] {
        let other = cipher(dialect, dialect.session_cookie(false), &["another secret"]);
        assert_eq!(other.open(token), Err(OpenError::DoesNotOpen));
        assert_eq!(cipher(dialect, "s", &[]).open(token), Err(OpenError::DoesNotOpen));
    }
}

#[test]
fn a_token_that_was_changed_anywhere_does_not_open() {
    for dialect in [Dialect::V4, Dialect::V5] {
        let cipher = usual(dialect);
        let token = cipher.seal(&ada(), &Counting::default()).unwrap().expose_secret().to_owned();
        for at in 0..token.len() {
            for bit in 0..7 {
                let mut bytes = token.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let changed = String::from_utf8(bytes).unwrap();
                assert!(cipher.open(&changed).is_err(), "character {at}, bit {bit}");
            }
            assert!(cipher.open(&token[..at]).is_err(), "cut at {at}");
        }
    }
}

#[test]
fn a_token_has_one_form_only() {
    for dialect in [Dialect::V4, Dialect::V5] {
        let token = usual(dialect).seal(&ada(), &Counting::default()).unwrap();
        let parts: Vec<_> = token.expose_secret().split('.').collect();
        let (mut ciphertext, mut tag) =
            (URL_SAFE_NO_PAD.decode(parts[3]).unwrap(), URL_SAFE_NO_PAD.decode(parts[4]).unwrap());
        // The same bytes, divided elsewhere.
        tag.insert(0, ciphertext.pop().unwrap());
        let [ciphertext, tag] = [ciphertext, tag].map(|part| URL_SAFE_NO_PAD.encode(part));
        let moved = format!("{}..{}.{ciphertext}.{tag}", parts[0], parts[2]);
        assert_eq!(usual(dialect).open(&moved), Err(OpenError::DoesNotOpen));
    }
}

/// A token under the right key with another header.
fn with_header(header: &str, plain: &[u8]) -> String {
    let key = usual(Dialect::V4);
    let header = URL_SAFE_NO_PAD.encode(header);
    let bytes = &key.secrets[0].gcm.bytes;
    let encrypted = Encryption::A256Gcm.encrypt(bytes, &header, plain, &Counting::default()).unwrap();
    compact(&header, &encrypted)
}

#[test]
fn only_the_header_of_next_auth_is_accepted() {
    let plain = br#"{"sub":"x"}"#;
    assert!(usual(Dialect::V4).open(&with_header(r#"{"alg":"dir","enc":"A256GCM"}"#, plain)).is_ok());
    for header in [
        r#"{"alg":"none","enc":"A256GCM"}"#,
        r#"{"alg":"A256KW","enc":"A256GCM"}"#,
        r#"{"alg":"DIR","enc":"A256GCM"}"#,
        r#"{"alg":"dir","enc":"A128GCM"}"#,
        r#"{"alg":"dir","enc":"A256GCM","zip":"DEF"}"#,
        r#"{"alg":"dir","enc":"A256GCM","crit":["exp"],"exp":1}"#,
        r#"{"alg":"dir","enc":"A256GCM","enc":"A256GCM"}"#,
        r#"{"alg":"dir","enc":"A256GCM","kid":"x"}"#,
        r#"{"alg":"dir"}"#,
        r#"{"alg":"dir","enc":"A256GCM","kid":null}"#,
        r#"{"alg":"dir","enc":"A256GCM","typ":"JWT"}"#,
        r#" {"alg":"dir","enc":"A256GCM"}"#,
        r#"{"alg":"dir","enc":"A256GCM"} x"#,
        r#"["dir","A256GCM"]"#,
        r#"["dir","A256GCM",null]"#,
        "",
    ] {
        assert!(usual(Dialect::V4).open(&with_header(header, plain)).is_err(), "{header}");
    }
}

#[test]
fn only_an_object_is_a_token() {
    let header = r#"{"alg":"dir","enc":"A256GCM"}"#;
    for plain in ["", "null", "[]", "\"text\"", "{", "{} x"] {
        let token = with_header(header, plain.as_bytes());
        assert_eq!(usual(Dialect::V4).open(&token), Err(OpenError::Content), "{plain}");
    }
}

#[test]
fn texts_of_another_form_are_refused() {
    let padded = format!("{V4}=");
    let long = format!("{V4}{}", "A".repeat(64 * 1024));
    let keyed = V4.replacen("..", ".AAAA.", 1);
    let six = format!("{V4}.AAAA");
    let spaced = format!("{V4} ");
    for token in ["", ".", "....", "a.b.c", "a..b.c.d.e", &padded, &long, &keyed, &six, &spaced] {
        assert_eq!(usual(Dialect::V4).open(token), Err(OpenError::Form), "{token}");
    }
}

#[test]
fn debug_shows_no_key() {
    assert_eq!(format!("{:?}", usual(Dialect::V5)), "CookieCipher { dialect: V5, .. }");
    assert_eq!(format!("{:?}", ada()), "TokenClaims(…)");
}
