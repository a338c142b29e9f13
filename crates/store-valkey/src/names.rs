//! What keys are called, and which of them share a hash slot.
//!
//! The rows of a person lie in one of [`BUCKETS`] buckets. All keys of a bucket begin with its tag, which is all that
//! the server looks at when it chooses a slot (Cluster specification, "Hash tags").

use crossgate_core::identity::Subject;
use crossgate_core::session::SessionHandle;
use sha2::{Digest as _, Sha256};

/// Into how many parts the sessions are divided. Never changes: keys would be looked for elsewhere. A cluster of more
/// masters than this has some that hold no rows.
pub(crate) const BUCKETS: u8 = 64;

/// How many slots a cluster has.
const SLOTS: u16 = 16384;

/// One of the parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Bucket(u8);

impl Bucket {
    pub(crate) fn of(subject: &Subject) -> Self {
        let [first, ..]: [u8; 32] = Sha256::digest(subject.as_str()).into();
        Self(first % BUCKETS)
    }

    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        (byte < BUCKETS).then_some(Self(byte))
    }

    pub(crate) const fn as_byte(self) -> u8 {
        self.0
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }

    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..BUCKETS).map(Self)
    }
}

/// The names of all keys.
#[derive(Debug)]
pub(crate) struct Names {
    prefix: String,
    tags: Vec<String>,
}

impl Names {
    pub(crate) fn new(prefix: &str) -> Self {
        let tags = Bucket::all().map(|bucket| tag(prefix, bucket)).collect();
        Self { prefix: prefix.to_owned(), tags }
    }

    /// What the names of all keys of the bucket begin with. No key has just this name.
    pub(crate) fn tag(&self, bucket: Bucket) -> &str {
        self.tags.get(bucket.index()).map_or("", String::as_str)
    }

    /// A key of a bucket; the scripts make the same names.
    pub(crate) fn in_bucket(&self, bucket: Bucket, kind: &str, rest: &[u8]) -> Vec<u8> {
        let mut name = format!("{}:{kind}:", self.tag(bucket)).into_bytes();
        name.extend_from_slice(rest);
        name
    }

    /// A key of a bucket of which it has one.
    pub(crate) fn of_bucket(&self, bucket: Bucket, kind: &str) -> Vec<u8> {
        format!("{}:{kind}", self.tag(bucket)).into_bytes()
    }

    /// A key by itself.
    pub(crate) fn alone(&self, kind: &str, rest: &[u8]) -> Vec<u8> {
        let mut name = format!("{}:{kind}:", self.prefix).into_bytes();
        name.extend_from_slice(rest);
        name
    }

    /// Where it is noted in which bucket the session is.
    pub(crate) fn place(&self, handle: &SessionHandle) -> Vec<u8> {
        self.alone("at", handle.as_bytes())
    }

    /// A counter. All of them share a slot, so that several are counted together or not at all.
    pub(crate) fn counter(&self, counter: &[u8]) -> Vec<u8> {
        let mut name = format!("{{{}:throttle}}:", self.prefix).into_bytes();
        name.extend_from_slice(counter);
        name
    }

    /// The channel on which everybody is woken.
    pub(crate) fn channel(&self) -> String {
        format!("{}:news", self.prefix)
    }
}

/// The first tag whose slot is in the bucket's share of all slots. Slots are given to servers in contiguous ranges, so
/// each server gets as many buckets as it has slots.
fn tag(prefix: &str, bucket: Bucket) -> String {
    let share = SLOTS / u16::from(BUCKETS);
    let candidates = (0u32..).map(|try_number| format!("{prefix}:{:02}.{try_number}", bucket.0));
    let fits = |tag: &String| slot(tag.as_bytes()) / share == u16::from(bucket.0);
    let tag = candidates.into_iter().find(fits).unwrap_or_default();
    format!("{{{tag}}}")
}

fn slot(tag: &[u8]) -> u16 {
    crc16::State::<crc16::XMODEM>::calculate(tag) % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_what_the_specification_says() {
        // "The XMODEM check value", and `CLUSTER KEYSLOT foo` of a real server.
        assert_eq!(slot(b"123456789"), 0x31C3 % SLOTS);
        assert_eq!(slot(b"foo"), 12182);
    }

    #[test]
    fn buckets_are_spread_over_all_slots_evenly() {
        for prefix in ["crossgate", "a", "shop:sessions"] {
            let names = Names::new(prefix);
            for bucket in Bucket::all() {
                let tag = names.tag(bucket).strip_prefix('{').and_then(|tag| tag.strip_suffix('}'));
                assert_eq!(slot(tag.unwrap().as_bytes()) / 256, u16::from(bucket.0), "{prefix}");
            }
        }
    }

    /// Another version that put people elsewhere would not find them.
    #[test]
    fn who_is_where_never_changes() {
        let bucket = |text: &str| Bucket::of(&Subject::parse(text).unwrap()).as_byte();
        assert_eq!([bucket("ada"), bucket("bob"), bucket("1")], [61, 1, 43]);
        assert_eq!(Names::new("crossgate").tag(Bucket(7)), "{crossgate:07.20}");
    }
}
