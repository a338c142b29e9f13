//! Fills a store with sessions that a gateway with the same secret accepts, to measure with many of them:
//! `cargo run --release -p crossgate-store-sqlite --example seed -- <file> <secret> <first> <count> <fresh|ended>`
//!
//! Session `n` has the cookie `format!("{n:042}A")`: anybody can guess it, so such a store is for measuring alone.
//! `ended`: the tokens of the API ended a minute ago, and have to be renewed before a request passes.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it takes the real clock and prints what it did"
)]

use std::error::Error;
use std::fs::File;
use std::io::Read as _;
use std::ops::Range;
use std::path::PathBuf;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use crossgate_core::entropy::{Entropy, EntropyError};
use crossgate_core::identity::{Identity, Subject};
use crossgate_core::keys::{KeyPurpose, Secrets};
use crossgate_core::seal::Sealer;
use crossgate_core::secret::SecretText;
use crossgate_core::session::{SessionContent, SessionId, SessionRecord, TokenSet};
use crossgate_core::time::Timestamp;
use crossgate_core::upstream_cookie::CookieJar;
use crossgate_store::suite::block_on;
use crossgate_store::{NewSession, SessionStore as _, StoreError, StoreFuture};
use crossgate_store_sqlite::SqliteStore;
use serde_json::json;

/// So many are under way at a time, and share commits.
const TOGETHER: u64 = 1024;
/// As long as tokens of APIs usually are.
const TOKEN_LENGTH: usize = 240;
const REFRESH_TOKEN_LENGTH: usize = 40;
const HOUR: Duration = Duration::from_secs(3600);
const MINUTE: Duration = Duration::from_secs(60);

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What is asked for.
struct Wish {
    file: PathBuf,
    sealer: Sealer,
    numbers: Range<u64>,
    /// When the tokens were obtained, and when they end.
    obtained_at: Timestamp,
    ends_at: Timestamp,
}

fn main() -> Outcome<()> {
    let now = now()?;
    let wish = read(&std::env::args().skip(1).collect::<Vec<_>>(), now)?;
    let (store, source) = (SqliteStore::open(&wish.file)?, System(File::open("/dev/urandom")?));
    for first in wish.numbers.clone().step_by(usize::try_from(TOGETHER)?) {
        let numbers = first..wish.numbers.end.min(first + TOGETHER);
        let sessions: Outcome<Vec<_>> = numbers.map(|number| session(number, &wish, &source, now)).collect();
        create(&store, sessions?)?;
    }
    println!("{} sessions", wish.numbers.count());
    Ok(())
}

fn read(arguments: &[String], now: Timestamp) -> Outcome<Wish> {
    let [file, secret, first, count, state] = arguments else {
        return Err("usage: seed <file> <secret> <first> <count> <fresh|ended>".into());
    };
    let (first, count): (u64, u64) = (first.parse()?, count.parse()?);
    let secrets = Secrets::new(SecretText::new(secret.as_str()), Vec::new());
    let (obtained_at, ends_at) = match state.as_str() {
        "fresh" => (now, now.after(24 * HOUR)),
        _ => (now.before(HOUR), now.before(MINUTE)),
    };
    let sealer = Sealer::new(secrets.derive(KeyPurpose::SessionContent));
    Ok(Wish { file: file.into(), sealer, numbers: first..first + count, obtained_at, ends_at })
}

/// All are handed over before the first is waited for, so that they share commits.
fn create(store: &SqliteStore, sessions: Vec<NewSession>) -> Result<(), StoreError> {
    let mut creations: Vec<_> = sessions.into_iter().map(|session| store.create(session)).collect();
    let begun: Vec<_> = creations.iter_mut().map(begin).collect();
    creations.into_iter().zip(begun).try_for_each(|(creation, begun)| match begun {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => block_on(creation),
    })
}

fn begin(creation: &mut StoreFuture<'_, ()>) -> Poll<Result<(), StoreError>> {
    creation.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

fn session(number: u64, wish: &Wish, source: &System, now: Timestamp) -> Outcome<NewSession> {
    let id = SessionId::parse(format!("{number:042}A").as_bytes())?.hash();
    let content = content(number, wish, source)?;
    let record = SessionRecord {
        id,
        subject: content.identity.subject.clone(),
        created_at: now,
        last_seen_at: now,
        provider: None,
        version: 1,
        sealed: content.seal(&id, &wish.sealer, source)?,
    };
    Ok(NewSession { record, replaces: None })
}

fn content(number: u64, wish: &Wish, source: &System) -> Outcome<SessionContent> {
    let (name, email) = (format!("Person {number}"), format!("person-{number}@shop.example"));
    let user = json!({ "id": number, "name": name, "email": email, "role": "customer" });
    let tokens = TokenSet {
        access_token: token::<TOKEN_LENGTH>(source)?,
        refresh_token: Some(token::<REFRESH_TOKEN_LENGTH>(source)?),
        expires_at: Some(wish.ends_at),
        obtained_at: Some(wish.obtained_at),
    };
    let identity = Identity {
        subject: Subject::parse(&format!("person-{number}"))?,
        name: Some(name),
        email: Some(email),
        image: None,
        user: user.as_object().cloned().unwrap_or_default(),
    };
    Ok(SessionContent {
        identity,
        sign_in: "credentials".to_owned(),
        tokens: Some(tokens),
        cookies: CookieJar::default(),
        provider: None,
        app_claims: serde_json::Map::new(),
        user_agent: Some("Mozilla/5.0 (X11; Linux x86_64) bench".to_owned()),
    })
}

/// Of random characters, as tokens are: what is kept in memory packed would otherwise look smaller than it is. The first
/// is a zero, by which the API of the measurements knows what was never renewed.
fn token<const LENGTH: usize>(source: &System) -> Outcome<SecretText> {
    const CHARACTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut random = [0; LENGTH];
    source.fill(&mut random)?;
    let character = |byte: &u8| CHARACTERS.get(usize::from(byte & 63)).copied().map(char::from);
    let random = random.iter().skip(1).filter_map(character);
    Ok(SecretText::new(std::iter::once('0').chain(random).collect::<String>()))
}

fn now() -> Outcome<Timestamp> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(Timestamp::from_millis(i64::try_from(since.as_millis())?))
}

/// The system's randomness.
struct System(File);

impl Entropy for System {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        (&self.0).read_exact(bytes).map_err(|_| EntropyError)
    }
}
