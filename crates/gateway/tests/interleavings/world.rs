//! What the processes share: the row of one session, its lease, and the API.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use crossgate_core::session::EndReason;
use crossgate_store::LeaseAnswer;

/// What goes wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Troubles {
    /// So many processes die at some moment.
    pub(crate) deaths: usize,
    /// So many answers of the API are lost.
    pub(crate) lost_answers: usize,
    /// So many questions to the store fail.
    pub(crate) store_failures: usize,
    /// So many leases end although their holder is only slow.
    pub(crate) early_ends: usize,
    /// Whether refresh tokens are good once.
    pub(crate) rotates: bool,
    /// Whether a second use ends everything that came of the sign-in.
    pub(crate) detects_reuse: bool,
}

impl Default for Troubles {
    fn default() -> Self {
        Self {
            deaths: 0,
            lost_answers: 0,
            store_failures: 0,
            early_ends: 0,
            rotates: true,
            detects_reuse: true,
        }
    }
}

/// A session as it is stored: the number of its refresh token. The first one is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) refresh_token: u32,
    pub(crate) is_due: bool,
}

#[derive(Debug)]
struct Lease {
    holder: usize,
    is_abandoned: bool,
    was_abandoned: bool,
}

#[derive(Debug)]
struct Shared {
    row: Option<Row>,
    ended: Option<EndReason>,
    lease: Option<Lease>,
    dead: BTreeSet<usize>,
    /// The refresh token that the API takes; none once everything ended there.
    good: Option<u32>,
    issued: u32,
    asked: Vec<u32>,
    troubles: Troubles,
}

/// Clones are the same world.
#[derive(Debug, Clone)]
pub(crate) struct World(Rc<RefCell<Shared>>);

/// The store is away.
#[derive(Debug)]
pub(crate) struct Away;

impl std::fmt::Display for Away {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("away")
    }
}

impl World {
    pub(crate) fn new(troubles: Troubles) -> Self {
        Self(Rc::new(RefCell::new(Shared {
            row: Some(Row { refresh_token: 1, is_due: true }),
            ended: None,
            lease: None,
            dead: BTreeSet::new(),
            good: Some(1),
            issued: 1,
            asked: Vec::new(),
            troubles,
        })))
    }

    pub(crate) fn die(&self, process: usize) {
        self.0.borrow_mut().dead.insert(process);
    }

    /// Sometimes the store is away.
    pub(crate) fn store_answers(&self, by_chance: bool) -> Result<(), Away> {
        let left = &mut self.0.borrow_mut().troubles.store_failures;
        if *left > 0 && by_chance {
            *left -= 1;
            return Err(Away);
        }
        Ok(())
    }

    /// A lease ends by itself where its holder died, or was too slow.
    pub(crate) fn take_lease(&self, process: usize, by_chance: bool) -> LeaseAnswer {
        let mut shared = self.0.borrow_mut();
        let is_held_by_another = shared.lease.as_ref().is_some_and(|lease| lease.holder != process);
        let ends_early = by_chance && is_held_by_another && shared.troubles.early_ends > 0;
        shared.troubles.early_ends -= usize::from(ends_early);
        let was_abandoned = match &shared.lease {
            None => false,
            Some(lease) if lease.holder == process && !lease.is_abandoned => lease.was_abandoned,
            Some(lease) if ends_early || lease.is_abandoned || shared.dead.contains(&lease.holder) => true,
            Some(_) => {
                return LeaseAnswer::Held { until: crossgate_core::time::Timestamp::from_seconds(0) };
            }
        };
        shared.lease = Some(Lease { holder: process, is_abandoned: false, was_abandoned });
        LeaseAnswer::Taken { was_abandoned }
    }

    pub(crate) fn holds_lease(&self, process: usize) -> bool {
        self.0.borrow().lease.as_ref().is_some_and(|lease| lease.holder == process && !lease.is_abandoned)
    }

    pub(crate) fn give_back_lease(&self, process: usize) {
        let mut shared = self.0.borrow_mut();
        if shared.lease.as_ref().is_some_and(|lease| lease.holder == process) {
            shared.lease = None;
        }
    }

    pub(crate) fn abandon_lease(&self, process: usize) {
        let mut shared = self.0.borrow_mut();
        if let Some(lease) = shared.lease.as_mut().filter(|lease| lease.holder == process) {
            lease.is_abandoned = true;
        }
    }

    pub(crate) fn load(&self) -> Option<Row> {
        self.0.borrow().row
    }

    pub(crate) fn store(&self, refresh_token: u32) -> Option<Row> {
        let mut shared = self.0.borrow_mut();
        let row = shared.row.as_mut()?;
        *row = Row { refresh_token, is_due: false };
        Some(*row)
    }

    pub(crate) fn end(&self, reason: EndReason) {
        let mut shared = self.0.borrow_mut();
        if let Some(row) = shared.row.take() {
            shared.ended = Some(reason);
            // The API's logout, with what the session knew.
            if shared.good == Some(row.refresh_token) {
                shared.good = None;
            }
        }
    }

    pub(crate) fn end_unchanged(&self, kept: Row, reason: EndReason) -> bool {
        if self.load().is_some_and(|row| row != kept) {
            return false;
        }
        self.end(reason);
        true
    }

    /// The API: a new token, or none. Whether the answer arrives.
    pub(crate) fn ask(&self, refresh_token: u32) -> (Option<u32>, bool) {
        let mut shared = self.0.borrow_mut();
        shared.asked.push(refresh_token);
        if shared.good != Some(refresh_token) {
            if shared.troubles.detects_reuse {
                shared.good = None;
            }
            return (None, true);
        }
        if shared.troubles.rotates {
            shared.issued += 1;
            shared.good = Some(shared.issued);
        }
        let arrives = shared.troubles.lost_answers == 0;
        shared.troubles.lost_answers = shared.troubles.lost_answers.saturating_sub(1);
        (shared.good, arrives)
    }

    /// The API's logout, with this token.
    pub(crate) fn discard(&self, refresh_token: u32) {
        let mut shared = self.0.borrow_mut();
        if shared.good == Some(refresh_token) {
            shared.good = None;
        }
    }

    /// With which refresh tokens the API was asked.
    pub(crate) fn asked(&self) -> Vec<u32> {
        self.0.borrow().asked.clone()
    }

    pub(crate) fn ended(&self) -> Option<EndReason> {
        self.0.borrow().ended
    }

    /// Whether what is stored is what the API takes.
    pub(crate) fn is_consistent(&self) -> bool {
        let shared = self.0.borrow();
        shared.row.is_some_and(|row| Some(row.refresh_token) == shared.good && !row.is_due)
    }

    pub(crate) fn is_lease_free(&self) -> bool {
        self.0.borrow().lease.is_none()
    }

    pub(crate) fn nothing_is_left_at_the_api(&self) -> bool {
        self.0.borrow().good.is_none()
    }
}
