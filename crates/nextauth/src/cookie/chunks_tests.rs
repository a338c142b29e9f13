use proptest::prelude::*;

use super::*;

fn joined(cookies: &[(&str, &str)]) -> Joined {
    join(cookies.iter().copied(), "s")
}

#[test]
fn a_part_is_the_whole_or_a_piece_with_its_number() {
    for (cookie, is_part) in [
        ("s", true),
        ("s.0", true),
        ("s.12", true),
        ("s.01", false),
        ("s.+1", false),
        ("s-backup", false),
        ("t", false),
    ] {
        assert_eq!(is_part_of(cookie, "s"), is_part, "{cookie}");
    }
}

#[test]
fn what_is_split_is_joined_again_in_any_order() {
    for dialect in [Dialect::V4, Dialect::V5] {
        let length = piece_length(dialect);
        for (characters, count) in
            [(0, 1), (length - 1, 1), (length, 1), (length + 1, 2), (2 * length, 2), (12 * length, 12)]
        {
            let value: String = ('a'..='z').cycle().take(characters).collect();
            let mut pieces = split("s", &value, dialect);
            assert_eq!(pieces.len(), count, "{characters}");
            assert_eq!(pieces[0].0 == "s", count == 1);
            pieces.sort();
            pieces.reverse();
            let pieces = pieces.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            assert_eq!(join(pieces, "s"), Joined::Whole(value), "{characters}");
        }
    }
}

#[test]
fn pieces_that_are_no_whole_are_no_value() {
    for cookies in [
        &[("s.0", "a"), ("s.2", "c")][..],
        &[("s.1", "b")],
        &[("s", "a"), ("s.0", "a")],
        &[("s", "a"), ("s", "b")],
        &[("s.0", "a"), ("s.0", "b")],
    ] {
        assert_eq!(joined(cookies), Joined::Broken, "{cookies:?}");
    }
}

#[test]
fn cookies_whose_names_only_begin_alike_are_others() {
    let stray = [("s-backup", "x"), ("s.01", "x"), ("s.+1", "x"), ("s.x", "x"), ("t", "x"), ("s.", "x")];
    assert_eq!(joined(&stray), Joined::Absent);
    let with_bare: Vec<_> = stray.into_iter().chain([("s", "a"), ("s", "a")]).collect();
    assert_eq!(joined(&with_bare), Joined::Whole("a".to_owned()));
}

#[test]
fn pieces_have_the_length_that_next_auth_gives_them() {
    for (dialect, characters, expected) in [
        (Dialect::V4, 3933, &[3933][..]),
        (Dialect::V4, 3934, &[3933, 1]),
        (Dialect::V4, 12_308, &[3933, 3933, 3933, 509]),
        (Dialect::V5, 3936, &[3936]),
        (Dialect::V5, 3937, &[3936, 1]),
    ] {
        let pieces = split("s", &"x".repeat(characters), dialect);
        let lengths: Vec<_> = pieces.iter().map(|(_, piece)| piece.len()).collect();
        assert_eq!(lengths, expected, "{dialect:?} {characters}");
    }
}

#[test]
fn order_is_that_of_numbers_and_an_empty_piece_is_a_piece() {
    let pieces: Vec<_> = (0..12).map(|number| (format!("s.{number}"), format!("<{number}>"))).collect();
    let mut sorted_as_text = pieces.clone();
    sorted_as_text.sort();
    assert_ne!(sorted_as_text, pieces);
    let cookies = sorted_as_text.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let expected: String = pieces.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(join(cookies, "s"), Joined::Whole(expected));
    assert_eq!(joined(&[("s.1", ""), ("s.0", "a")]), Joined::Whole("a".to_owned()));
    assert_eq!(joined(&[("s.1", ""), ("s.2", "c"), ("s.0", "a")]), Joined::Whole("ac".to_owned()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_token_survives_any_order_of_its_pieces_among_other_cookies(
        value in "[A-Za-z0-9_.-]{0,3000}",
        times in 1_usize..16,
        is_v4 in any::<bool>(),
        order in Just((0..32).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let value = value.repeat(times);
        let dialect = if is_v4 { Dialect::V4 } else { Dialect::V5 };
        let pieces = split("s", &value, dialect);
        prop_assert!(pieces.iter().all(|(_, piece)| piece.len() <= piece_length(dialect)));
        let mut cookies: Vec<_> = pieces.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        cookies.extend([("s-other", "x"), ("theme", "s")]);
        let mut placed: Vec<_> = order.iter().zip(cookies).collect();
        placed.sort_unstable();
        let shuffled = placed.into_iter().map(|(_, cookie)| cookie);
        prop_assert_eq!(join(shuffled, "s"), Joined::Whole(value));
    }

    #[test]
    fn without_one_of_its_pieces_a_token_is_none(pieces in 2_usize..14, missing in any::<prop::sample::Index>()) {
        let mut kept = split("s", &"x".repeat(pieces * piece_length(Dialect::V5)), Dialect::V5);
        let missing = missing.index(kept.len());
        kept.remove(missing);
        let joined = join(kept.iter().map(|(name, value)| (name.as_str(), value.as_str())), "s");
        if missing + 1 == pieces {
            // The last one is not missed here, but by the tag of the token.
            prop_assert!(matches!(joined, Joined::Whole(_)));
        } else {
            prop_assert_eq!(joined, Joined::Broken);
        }
    }
}
