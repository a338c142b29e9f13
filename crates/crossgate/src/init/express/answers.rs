//! What a route answers: every `res.json(…)` that can be reached from its handler.

use crate::init::finding::Place;
use crate::init::program::{Located, Program, Scope, Shape};
use crate::init::script::{Kind, Script, Span};

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// None where none is set, which is 200, or where it could not be read.
    pub(crate) status: Option<u16>,
    pub(crate) shape: Shape,
    pub(crate) place: Place,
}

impl Answer {
    pub(crate) fn is_refusal(&self) -> bool {
        self.status.is_some_and(|status| status >= 400)
    }
}

const RESPONSES: [&str; 3] = ["res", "response", "reply"];
/// How many helpers deep the response is followed.
const DEEPEST: usize = 3;

/// All answers of a handler, those of its helpers included, in their order.
pub(crate) fn answers(program: &Program<'_>, handler: &Located) -> Vec<Answer> {
    inside(program, &Scope::of(handler), DEEPEST)
}

fn inside(program: &Program<'_>, scope: &Scope, depth: usize) -> Vec<Answer> {
    let Some(script) = program.module(scope.module).map(|module| &module.script) else { return Vec::new() };
    let mut found = Vec::new();
    for index in scope.body.from..scope.body.to {
        if !script.at(index).is("(") {
            continue;
        }
        if let Some(answer) = answer_at(program, scope, script, index) {
            found.push(answer);
        } else if depth > 0 {
            found.extend(of_helper(program, scope, script, index, depth));
        }
    }
    found
}

/// The bracket of `res.status(…).json(` opens here.
fn answer_at(program: &Program<'_>, scope: &Scope, script: &Script<'_>, open: usize) -> Option<Answer> {
    let method = script.before(open);
    if !method.is_any(&["json", "send", "jsonp", "sendStatus"]) {
        return None;
    }
    let root = chain_root(script, open)?;
    if !script.at(root).is_any(&RESPONSES) {
        return None;
    }
    let argument = script.arguments(open).first().copied();
    let is_status = method.is("sendStatus");
    let shape =
        argument.filter(|_| !is_status).map_or(Shape::Unknown, |argument| program.shape(scope, argument));
    let chain = Span { from: root, to: if is_status { script.after(open) } else { open } };
    Some(Answer { status: status_in(script, chain), shape, place: program.place(scope.module, root) })
}

/// Where the chain of calls begins that ends with this one.
fn chain_root(script: &Script<'_>, open: usize) -> Option<usize> {
    let mut index = open.checked_sub(1)?;
    loop {
        let token = script.at(index);
        if token.is(")") {
            index = token.partner?.checked_sub(1)?;
            continue;
        }
        token.word()?;
        if !script.before(index).is_any(&[".", "?."]) {
            return Some(index);
        }
        index = index.checked_sub(2)?;
    }
}

fn status_in(script: &Script<'_>, chain: Span) -> Option<u16> {
    let is_status =
        |index: &usize| script.at(*index).is_any(&["status", "sendStatus"]) && script.at(index + 1).is("(");
    let at = (chain.from..chain.to).find(is_status)?;
    let argument = script.arguments(at + 1).first().copied()?;
    let last = script.at(argument.to - 1);
    match last.kind {
        Kind::Number => last.text.parse().ok(),
        _ => named_status(last.text),
    }
}

/// As the packages http-status and http-status-codes have them.
fn named_status(name: &str) -> Option<u16> {
    match name {
        "OK" => Some(200),
        "CREATED" => Some(201),
        "BAD_REQUEST" => Some(400),
        "UNAUTHORIZED" => Some(401),
        "FORBIDDEN" => Some(403),
        "NOT_FOUND" => Some(404),
        "UNPROCESSABLE_ENTITY" => Some(422),
        _ => None,
    }
}

/// `answerWithTokens(res, user)`: what the helper answers.
fn of_helper(
    program: &Program<'_>,
    scope: &Scope,
    script: &Script<'_>,
    open: usize,
    depth: usize,
) -> Vec<Answer> {
    let arguments = script.arguments(open);
    let has_response =
        arguments.iter().any(|span| span.to == span.from + 1 && script.at(span.from).is_any(&RESPONSES));
    let Some(root) = chain_root(script, open).filter(|_| has_response) else { return Vec::new() };
    let (names, end) = program.names_at(scope.module, root);
    let Some(located) = program.function(scope.module, &names).filter(|_| end == open) else {
        return Vec::new();
    };
    let given = arguments.iter().map(|argument| program.shape(scope, *argument)).collect();
    let Some(inner) = program.enter(scope, &located, given) else { return Vec::new() };
    if located.module == scope.module && located.function.body == scope.body {
        return Vec::new();
    }
    inside(program, &inner, depth - 1)
}
