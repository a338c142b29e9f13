//! Every `app.get(…)`, `router.use(…)` and `router.route(…)`, as they stand in the files.

use super::mounts::Targets;
use crate::init::program::Program;
use crate::init::script::{Bound, Script, Span};

const METHODS: [&str; 6] = ["get", "post", "put", "patch", "delete", "all"];

/// A variable that holds an application or a router.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct RouterName {
    pub(crate) module: usize,
    pub(crate) name: String,
}

#[derive(Debug)]
pub(crate) struct RawRoute {
    pub(crate) router: RouterName,
    pub(crate) method: String,
    pub(crate) path: String,
    /// Everything behind the path.
    pub(crate) arguments: Vec<Span>,
    pub(crate) at: usize,
}

#[derive(Debug)]
pub(crate) struct RawUse {
    pub(crate) router: RouterName,
    /// None where it could not be read.
    pub(crate) prefix: Option<String>,
    pub(crate) arguments: Vec<Span>,
    /// The routers among the arguments.
    pub(crate) targets: Vec<RouterName>,
    pub(crate) at: usize,
}

/// What stands in the files.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) routes: Vec<RawRoute>,
    pub(crate) uses: Vec<RawUse>,
    /// Applications: `const app = express()`, and what is called so and comes as a parameter.
    roots: Vec<RouterName>,
}

impl Collected {
    pub(crate) fn read(program: &Program<'_>) -> Self {
        let mut collected = Self::default();
        for (module, read) in program.each() {
            let script = &read.script;
            let whole = script.whole();
            for at in whole.from..whole.to {
                let Some(router) = receiver(program, module, at) else { continue };
                collected.read_call(program, router, at + 1);
            }
        }
        let targets = Targets::new(program, &collected);
        let found: Vec<_> = collected.uses.iter().map(|mount| targets.of(mount)).collect();
        let listed = targets.listed();
        for (mount, targets) in collected.uses.iter_mut().zip(found) {
            (mount.arguments, mount.targets) = targets;
        }
        collected.uses.extend(listed);
        collected
    }

    /// `at` is the dot's successor: the name of the method.
    fn read_call(&mut self, program: &Program<'_>, router: RouterName, at: usize) {
        let Some(script) = program.module(router.module).map(|module| &module.script) else { return };
        let at = at + 1;
        let method = script.at(at).text;
        let arguments = script.arguments(at + 1);
        if is_root(script, &router.name) && !self.roots.contains(&router) {
            self.roots.push(router.clone());
        }
        match method {
            "use" => self.read_use(program, router, arguments, at),
            "route" => self.read_route_chain(program, &router, &arguments, at),
            method => {
                let path = arguments.first().and_then(|first| path_text(program, router.module, *first));
                let Some(path) = path.filter(|path| path.starts_with(['/', '*'])) else { return };
                let arguments = arguments.into_iter().skip(1).collect();
                self.routes.push(RawRoute { router, method: method.to_uppercase(), path, arguments, at });
            }
        }
    }

    fn read_use(&mut self, program: &Program<'_>, router: RouterName, arguments: Vec<Span>, at: usize) {
        let first = arguments.first().copied().unwrap_or(Span { from: 0, to: 0 });
        let read = path_text(program, router.module, first);
        let has_path =
            read.is_some() || arguments.len() > 1 && looks_like_path(program, router.module, first);
        let prefix = if has_path { read } else { Some(String::new()) };
        let arguments = arguments.into_iter().skip(usize::from(has_path)).collect();
        self.uses.push(RawUse { router, prefix, arguments, targets: Vec::new(), at });
    }

    /// `router.route("/orders").get(list).post(create)`
    fn read_route_chain(
        &mut self,
        program: &Program<'_>,
        router: &RouterName,
        arguments: &[Span],
        at: usize,
    ) {
        let Some(script) = program.module(router.module).map(|module| &module.script) else { return };
        let Some(path) = arguments.first().and_then(|first| path_text(program, router.module, *first)) else {
            return;
        };
        let mut index = script.after(at + 1);
        while script.at(index).is(".") && script.at(index + 2).is("(") {
            let method = script.at(index + 1);
            if method.is_any(&METHODS) {
                let (method, path) = (method.text.to_uppercase(), path.clone());
                let arguments = script.arguments(index + 2);
                self.routes.push(RawRoute { router: router.clone(), method, path, arguments, at: index + 1 });
            }
            index = script.after(index + 2);
        }
    }

