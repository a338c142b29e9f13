//! Which router an argument of `use` is.

use super::collect::{Collected, RawUse, RouterName, path_text};
use crate::init::program::{Import, Located, Program};
use crate::init::script::{Script, Span};

/// Finds routers.
pub(super) struct Targets<'p, 't> {
    program: &'p Program<'t>,
    routers: Vec<Vec<RouterName>>,
    /// Places where a list of routes is mounted one by one: `routes.forEach((route) => app.use(route.path, route.route))`.
    lists: Vec<RouterName>,
}

impl<'p, 't> Targets<'p, 't> {
    pub(super) fn new(program: &'p Program<'t>, collected: &Collected) -> Self {
        let routers = program.each().map(|(module, _)| collected.routers_of(module)).collect();
        let lists = collected.uses.iter().filter(|mount| mount.prefix.is_none() && is_list(program, mount));
        Self { program, routers, lists: lists.map(|mount| mount.router.clone()).collect() }
    }

    /// What of the arguments of `use` is no router, and the routers.
    pub(super) fn of(&self, mount: &RawUse) -> (Vec<Span>, Vec<RouterName>) {
        let targets = |span: &Span| self.target(mount.router.module, *span);
        let others = mount.arguments.iter().copied().filter(|span| targets(span).is_empty());
        (others.collect(), mount.arguments.iter().flat_map(targets).collect())
    }

    fn target(&self, module: usize, span: Span) -> Vec<RouterName> {
        let Some(read) = self.program.module(module) else { return Vec::new() };
        let (names, end) = self.program.names_at(module, span.from);
        let [name, ..] = names.as_slice() else { return Vec::new() };
        if *name == "require" {
            let from = read.script.at(span.from + 2).string().unwrap_or_default();
            return self
                .program
                .resolve(module, from)
                .map(|target| self.exported(target))
                .unwrap_or_default();
        }
        let is_call = read.script.at(end).is("(");
        if end != span.to && !is_call {
            return Vec::new();
        }
        if let Some(own) = self.routers_of(module).iter().find(|router| router.name == *name && !is_call) {
            return vec![own.clone()];
        }
        match read.import(name) {
            Some(import) => self.imported(module, import),
            None if is_call => self.made_by(self.program.function(module, &names)),
            None => Vec::new(),
        }
    }

    fn routers_of(&self, module: usize) -> &[RouterName] {
        self.routers.get(module).map(Vec::as_slice).unwrap_or_default()
    }

    fn imported(&self, module: usize, import: &Import) -> Vec<RouterName> {
        let Some(target) = self.program.resolve(module, &import.from) else { return Vec::new() };
        let Some(name) = &import.name else { return self.exported(target) };
        let named = self.routers_of(target).iter().find(|router| router.name == *name);
        if let Some(router) = named {
            return vec![router.clone()];
        }
        let made = self.made_by(self.program.function(target, &[name]));
        if made.is_empty() { self.passed_on(target, name) } else { made }
    }

    /// `export { default as auth } from "./auth"`, and whatever else has one router only.
    fn passed_on(&self, module: usize, name: &str) -> Vec<RouterName> {
        let Some(read) = self.program.module(module) else { return Vec::new() };
        match read.import(name) {
            Some(import) => self
                .program
                .resolve(module, &import.from)
                .map(|target| self.exported(target))
                .unwrap_or_default(),
            None => self.exported(module),
        }
    }

    /// What a module exports as a whole.
    fn exported(&self, module: usize) -> Vec<RouterName> {
        let routers = self.routers_of(module);
        let Some(script) = self.program.module(module).map(|module| &module.script) else {
            return Vec::new();
        };
        let exported = exported_name(script);
        let named = routers.iter().find(|router| Some(router.name.as_str()) == exported);
        named.or_else(|| routers.first()).cloned().into_iter().collect()
    }

    /// The routers that a function makes.
    fn made_by(&self, located: Option<Located>) -> Vec<RouterName> {
        let Some(located) = located else { return Vec::new() };
        let Some(script) = self.program.module(located.module).map(|module| &module.script) else {
            return Vec::new();
        };
        let is_made = |router: &&RouterName| script.binding(located.function.body, &router.name).is_some();
        self.routers_of(located.module).iter().filter(is_made).cloned().collect()
    }

    /// `{ path: "/auth", route: authRoute }`, where such lists are mounted.
    pub(super) fn listed(&self) -> Vec<RawUse> {
        self.lists.iter().flat_map(|router| self.listed_in(router)).collect()
    }

    fn listed_in(&self, router: &RouterName) -> Vec<RawUse> {
        let Some(script) = self.program.module(router.module).map(|module| &module.script) else {
            return Vec::new();
        };
        let entry = |open: usize| {
            let path = path_text(self.program, router.module, script.value_of(open, "path")?)?;
            let value =
                ["route", "router", "routes", "handler"].iter().find_map(|key| script.value_of(open, key))?;
            let targets = self.target(router.module, value);
            (!targets.is_empty()).then(|| RawUse {
                router: router.clone(),
                prefix: Some(path),
                arguments: Vec::new(),
                targets,
                at: open,
            })
        };
        script.places_of(script.whole(), "{").filter_map(entry).collect()
    }
}

/// Whether it is `use(route.path, route.route)`.
fn is_list(program: &Program<'_>, mount: &RawUse) -> bool {
    let names = |span: &Span| program.names_at(mount.router.module, span.from).0.len();
    mount.arguments.iter().any(|span| names(span) == 2)
}

/// `module.exports = router`, `export default router`
fn exported_name<'t>(script: &Script<'t>) -> Option<&'t str> {
    let whole = script.whole();
    (whole.from..whole.to).find_map(|index| {
        let is_module = script.at(index).is("exports") && script.at(index + 1).is("=");
        let is_default = script.at(index).is("default") && script.before(index).is("export");
        let at = if is_module { index + 2 } else { index + 1 };
        (is_module || is_default).then(|| script.at(at).word())?
    })
}
