//! What the header values of one kind begin with. Tokens that we sign have their head in common, and the claims that are
//! the same for everybody; it would stand in memory once per session.

use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderValue;
use http::header::InvalidHeaderValue;

use crate::session::{Beginning, ReadyValue};

/// By so much the last two values may have more in common than the others before a longer beginning is tried: those that
/// were made in the same second always have.
const SLACK: usize = 24;

/// The beginning of the values of one kind: that of the last two.
#[derive(Default)]
pub(super) struct Beginnings(Mutex<Known>);

#[derive(Default)]
struct Known {
    beginning: Arc<Beginning>,
    last: Box<[u8]>,
}

impl Beginnings {
    /// The value in two pieces.
    pub(super) fn split(&self, value: &str) -> Result<ReadyValue, InvalidHeaderValue> {
        HeaderValue::from_str(value)?;
        let value = value.as_bytes();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let common = in_common(&known.last, value);
        known.last = value.into();
        let is_usual =
            |beginning: &Beginning| value.starts_with(&beginning.0) && common <= beginning.0.len() + SLACK;
        if !is_usual(&known.beginning) {
            let (beginning, _) = value.split_at_checked(common).unwrap_or_default();
            known.beginning = Arc::new(Beginning(beginning.into()));
        }
        let rest = value.get(known.beginning.0.len()..).unwrap_or_default();
        Ok(ReadyValue::new(Arc::clone(&known.beginning), rest))
    }
}

/// With how many of the same bytes both begin.
fn in_common(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long beginning and rest of the last one are.
    fn lengths(beginnings: &Beginnings, values: &[&str]) -> [usize; 2] {
        let last = values.iter().map(|value| {
            let mut line = Vec::new();
            beginnings.split(value).unwrap().write_to(None, &mut line);
            assert_eq!(line, value.as_bytes());
            let beginning = beginnings.0.lock().unwrap().beginning.0.len();
            [beginning, value.len() - beginning]
        });
        last.last().unwrap()
    }

    #[test]
    fn the_third_value_of_a_kind_holds_only_what_is_its_own() {
        let beginnings = Beginnings::default();
        assert_eq!(lengths(&beginnings, &["Bearer head.ada"]), [0, 15]);
        assert_eq!(lengths(&beginnings, &["Bearer head.bob"]), [0, 15]);
        let long = "x".repeat(100);
        let values: Vec<String> = ["a", "b", "c"].iter().map(|end| format!("{long}{end}")).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        assert_eq!(lengths(&beginnings, &values), [100, 1]);
    }

    #[test]
    fn after_a_new_key_the_beginning_is_the_new_one() {
        let beginnings = Beginnings::default();
        let of = |key: &str, person: &str| format!("Bearer {}.{person}", key.repeat(50));
        let values = [of("a", "1"), of("a", "2"), of("b", "3"), of("b", "4"), of("b", "5")];
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        assert_eq!(lengths(&beginnings, &values[..2]), [58, 1]);
        assert_eq!(lengths(&beginnings, &values[2..3]), [7, 52]);
        assert_eq!(lengths(&beginnings, &values[3..]), [58, 1]);
    }

    #[test]
    fn values_of_the_same_moment_do_not_have_a_beginning_of_their_own() {
        let beginnings = Beginnings::default();
        let of = |moment: &str, person: &str| format!("{}{moment}{person}", "x".repeat(50));
        let values = [of("10", "a"), of("11", "b"), of("12", "c"), of("12", "d"), of("13", "e")];
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        assert_eq!(lengths(&beginnings, &values[..3]), [51, 2]);
        assert_eq!(lengths(&beginnings, &values[3..]), [51, 2]);
    }

    #[test]
    fn what_cannot_stand_in_a_header_is_refused() {
        assert!(Beginnings::default().split("Bearer a\r\nX-Admin: yes").is_err());
    }
}
