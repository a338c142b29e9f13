//! How long a session that was ended is still of use: to the last request that any gateway accepts, and to the last
//! byte of a stream.

use std::time::{Duration, Instant};

use crossgate_core::session::EndReason;
use crossgate_store::SessionStore as _;
use crossgate_store_sqlite::SqliteStore;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::api::{Api, Rotation, Script};
use crate::client::{Client, Door, Heard};
use crate::figures::Figures;
use crate::people::{Person, TARGET};
use crate::stage::{Size, Stage};
use crate::stream::{self, Watched};
use crate::support::json_text;
use crate::world::{World, now};

/// What 99 of 100 ends must be known after, everywhere.
const LIMIT: Duration = Duration::from_secs(1);
/// Sessions that are watched at the same time.
const AT_ONCE: usize = 8;
/// Between two requests on one connection.
const PAUSE: Duration = Duration::from_millis(3);
/// A session that was not of use for this long after its end is watched no longer.
const QUIET: Duration = Duration::from_millis(600);

/// Who ends the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// A command on the store file. The end is durable when it returns.
    Operator,
    /// The person, at the first gateway. Counted from when they ask, which is a little before the end is durable.
    SignOut,
}

/// What was measured for one session.
struct Sample {
    request: Duration,
    events: Duration,
    socket: Duration,
}

pub(crate) async fn scenario(stage: &mut Stage) {
    for (gateways, way) in [(1, Way::Operator), (1, Way::SignOut), (2, Way::Operator), (2, Way::SignOut)] {
        let script = Script { first_life: 600..=600, ..Script::new(stage.random.fork()) };
        let world = World::new(Api::start(gateways, Rotation::Detecting, script));
        let store = world.store();
        let mut samples = Vec::new();
        for batch in 0..stage.size.of(1, 26) {
            let measure = |number| {
                let email = format!("{number}.{batch}.latency@shop.example");
                let moment = stage.random.moment(Duration::from_millis(250));
                Measuring { doors: world.doors(), store: &store, way, moment, email }.measure()
            };
            let measuring: Vec<_> = (0..stage.size.of(2, AT_ONCE)).map(measure).collect();
            samples.extend(crate::rounds::join_all(measuring.into_iter()).await);
        }
        report(stage, gateways, way, &samples);
    }
}

fn report(stage: &mut Stage, gateways: usize, way: Way, samples: &[Sample]) {
    let of = |pick: fn(&Sample) -> Duration| Figures::of(samples.iter().map(pick).collect());
    let measured = [
        ("requests", of(|sample| sample.request)),
        ("events", of(|sample| sample.events)),
        ("WebSockets", of(|sample| sample.socket)),
    ];
    let where_from = format!("{} samples, {gateways} gateways, {way:?}", samples.len());
    for (what, figures) in &measured {
        stage.tally.figures.push(format!("\n  {where_from}: {what} {figures}"));
        if stage.size == Size::Full && figures.p99 >= LIMIT {
            stage.tally.violation(format!("{where_from}: {what} {figures}"));
        }
    }
}

/// One session, and what is needed to end it.
struct Measuring<'a> {
    doors: Vec<Door>,
    store: &'a SqliteStore,
    way: Way,
    moment: Duration,
    email: String,
}

impl Measuring<'_> {
    async fn measure(self) -> Sample {
        let person = Person::sign_in(self.doors[0].clone(), &self.email).await;
        let (tell, ended_at) = watch::channel(None);
        let poll = |door: &Door| poll(Client::new(door.clone()), person.cookie.clone(), ended_at.clone());
        let requests: Vec<JoinHandle<Instant>> =
            self.doors.iter().map(|door| tokio::spawn(poll(door))).collect();
        let (mut events, mut sockets) = (Vec::new(), Vec::new());
        for door in &self.doors {
            events.push(stream::events(door, &person).await);
            sockets.push(stream::socket(door, &person).await);
        }
        tokio::time::sleep(self.moment).await;
        let end = self.end(&person).await;
        tell.send_replace(Some(end));
        let streams = |watched: Vec<Watched>| async move { latest(end, watched).await };
        Sample {
            request: latest(end, requests).await,
            events: streams(events).await,
            socket: streams(sockets).await,
        }
    }

    /// Ends the session. Since when.
    async fn end(&self, person: &Person) -> Instant {
        match self.way {
            Way::Operator => {
                let reason = EndReason::RevokedByOperator;
                self.store.end(person.session(), reason, now()).await.unwrap().expect("it was there");
                Instant::now()
            }
            Way::SignOut => {
                let asked_at = Instant::now();
                person.sign_out(self.doors[0].clone()).await.expect("a sign-out");
                asked_at
            }
        }
    }
}

/// Asks over and over. When the last answer came to a request that the gateway passed on.
async fn poll(mut client: Client, cookie: String, ended_at: watch::Receiver<Option<Instant>>) -> Instant {
    let mut last = Instant::now();
    loop {
        match client.get(TARGET, &cookie).await {
            Heard::Answer(answer) if json_text(&answer, "/error") == "session_ended" => {}
            // Also where the API has heard of the end before this gateway, and refuses by itself.
            Heard::Answer(answer) if matches!(answer.status, 200 | 401) => last = Instant::now(),
            other => panic!("{other:?}"),
        }
        let quiet_since = ended_at.borrow().map(|end| end.max(last));
        if quiet_since.is_some_and(|since| since.elapsed() > QUIET) {
            return last;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// How long after the end the last of them was.
async fn latest(end: Instant, watched: Vec<JoinHandle<Instant>>) -> Duration {
    let mut longest = Duration::ZERO;
    for last in watched {
        longest = longest.max(last.await.unwrap().saturating_duration_since(end));
    }
    longest
}
