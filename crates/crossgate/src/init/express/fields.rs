//! What a route reads from the body of a request.

use super::routers::Route;
use crate::init::finding::Place;
use crate::init::plain::is_name;
use crate::init::program::{Located, Program};
use crate::init::script::{Bound, Script, Span};

/// What is read from a body.
#[derive(Debug, Clone, Default)]
pub(crate) struct BodyRead {
    /// Members, in the order in which they are read.
    pub(crate) keys: Vec<String>,
    /// The member that they are in: `req.body.user`.
    pub(crate) envelope: Option<String>,
    pub(crate) place: Option<Place>,
}

impl BodyRead {
    fn add(&mut self, key: &str, place: Place) {
        if !is_name(key) {
            return;
        }
        if !self.keys.iter().any(|known| known == key) {
            self.keys.push(key.to_owned());
        }
        self.place.get_or_insert(place);
    }
}

/// Schemas of these begin with their name: `z.string()`.
const SCHEMAS: [&str; 6] = ["Joi", "joi", "z", "yup", "Type", "v"];

/// How far a type may reach.
const LONGEST_TYPE: usize = 16;

/// What the handler reads, or what is asked of the body before it.
pub(crate) fn body_read(program: &Program<'_>, route: &Route) -> BodyRead {
    let mut read = BodyRead::default();
    if let Some(handler) = &route.handler {
        read_function(program, handler, &mut read, 2);
    }
    for span in &route.before {
        read_validator(program, route.module, *span, &mut read);
    }
    read
}

fn read_function(program: &Program<'_>, located: &Located, read: &mut BodyRead, depth: usize) {
    let Some(script) = program.module(located.module).map(|module| &module.script) else { return };
    let body = located.function.body;
    let is_body = |index: &usize| {
        script.before(*index).is(".") && *index >= 2 && script.at(index - 2).is_any(&["req", "request"])
    };
    for at in script.places_of(body, "body").filter(is_body) {
        let place = program.place(located.module, at);
        let keys = keys_at(script, at, read);
        if keys.is_empty() && depth > 0 {
            passed_on(program, located, at, read, depth);
        }
        keys.iter().for_each(|key| read.add(key, place.clone()));
    }
}

/// The members that are read where `req.body` stands here.
fn keys_at<'t>(script: &Script<'t>, at: usize, read: &mut BodyRead) -> Vec<&'t str> {
    let is_dot = script.at(at + 1).is_any(&[".", "?."]);
    let member = if is_dot { script.at(at + 2).word() } else { None };
    if let Some(open) = pattern_before(script, at) {
        if let Some(member) = member.filter(|member| is_name(member)) {
            read.envelope = Some(member.to_owned());
        }
        let members = script.members(open);
        let keys = members.iter().filter(|member| member.key.is_some());
        return keys
            .filter_map(|member| script.at(member.at).word().or_else(|| script.at(member.at).string()))
            .collect();
    }
    let indexed = script.at(at + 2).string().filter(|_| script.at(at + 1).is("["));
    let named = script.at(at + 2).string().filter(|_| script.at(at + 1).is(","));
    member.or(indexed).or(named).into_iter().collect()
}

/// The brace that opens the pattern before `= req.body`; a type may stand between: `const { a }: Login = req.body`.
fn pattern_before(script: &Script<'_>, at: usize) -> Option<usize> {
    let equals = at.checked_sub(3).filter(|equals| script.at(*equals).is("="))?;
    let is_colon = |index: &usize| script.at(*index).is(":") && script.before(*index).is("}");
    let colon = (equals.saturating_sub(LONGEST_TYPE)..equals).rev().find(is_colon);
    let close = script.before(colon.filter(|_| !is_pattern(script, equals)).unwrap_or(equals));
    close.partner.filter(|_| close.is("}"))
}

