//! What the routes ask of claims, all of it: sessions have the answers ready.

use super::rule::{Access, ClaimRequirement, RouteRule};
use super::table::RouteTable;

impl RouteTable {
    /// Every requirement that a decision can hold, each once.
    #[must_use]
    pub fn requirements(&self) -> Vec<ClaimRequirement> {
        let rules = self.pages.rules.iter().chain(self.apis.iter().flat_map(|api| &api.rules));
        rules.flat_map(RouteRule::requirements).fold(Vec::new(), |mut known, requirement| {
            if !known.contains(requirement) {
                known.push(requirement.clone());
            }
            known
        })
    }
}

impl RouteRule {
    fn requirements(&self) -> &[ClaimRequirement] {
        match &self.access {
            Access::Open => &[],
            Access::Session(requirements) => requirements,
        }
    }
}
