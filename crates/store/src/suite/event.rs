//! What every process learns of sessions.

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use crossgate_core::provider::{ProviderKey, ProviderKeys};
use crossgate_core::session::{EndReason, HashedSessionId, SessionRecord, Timeout};
use crossgate_core::time::Timestamp;

use super::fixture::{LIFETIMES, at, create_all, id, new, record, record_of, subject, together};
use crate::{
    Activity, EVENT_RETENTION, EVENTS_KEPT, EventCursor, Events, NewSession, ProviderSelector, SessionEvent,
    Store, StoreError, StoreFuture,
};

fn ended(number: u8, reason: EndReason) -> SessionEvent {
    SessionEvent::Ended { id: id(number), reason }
}

fn changed(number: u8, version: u64) -> SessionEvent {
    SessionEvent::Changed { id: id(number), version }
}

async fn newest<S: Store + ?Sized>(store: &S) -> EventCursor {
    store.newest_event().await.unwrap()
}

async fn after<S: Store + ?Sized>(store: &S, cursor: EventCursor) -> Events {
    store.events_after(cursor, usize::MAX).await.unwrap()
}

/// What happened since the cursor, which then is after it.
async fn news<S: Store + ?Sized>(store: &S, cursor: &mut EventCursor) -> Vec<SessionEvent> {
    let Events { events, cursor: next, is_incomplete } = after(store, cursor.clone()).await;
    assert!(!is_incomplete);
    *cursor = next;
    events
}

async fn sweep<S: Store + ?Sized>(store: &S, now: Timestamp) {
    store.end_expired(LIFETIMES, now, 1000).await.unwrap();
}

pub async fn nothing_happened_in_a_new_store<S: Store + ?Sized>(store: &S) {
    let start = newest(store).await;
    let nothing = Events { events: Vec::new(), cursor: start.clone(), is_incomplete: false };
    assert_eq!(after(store, start.clone()).await, nothing);
    create_all(store, [record(1)]).await;
    store.touch(vec![Activity { id: id(1), seen_at: at(30) }]).await.unwrap();
    assert_eq!(
        after(store, start.clone()).await,
        nothing,
        "a session that begins or is used concerns no other process"
    );
    assert_eq!(newest(store).await, start);
}

pub async fn the_end_of_a_session_is_told_once<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1), record(2), record(4)]).await;
    let mut cursor = newest(store).await;
    store.end(id(2), EndReason::SignedOut, at(5)).await.unwrap();
    assert_eq!(news(store, &mut cursor).await, [ended(2, EndReason::SignedOut)]);
    store.end_unchanged(id(4), 1, EndReason::RefreshRefused, at(5)).await.unwrap();
    assert_eq!(news(store, &mut cursor).await, [ended(4, EndReason::RefreshRefused)]);
    store.create(NewSession { record: record(3), replaces: Some(id(1)) }).await.unwrap();
    assert_eq!(news(store, &mut cursor).await, [ended(1, EndReason::Replaced)]);
    assert_eq!(news(store, &mut cursor).await, []);
}

pub async fn the_end_of_many_sessions_is_told_once_each<S: Store + ?Sized>(store: &S) {
    const REASON: EndReason = EndReason::RevokedByOperator;
    let keys = ProviderKeys { subject: ProviderKey::from_bytes([1; 32]), session: None };
    let by_provider = SessionRecord { provider: Some(keys), ..record_of("eve", 3) };
    create_all(store, [record(1), record_of("bob", 2), by_provider, record(4)]).await;
    let mut cursor = newest(store).await;
    store.end_all_of(subject("bob"), REASON, at(5)).await.unwrap();
    store.end_all_of_provider(ProviderSelector::Subject(keys.subject), REASON, at(5)).await.unwrap();
    let mut events = news(store, &mut cursor).await;
    events.sort_by_key(|event| *event != ended(2, REASON));
    assert_eq!(events, [2, 3].map(|number| ended(number, REASON)), "whose came first, nobody has to know");
    store.end_all_before(at(1), REASON, at(5), 9).await.unwrap();
    let mut events = news(store, &mut cursor).await;
    events.sort_by_key(|event| *event != ended(1, REASON));
    assert_eq!(events, [1, 4].map(|number| ended(number, REASON)));
    assert_eq!(news(store, &mut cursor).await, []);
}