/// Whether the brace before this is no type.
fn is_pattern(script: &Script<'_>, equals: usize) -> bool {
    let open = script.before(equals).partner;
    script.before(equals).is("}") && open.is_some_and(|open| !script.before(open).is(":"))
}

/// `service.login(req.body)`: what that function reads of its parameter.
fn passed_on(program: &Program<'_>, located: &Located, at: usize, read: &mut BodyRead, depth: usize) {
    let Some(script) = program.module(located.module).map(|module| &module.script) else { return };
    let opens = (located.function.body.from..at).rev().filter(|index| script.at(*index).is("("));
    let encloses = |open: &usize| script.inside(*open).is_some_and(|inside| inside.to > at);
    let Some(open) = opens.take(8).find(encloses) else { return };
    let arguments = script.arguments(open);
    let Some(position) = arguments.iter().position(|span| span.from <= at && at < span.to) else { return };
    let mut start = open;
    while start > 0 && (script.before(start).word().is_some() || script.before(start).is(".")) {
        start -= 1;
    }
    let (names, end) = program.names_at(located.module, start);
    let Some(target) = program.function(located.module, &names).filter(|_| end == open) else { return };
    let Some(parameter) = target.function.parameters.get(position).copied() else { return };
    read_parameter(program, &target, parameter, read);
    if read.keys.is_empty() {
        read_function(program, &target, read, depth - 1);
    }
}

fn read_parameter(program: &Program<'_>, target: &Located, parameter: Span, read: &mut BodyRead) {
    let Some(script) = program.module(target.module).map(|module| &module.script) else { return };
    let place = program.place(target.module, parameter.from);
    let members = script.members(parameter.from);
    members.iter().filter_map(|member| member.key.as_deref()).for_each(|key| read.add(key, place.clone()));
    let Some(name) = script.at(parameter.from).word() else { return };
    for at in script.places_of(target.function.body, name) {
        let keys = keys_at(script, at, read);
        keys.iter().for_each(|key| read.add(key, place.clone()));
    }
}

/// `body("email")`, `check("email")`, `validate(loginSchema)`
fn read_validator(program: &Program<'_>, module: usize, span: Span, read: &mut BodyRead) {
    let Some(script) = program.module(module).map(|module| &module.script) else { return };
    for index in span.from..span.to {
        let token = script.at(index);
        let place = program.place(module, index);
        if token.is_any(&["body", "check"]) && script.at(index + 1).is("(") {
            if let Some(key) = script.at(index + 2).string() {
                read.add(key, place);
            }
        } else if token.word().is_some() && !script.before(index).is(".") {
            let (names, _) = program.names_at(module, index);
            read_schema(program, module, &names, read);
        }
    }
}

/// The members of a schema that a name stands for.
fn read_schema(program: &Program<'_>, module: usize, names: &[&str], read: &mut BodyRead) {
    let Some((owner, value)) = schema_of(program, module, names) else { return };
    let Some(script) = program.module(owner).map(|module| &module.script) else { return };
    for open in script.places_of(value, "{") {
        for member in script.members(open) {
            let is_schema = member.value.is_some_and(|value| {
                script.at(value.from).is_any(&SCHEMAS) && !script.mentions(value, &["object"])
            });
            if let Some(key) = member.key.filter(|_| is_schema) {
                read.add(&key, program.place(owner, member.at));
            }
        }
    }
}

fn schema_of(program: &Program<'_>, module: usize, names: &[&str]) -> Option<(usize, Span)> {
    let (first, last) = (names.first()?, names.last()?);
    let read = program.module(module)?;
    let import = read.import(first);
    let owner = import.map_or(Some(module), |import| program.resolve(module, &import.from))?;
    let original =
        import.and_then(|import| import.name.as_deref()).filter(|_| names.len() == 1).unwrap_or(last);
    let script = &program.module(owner)?.script;
    match script.binding(script.whole(), original)? {
        Bound::Whole(value) if script.mentions(value, &SCHEMAS) => Some((owner, value)),
        _ => None,
    }
}
