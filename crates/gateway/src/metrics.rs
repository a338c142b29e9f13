//! Counters for the admin listener.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// Labels: an error code of the closed list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CodeLabel {
    code: &'static str,
}

/// Labels: how a sign-in, a sign-out or a refresh went.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

/// All counters. The ones on the hot path are plain atomics.
pub(crate) struct Metrics {
    registry: Registry,
    pub(crate) forwarded_app: Counter,
    pub(crate) forwarded_api: Counter,
    pub(crate) connections: Gauge,
    refused: Family<CodeLabel, Counter>,
    sign_ins: Family<OutcomeLabel, Counter>,
    sign_outs: Counter,
    refreshes: Family<OutcomeLabel, Counter>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("crossgate");
        let (forwarded_app, forwarded_api) = (Counter::default(), Counter::default());
        let (connections, sign_outs) = (Gauge::default(), Counter::default());
        let (refused, sign_ins, refreshes) = (Family::default(), Family::default(), Family::default());
        registry.register("requests_to_app", "Requests forwarded to the app", forwarded_app.clone());
        registry.register("requests_to_apis", "Requests forwarded to APIs", forwarded_api.clone());
        registry.register("connections", "Open connections from browsers", connections.clone());
        registry.register("refusals", "Requests refused, by error code", Family::clone(&refused));
        registry.register("sign_ins", "Sign-in attempts, by outcome", Family::clone(&sign_ins));
        registry.register("sign_outs", "Sessions ended by their owners", sign_outs.clone());
        registry.register("refreshes", "Refreshes of tokens, by outcome", Family::clone(&refreshes));
        Self { registry, forwarded_app, forwarded_api, connections, refused, sign_ins, sign_outs, refreshes }
    }

    pub(crate) fn refused(&self, code: &'static str) {
        self.refused.get_or_create(&CodeLabel { code }).inc();
    }

    pub(crate) fn sign_in(&self, outcome: &'static str) {
        self.sign_ins.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    pub(crate) fn refresh(&self, outcome: &'static str) {
        self.refreshes.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    pub(crate) fn signed_out(&self, sessions: u64) {
        self.sign_outs.inc_by(sessions);
    }

    /// The text exposition.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => text,
            Err(_) => String::new(),
        }
    }
}