    pub(crate) fn is_root(&self, router: &RouterName) -> bool {
        self.roots.contains(router)
    }

    pub(crate) fn has_mounts(&self) -> bool {
        self.uses.iter().any(|mount| !mount.targets.is_empty())
    }

    /// The routers of a module that are no applications.
    pub(crate) fn routers_of(&self, module: usize) -> Vec<RouterName> {
        let names =
            self.routes.iter().map(|route| &route.router).chain(self.uses.iter().map(|mount| &mount.router));
        let mut found: Vec<RouterName> = Vec::new();
        for router in names.filter(|router| router.module == module && !self.is_root(router)) {
            if !found.contains(router) {
                found.push(router.clone());
            }
        }
        found
    }
}

/// The router whose method is called behind this place: `app` of `app.get(`, `router` of `this.router.use(`.
fn receiver(program: &Program<'_>, module: usize, at: usize) -> Option<RouterName> {
    let script = &program.module(module)?.script;
    let name = script.at(at).word()?;
    let method = script.at(at + 2);
    let is_call = script.at(at + 1).is(".") && script.at(at + 3).is("(");
    if !is_call || !(method.is_any(&METHODS) || method.is_any(&["use", "route"])) {
        return None;
    }
    let is_alone = !script.before(at).is_any(&[".", "?."]);
    let is_own = script.before(at).is(".") && at >= 2 && script.at(at - 2).is("this");
    let is_named = is_router_name(name) || is_declared_router(script, name);
    ((is_alone || is_own) && is_named).then(|| RouterName { module, name: name.to_owned() })
}

fn is_router_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["app", "router", "routes", "route", "api", "server"].iter().any(|ending| name.ends_with(ending))
}

fn is_declared_router(script: &Script<'_>, name: &str) -> bool {
    match script.binding(script.whole(), name) {
        Some(Bound::Whole(value)) => script.mentions(value, &["Router"]) || is_express_call(script, value),
        _ => false,
    }
}

fn is_express_call(script: &Script<'_>, value: Span) -> bool {
    script.at(value.from).is("express") && script.at(value.from + 1).is("(")
}

fn is_root(script: &Script<'_>, name: &str) -> bool {
    match script.binding(script.whole(), name) {
        Some(Bound::Whole(value)) => is_express_call(script, value),
        Some(Bound::Member(..)) => false,
        None => name == "app" || name == "server",
    }
}

/// The text that a path is, with constants of the module put in.
pub(super) fn path_text(program: &Program<'_>, module: usize, span: Span) -> Option<String> {
    let script = &program.module(module)?.script;
    let mut path = String::new();
    let mut index = span.from;
    if script.at(index).is("[") {
        let first = script.inside(index).and_then(|inside| script.parts(inside).first().copied())?;
        return path_text(program, module, first);
    }
    while index < span.to {
        path.push_str(&path_part(script, index, span)?);
        index += 1;
        if index < span.to && !script.at(index).is("+") {
            return None;
        }
        index += 1;
    }
    Some(path)
}

fn path_part(script: &Script<'_>, index: usize, span: Span) -> Option<String> {
    let token = script.at(index);
    if let Some(text) = token.string() {
        return Some(text.to_owned());
    }
    if let Some(name) = token.word() {
        let is_name =
            span.to == span.from + 1 || script.at(index + 1).is("+") || script.before(index).is("+");
        return is_name.then(|| constant(script, name))?;
    }
    let mut text = token.text.to_owned();
    while let Some((before, after)) = text.split_once("${") {
        let (name, after) = after.split_once('}')?;
        text = format!("{before}{}{after}", constant(script, name.trim())?);
    }
    (token.kind == crate::init::script::Kind::Template).then_some(text)
}

/// A text that a name was set to in this module.
fn constant(script: &Script<'_>, name: &str) -> Option<String> {
    match script.binding(script.whole(), name)? {
        Bound::Whole(value) => script.string_of(value).map(str::to_owned),
        Bound::Member(..) => None,
    }
}

/// Whether an argument is a path that cannot be read: a text with variables, or a setting.
fn looks_like_path(program: &Program<'_>, module: usize, span: Span) -> bool {
    let Some(script) = program.module(module).map(|module| &module.script) else { return false };
    let names = program.names_at(module, span.from);
    let last = names.0.last().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
    let is_setting = names.1 == span.to
        && ["path", "prefix", "base", "url", "version"].iter().any(|end| last.ends_with(end));
    is_setting || (span.from..span.to).any(|index| script.at(index).text.contains("${"))
}
