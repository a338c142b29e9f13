//! Whether a session has ended, for those who hold it. All forms of one session know it together, but most sessions only
//! ever have one and do not end while somebody looks, so what is shared is made when it is needed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// See the [module](self).
#[derive(Debug, Default)]
pub(super) struct Ended(OnceLock<Arc<AtomicBool>>);

impl Ended {
    /// For another form of the same session: when one of them is marked, all are.
    pub(super) fn shared(&self) -> Self {
        Self(OnceLock::from(Arc::clone(self.flag())))
    }

    pub(super) fn mark(&self) {
        self.flag().store(true, Ordering::Release);
    }

    pub(super) fn is_marked(&self) -> bool {
        self.0.get().is_some_and(|flag| flag.load(Ordering::Acquire))
    }

    fn flag(&self) -> &Arc<AtomicBool> {
        self.0.get_or_init(Arc::default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whichever_form_is_marked_all_are() {
        for marked in 0..3 {
            let first = Ended::default();
            let second = first.shared();
            let third = second.shared();
            let forms = [first, second, third];
            assert!(forms.iter().all(|form| !form.is_marked()));
            forms[marked].mark();
            assert!(forms.iter().all(Ended::is_marked), "{marked}");
        }
    }

    #[test]
    fn a_form_of_what_has_ended_has_ended() {
        let first = Ended::default();
        first.mark();
        assert!(first.shared().is_marked() && first.shared().shared().is_marked());
    }
}
