use super::*;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
/// From when a key is made until it has retired the one before.
const UNTIL_RETIRED: i64 = 10 * MINUTE + HOUR + HOUR;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn schedule(made: &[i64]) -> KeySchedule {
    KeySchedule::new(made.iter().copied().map(at))
}

#[test]
fn the_first_key_signs_at_once_and_a_later_one_after_everybody_could_learn_of_it() {
    for (made, now, signer) in [
        (&[0][..], 0, Some(0)),
        (&[0], 10 * MINUTE, Some(0)),
        (&[0, 1000], 1000, Some(0)),
        (&[0, 1000], 1000 + 10 * MINUTE - 1, Some(0)),
        (&[0, 1000], 1000 + 10 * MINUTE, Some(1)),
        // The second was made before the first was ten minutes old.
        (&[0, 5 * MINUTE], 5 * MINUTE, Some(0)),
        (&[0, 5 * MINUTE], 10 * MINUTE, Some(0)),
        (&[0, 5 * MINUTE], 15 * MINUTE, Some(1)),
        // Two in a row: none is left out, none signs early.
        (&[0, 1000, 1060], 1600, Some(1)),
        (&[0, 1000, 1060], 1660, Some(2)),
        // The one before is lost: somebody has to sign.
        (&[1000], 1000, Some(0)),
        (&[], 1000, None),
    ] {
        assert_eq!(schedule(made).signer(at(now)), signer, "{made:?} at {now}");
    }
}

#[test]
fn a_key_retires_when_nothing_that_it_signed_can_be_alive() {
    let keys = schedule(&[0, 1000]);
    assert!(!keys.is_retired(at(0), at(1000 + UNTIL_RETIRED - 1)));
    assert!(keys.is_retired(at(0), at(1000 + UNTIL_RETIRED)));
    assert!(!keys.is_retired(at(1000), at(i64::from(u32::MAX))), "the newest never retires");
}

#[test]
fn what_cannot_be_used_retires_too_but_retires_nobody() {
    let keys = schedule(&[0, 1000]);
    assert!(keys.is_retired(at(-5), at(UNTIL_RETIRED)), "the first key came after it");
    assert!(keys.is_retired(at(500), at(1000 + UNTIL_RETIRED)));
    assert!(!keys.is_retired(at(2000), at(i64::from(u32::MAX))));
    assert!(!schedule(&[0]).is_retired(at(0), at(i64::from(u32::MAX))));
}

#[test]
fn the_life_of_a_key_goes_one_way() {
    let states = |now| {
        let keys = schedule(&[0, 1000]);
        [keys.state(0, at(now)), keys.state(1, at(now))]
    };
    use KeyState::{Published, Retired, Signing, VerifyingOnly};
    for (now, expected) in [
        (1000, [Signing, Published]),
        (1000 + 10 * MINUTE, [VerifyingOnly, Signing]),
        (1000 + UNTIL_RETIRED - 1, [VerifyingOnly, Signing]),
        (1000 + UNTIL_RETIRED, [Retired, Signing]),
    ] {
        assert_eq!(states(now), expected.map(Some), "at {now}");
    }
    assert_eq!(schedule(&[0]).state(1, at(0)), None);
}

#[test]
fn when_a_key_signs_is_known_when_it_is_made() {
    let keys = schedule(&[0, 1000]);
    assert_eq!([keys.signs_from(0), keys.signs_from(1)], [Some(at(0)), Some(at(1000 + 10 * MINUTE))]);
    assert_eq!(keys.signs_from(2), None);
}

/// A process reads the keys and then never again; somebody else makes a key in the next moment.
#[test]
fn whoever_has_not_read_the_keys_again_stops_before_they_retire() {
    let (read_at, made) = (at(0), at(1));
    let everybody_else = KeySchedule::new([at(-1000), made]);
    let last = (0..).step_by(60).map(at).take_while(|now| may_sign(read_at, *now)).last().unwrap();
    let token_ends = last.after(LONGEST_TOKEN_LIFETIME);
    assert!(!everybody_else.is_retired(at(-1000), token_ends), "what it signed last is accepted to its end");
    assert!(!may_sign(read_at, read_at.after(RETIREMENT_MARGIN)));
    assert!(may_sign(at(100), at(50)), "a clock that goes back stops nobody");
}

#[test]
fn the_next_key_is_due_when_the_newest_is_old_enough() {
    let settings = SigningKeySettings { rotate_every: Some(Duration::from_secs(86_400)) };
    assert!(!settings.is_due(at(0), at(86_399)));
    assert!(settings.is_due(at(0), at(86_400)));
    assert!(!settings.is_due(at(86_400), at(0)), "a clock that goes back makes no keys");
    assert!(!SigningKeySettings { rotate_every: None }.is_due(at(0), at(i64::from(u32::MAX))));
}
