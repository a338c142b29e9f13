//! What is done from time to time, beside requests. Each runs on its own: one that waits for the store holds up no other.

use std::sync::Arc;
use std::time::Duration;

use crossgate_gateway::Gateway;
use tokio::time::MissedTickBehavior;

use super::shared_clock::SharedClock;

/// How often it is read what other processes did to sessions, also where the store does not say that they did anything:
/// an end there is known here a moment later.
const FOLLOW_PERIOD: Duration = Duration::from_millis(200);
/// How often activity is written down and ended sessions are swept.
const SWEEP_PERIOD: Duration = Duration::from_secs(1);
/// How often clocks are compared.
const CLOCK_PERIOD: Duration = Duration::from_secs(1);
/// How often signing keys are read again, so that what another process or the command did to them becomes known.
const TEND_PERIOD: Duration = Duration::from_secs(10);
/// A fault that lasts is told this often, in periods of following.
const TELL_EVERY: u32 = 50;

/// Follows what others do, for ever.
pub(super) async fn follow(gateway: Arc<Gateway>) {
    let (mut ticks, mut failures) = (ticks(FOLLOW_PERIOD), 0_u32);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = gateway.woken() => {}
        }
        match gateway.follow().await {
            Ok(_) => failures = 0,
            Err(error) => {
                if failures.is_multiple_of(TELL_EVERY) {
                    tracing::error!(%error, "what others do to sessions is not known; until it is, each is looked up before it is used");
                }
                failures = failures.wrapping_add(1);
            }
        }
    }
}

/// Sweeps, for ever.
pub(super) async fn sweep_always(gateway: Arc<Gateway>) {
    let mut ticks = ticks(SWEEP_PERIOD);
    loop {
        ticks.tick().await;
        sweep(&gateway).await;
    }
}

/// Compares this machine's clock with the store's, for ever.
pub(super) async fn follow_clock(clock: Arc<SharedClock>) {
    let mut ticks = ticks(CLOCK_PERIOD);
    loop {
        ticks.tick().await;
        // Whoever follows what others do tells that the store does not answer.
        let _known_elsewhere = clock.set().await;
    }
}

/// Tends the signing keys, for ever.
pub(super) async fn tend_keys(gateway: Arc<Gateway>) {
    let mut ticks = ticks(TEND_PERIOD);
    loop {
        ticks.tick().await;
        if let Err(error) = gateway.tend_keys().await {
            tracing::error!(%error, "the signing keys could not be tended; those that are known stay");
        }
    }
}

/// Writes down activity and ends sessions that passed their limits, once.
pub(super) async fn sweep(gateway: &Gateway) {
    match gateway.sweep().await {
        Ok(0) => {}
        Ok(ended) => tracing::info!(ended, "sessions passed their limits"),
        Err(error) => {
            tracing::error!(%error, "activity could not be written down; the next sweep tries again")
        }
    }
}

fn ticks(period: Duration) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
