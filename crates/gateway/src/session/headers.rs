//! Which headers a session keeps ready.

use std::num::NonZeroU16;

use crossgate_core::time::Timestamp;

use super::ready::{FreshHeader, ReadyValue};

/// Usually there is one, so the first needs no memory of its own; further ones follow in a chain.
#[derive(Default)]
pub(super) struct Headers {
    first: Option<Numbered>,
    further: Option<Box<Headers>>,
}

/// A header, and which one it is. The number is one more than it is called by, so that its absence takes no memory.
struct Numbered {
    number: NonZeroU16,
    header: FreshHeader,
}

impl Headers {
    /// The value of this number, if it is there and may be sent at `now`.
    pub(super) fn fresh(&self, number: usize, now: Timestamp) -> Option<&ReadyValue> {
        let number = numbered(number)?;
        let mut chain = std::iter::successors(Some(self), |headers| headers.further.as_deref());
        let kept = chain.find_map(|headers| headers.first.as_ref().filter(|kept| kept.number == number))?;
        (now < kept.header.use_until).then_some(&kept.header.value)
    }

    /// Keeps a header, in the place of the one that had its number.
    pub(super) fn keep(&mut self, number: usize, header: FreshHeader) {
        // Nobody has so many APIs that one is without a number; its header is made each time.
        if let Some(number) = numbered(number) {
            self.put(Numbered { number, header });
        }
    }

    fn put(&mut self, kept: Numbered) {
        match &self.first {
            Some(first) if first.number != kept.number => self.further.get_or_insert_default().put(kept),
            _ => self.first = Some(kept),
        }
    }
}

fn numbered(number: usize) -> Option<NonZeroU16> {
    u16::try_from(number).ok()?.checked_add(1).and_then(NonZeroU16::new)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn header(text: &'static str, until: i64) -> FreshHeader {
        FreshHeader { value: ReadyValue::whole(&HeaderValue::from_static(text)), use_until: at(until) }
    }

    #[test]
    fn each_number_has_its_own_header_for_as_long_as_that_is_fresh() {
        let mut headers = Headers::default();
        for (number, text) in [(0, "zero"), (1, "one"), (65_534, "last"), (65_535, "none"), (1, "one again")]
        {
            headers.keep(number, header(text, 10));
        }
        let found = |number, now| {
            let mut line = Vec::new();
            headers.fresh(number, at(now)).map(|value| value.write_to(None, &mut line)).map(|()| line)
        };
        for (number, wanted) in [(0, Some("zero")), (1, Some("one again")), (2, None), (65_534, Some("last"))]
        {
            assert_eq!(found(number, 9), wanted.map(|text| text.as_bytes().to_vec()), "{number}");
            assert_eq!(found(number, 10), None, "{number}");
        }
        assert_eq!(found(65_535, 9), None);
        assert_eq!(found(usize::MAX, 9), None);
    }
}