pub async fn the_end_of_a_session_whose_time_is_up_is_told_once<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1), SessionRecord { last_seen_at: at(590), ..record(2) }]).await;
    let mut cursor = newest(store).await;
    for (now, expected) in [
        (60, ended(1, EndReason::Expired(Timeout::Idle))),
        (600, ended(2, EndReason::Expired(Timeout::Absolute))),
    ] {
        sweep(store, at(now)).await;
        assert_eq!(news(store, &mut cursor).await, [expected]);
        sweep(store, at(now)).await;
        assert_eq!(news(store, &mut cursor).await, []);
    }
}

pub async fn every_reason_is_told<S: Store + ?Sized>(store: &S) {
    let mut cursor = newest(store).await;
    for (number, reason) in (1..).zip(EndReason::ALL) {
        create_all(store, [record(number)]).await;
        store.end(id(number), reason, at(5)).await.unwrap();
        assert_eq!(news(store, &mut cursor).await, [ended(number, reason)]);
    }
}

pub async fn what_ends_nothing_tells_nothing<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1), record(2), SessionRecord { version: u64::MAX, ..record(3) }]).await;
    store.end(id(1), EndReason::SignedOut, at(5)).await.unwrap();
    let mut cursor = newest(store).await;
    store.end(id(1), EndReason::RevokedByOperator, at(6)).await.unwrap();
    store.end(id(99), EndReason::RevokedByOperator, at(6)).await.unwrap();
    store.end_unchanged(id(1), 1, EndReason::RefreshRefused, at(6)).await.unwrap();
    store.end_unchanged(id(2), 7, EndReason::RefreshRefused, at(6)).await.unwrap();
    store.end_all_of(subject("bob"), EndReason::RevokedByOperator, at(6)).await.unwrap();
    store.end_all_before(at(0), EndReason::RevokedByOperator, at(6), 9).await.unwrap();
    store.end_expired(LIFETIMES, at(6), 9).await.unwrap();
    let refused = NewSession { record: record(1), replaces: Some(id(2)) };
    assert!(store.create(refused).await.is_err());
    store.create(NewSession { record: record(4), replaces: Some(id(1)) }).await.unwrap();
    store.replace_content(id(1), 1, b"gone".to_vec()).await.unwrap();
    store.replace_content(id(2), 7, b"stale".to_vec()).await.unwrap();
    assert!(store.replace_content(id(3), u64::MAX, b"last".to_vec()).await.is_err());
    assert_eq!(news(store, &mut cursor).await, []);
}

pub async fn new_content_tells_its_version<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1), SessionRecord { version: u64::MAX - 1, ..record(2) }]).await;
    let mut cursor = newest(store).await;
    store.replace_content(id(1), 1, b"second".to_vec()).await.unwrap();
    store.replace_content(id(1), 2, b"third".to_vec()).await.unwrap();
    store.replace_content(id(2), u64::MAX - 1, b"last".to_vec()).await.unwrap();
    let expected = [changed(1, 2), changed(1, 3), changed(2, u64::MAX)];
    assert_eq!(news(store, &mut cursor).await, expected);
}

/// Five events, in this order.
async fn five_events<S: Store + ?Sized>(store: &S) -> [SessionEvent; 5] {
    create_all(store, [record(9), record(1), record(5)]).await;
    store.end(id(9), EndReason::SignedOut, at(9)).await.unwrap();
    store.replace_content(id(1), 1, b"new".to_vec()).await.unwrap();
    store.end(id(1), EndReason::RevokedByOwner, at(1)).await.unwrap();
    store.replace_content(id(5), 1, b"new".to_vec()).await.unwrap();
    store.create(NewSession { record: record(7), replaces: Some(id(5)) }).await.unwrap();
    [
        ended(9, EndReason::SignedOut),
        changed(1, 2),
        ended(1, EndReason::RevokedByOwner),
        changed(5, 2),
        ended(5, EndReason::Replaced),
    ]
}

pub async fn events_come_in_the_order_in_which_it_happened<S: Store + ?Sized>(store: &S) {
    let start = newest(store).await;
    let expected = five_events(store).await;
    let all = Events { events: expected.to_vec(), cursor: newest(store).await, is_incomplete: false };
    assert_eq!(after(store, start.clone()).await, all);
    assert_eq!(after(store, start).await, all, "who asks takes nothing away from others");
}

