//! What a store is asked to do.

/// What a store is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are those of the store's methods")]
pub enum Operation {
    Check,
    Create,
    Load,
    ReplaceContent,
    Touch,
    End,
    EndAllOf,
    EndAllOfProvider,
    EndAllBefore,
    List,
    EndExpired,
    Ended,
    LoadByHandle,
    EndedByHandle,
    ListAll,
    CountAttempt,
    RefundAttempt,
    ForgetAttempts,
    Keys,
    AddKey,
    ResealKey,
    RemoveKey,
    UseOnce,
    WasUsed,
    TakeLease,
    RenewLease,
    GiveBackLease,
    AbandonLease,
    NewestEvent,
    EventsAfter,
}
