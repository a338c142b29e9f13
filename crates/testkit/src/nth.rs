//! One call of many that fails.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

/// Which calls fail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Failing {
    /// None; they are only counted.
    #[default]
    Never,
    /// This one alone; the first one is 1.
    Only(usize),
    /// This one and all after it.
    From(usize),
}

/// Counts calls, and says which of them fail. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Nth(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    calls: usize,
    failing: Failing,
}

impl Nth {
    /// Counts anew, and lets these calls fail.
    pub fn begin(&self, failing: Failing) {
        *self.0.lock().unwrap() = State { calls: 0, failing };
    }

    /// How many calls there were since.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.0.lock().unwrap().calls
    }

    /// Counts a call, and says whether it fails.
    pub(crate) fn is_due(&self) -> bool {
        let mut state = self.0.lock().unwrap();
        state.calls += 1;
        match state.failing {
            Failing::Never => false,
            Failing::Only(call) => state.calls == call,
            Failing::From(first) => state.calls >= first,
        }
    }
}

/// All that can fail around a gateway.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// Calls to the store.
    pub store: Nth,
    /// Calls to the source of randomness.
    pub entropy: Nth,
    /// Whether randomness gives the same bytes again and again.
    pub is_stuck: Arc<AtomicBool>,
    /// Requests to the API, the app and the providers: the connection is closed without an answer.
    pub upstreams: Nth,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_call_that_is_meant_fails_and_no_other() {
        let nth = Nth::default();
        let outcomes = |failing| {
            nth.begin(failing);
            [(); 4].map(|()| nth.is_due())
        };
        assert_eq!(outcomes(Failing::Never), [false; 4]);
        assert_eq!(outcomes(Failing::Only(2)), [false, true, false, false]);
        assert_eq!(outcomes(Failing::From(2)), [false, true, true, true]);
        assert_eq!(nth.calls(), 4);
    }
}
