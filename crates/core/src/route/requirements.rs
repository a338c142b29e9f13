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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::PageNaming;
    use crate::pattern::PathPattern;
    use crate::route::{ActionPolicy, ApiRoutes, MethodSet, PageDefault, PageRoutes};

    fn role(name: &str) -> ClaimRequirement {
        ClaimRequirement { claim: "role".to_owned(), values: vec![name.into()] }
    }

    fn rule(access: Access) -> RouteRule {
        let pattern = PathPattern::parse("/**").unwrap();
        RouteRule { methods: MethodSet::Any, pattern, access, name: String::new() }
    }

    fn asking(names: &[&str]) -> RouteRule {
        rule(Access::Session(names.iter().copied().map(role).collect()))
    }

    fn api(rules: Vec<RouteRule>) -> ApiRoutes {
        let (app, ours_alone, accept_bearer) = Default::default();
        ApiRoutes { path: "/api".to_owned(), rules, app, ours_alone, accept_bearer }
    }

    #[test]
    fn what_pages_and_every_api_ask_of_claims_is_there_once() {
        let pages = PageRoutes {
            naming: PageNaming { base_path: String::new(), locales: Vec::new() },
            rules: vec![rule(Access::Open), asking(&["admin"]), asking(&[])],
            default: PageDefault::Open,
            open: Vec::new(),
            actions: ActionPolicy::AsPage,
        };
        let apis = vec![api(vec![asking(&["admin", "editor"])]), api(vec![asking(&["seller"])])];
        let table = RouteTable::new("/api/auth".into(), pages, apis);
        assert_eq!(table.requirements(), ["admin", "editor", "seller"].map(role));
    }
}