pub async fn no_more_events_than_the_limit_come_at_once_and_none_is_missed<S: Store + ?Sized>(store: &S) {
    let start = newest(store).await;
    let expected = five_events(store).await;
    let none = Events { events: Vec::new(), cursor: start.clone(), is_incomplete: false };
    assert_eq!(store.events_after(start.clone(), 0).await.unwrap(), none);
    for limit in 1..=6 {
        let (mut cursor, mut seen) = (start.clone(), Vec::new());
        for _ in 0..expected.len() {
            let events = store.events_after(cursor, limit).await.unwrap();
            assert!(events.events.len() <= limit && !events.is_incomplete);
            seen.extend(events.events);
            cursor = events.cursor;
        }
        assert_eq!(seen, expected, "{limit} at once");
        assert_eq!(cursor, newest(store).await);
    }
}

pub async fn of_several_ends_at_the_same_time_one_is_told<S: Store + ?Sized>(store: &S) {
    create_all(store, [record(1)]).await;
    let mut cursor = newest(store).await;
    let ends = (0..10).map(|second| store.end(id(1), EndReason::SignedOut, at(second))).collect();
    together(ends).await;
    assert_eq!(news(store, &mut cursor).await, [ended(1, EndReason::SignedOut)]);
}

/// Lets others go on first.
async fn step_aside() {
    let mut is_back = false;
    poll_fn(|context| {
        if std::mem::replace(&mut is_back, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Looks at every event as soon as it is there, until all sessions have ended. Gives how many it saw.
async fn watch<S: Store + ?Sized>(
    store: &S,
    mut cursor: EventCursor,
    sessions: usize,
    over: &AtomicUsize,
) -> Result<usize, StoreError> {
    let mut seen = 0;
    loop {
        let is_last_look = over.load(Ordering::SeqCst) == sessions;
        let Events { events, cursor: next, .. } = store.events_after(cursor, 3).await?;
        for event in &events {
            let SessionEvent::Ended { id, .. } = event else { continue };
            assert_eq!(store.load(*id).await?, None, "its row is gone before anybody is told");
            assert!(store.ended(*id).await?.is_some(), "and why it ended can be read");
        }
        seen += events.len();
        cursor = next;
        if is_last_look && events.is_empty() {
            return Ok(seen);
        }
        step_aside().await;
    }
}

pub async fn nobody_is_told_of_an_end_before_the_row_is_gone<S: Store + ?Sized>(store: &S) {
    const SESSIONS: u8 = 40;
    create_all(store, (0..SESSIONS).map(record)).await;
    let (start, over) = (newest(store).await, &AtomicUsize::new(0));
    let end = |number: u8| -> StoreFuture<'_, usize> {
        Box::pin(async move {
            let ended = store.end(id(number), EndReason::SignedOut, at(5)).await;
            over.fetch_add(1, Ordering::SeqCst);
            ended.map(|ended| usize::from(ended.is_some()))
        })
    };
    let mut all: Vec<_> = (0..SESSIONS).map(end).collect();
    all.push(Box::pin(watch(store, start, usize::from(SESSIONS), over)));
    let results: Vec<_> = together(all).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(results.last(), Some(&usize::from(SESSIONS)));
}

/// Cursors that this store did not give: too far on in some log, or with another number of logs.
fn cursors_from_elsewhere(newest: &EventCursor) -> Vec<EventCursor> {
    let last = newest.numbers().len() - 1;
    let far = [newest.numbers()[last] + 1, newest.numbers()[last] + 1000, i64::MAX.cast_unsigned(), u64::MAX];
    let mut cursors: Vec<_> = far.map(|number| [&newest.numbers()[..last], &[number]].concat()).into();
    cursors.extend([Vec::new(), [newest.numbers(), &[0]].concat()]);
    cursors.into_iter().map(EventCursor::of).collect()
}

pub async fn a_cursor_from_elsewhere_makes_everything_doubtful<S: Store + ?Sized>(store: &S) {
    for round in 0..2 {
        let newest = newest(store).await;
        let doubtful = Events { events: Vec::new(), cursor: newest.clone(), is_incomplete: true };
        for cursor in cursors_from_elsewhere(&newest) {
            assert_eq!(after(store, cursor.clone()).await, doubtful, "round {round}, {cursor:?}");
        }
        assert!(!after(store, newest).await.is_incomplete, "from there on nothing is missing");
        if round == 0 {
            five_events(store).await;
        }
    }
}

pub async fn few_events_are_kept_however_old_they_are<S: Store + ?Sized>(store: &S) {
    let start = newest(store).await;
    let expected = five_events(store).await;
    store.end(id(7), EndReason::SignedOut, at(9)).await.unwrap();
    for now in [at(9), at(1_000_000), at(2_000_000)] {
        sweep(store, now).await;
    }
    assert_eq!(after(store, start).await.events[..5], expected);
}

/// More of Ada's sessions than events are kept, by `more`.
async fn create_many<S: Store + ?Sized>(store: &S, more: usize) {
    let numbers: Vec<_> = (0..u64::try_from(EVENTS_KEPT + more).unwrap()).collect();
    for chunk in numbers.chunks(500) {
        let begin = |number: &u64| {
            let mut bytes = [0; 32];
            bytes[..8].copy_from_slice(&number.to_be_bytes());
            let id = HashedSessionId::from_bytes(bytes);
            store.create(new(SessionRecord { id, sealed: Vec::new(), ..record(0) }))
        };
        for created in together(chunk.iter().map(begin).collect()).await {
            created.unwrap();
        }
    }
}

/// The cursors after 0 to 11 events.
async fn first_cursors<S: Store + ?Sized>(store: &S, start: EventCursor) -> Vec<EventCursor> {
    let mut cursors = vec![start];
    for known in 0..11 {
        cursors.push(store.events_after(cursors[known].clone(), 1).await.unwrap().cursor);
    }
    cursors
}

pub async fn old_events_are_forgotten_when_there_are_many_newer_ones<S: Store + ?Sized>(store: &S) {
    let start = newest(store).await;
    create_all(store, (201..=203).map(record)).await;
    create_many(store, 5).await;
    for number in 201..=203 {
        store.replace_content(id(number), 1, Vec::new()).await.unwrap();
    }
    sweep(store, at(0)).await;
    store.end_all_of(subject("ada"), EndReason::SignedOutEverywhere, at(1)).await.unwrap();
    let cursors = first_cursors(store, start).await;
    // Three changes, known since second 0; as many ends as are kept, and eight more, at second 1.
    let [old, later] = [0, 1].map(|second| at(second).after(EVENT_RETENTION));
    let just_before = |time: Timestamp| time.before(Duration::from_millis(1));
    let expected = [(just_before(old), 0), (old, 3), (just_before(later), 3), (later, 11), (at(1 << 30), 11)];
    for (now, forgotten) in expected {
        sweep(store, now).await;
        assert!(!after(store, cursors[forgotten].clone()).await.is_incomplete, "{forgotten} at {now:?}");
        for cursor in &cursors[..forgotten] {
            assert!(after(store, cursor.clone()).await.is_incomplete, "{cursor:?} of {forgotten} at {now:?}");
        }
    }
}

pub async fn whoever_missed_forgotten_events_begins_after_everything<S: Store + ?Sized>(store: &S) {
    let start = newest(store).await;
    create_many(store, 11).await;
    store.end_all_of(subject("ada"), EndReason::SignedOutEverywhere, at(1)).await.unwrap();
    let cursors = first_cursors(store, start).await;
    sweep(store, at(1).after(EVENT_RETENTION)).await;
    let cursor = newest(store).await;
    for missed in &cursors[..11] {
        let doubtful = Events { events: Vec::new(), cursor: cursor.clone(), is_incomplete: true };
        assert_eq!(after(store, missed.clone()).await, doubtful);
    }
    let kept = after(store, cursors[11].clone()).await;
    assert_eq!((kept.events.len(), &kept.cursor, kept.is_incomplete), (EVENTS_KEPT, &cursor, false));
    create_all(store, [record(1)]).await;
    store.end(id(1), EndReason::SignedOut, at(2)).await.unwrap();
    assert_eq!(after(store, cursor).await.events, [ended(1, EndReason::SignedOut)]);
}
