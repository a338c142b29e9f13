//! What an expression gives, without running it: object literals, names, and functions that return them.

use super::{Located, Program, Shape};
use crate::init::plain::is_text;
use crate::init::script::{Bound, Function, Kind, Member, Script, Span};

/// How many steps are followed: from a name to its value, from a call to its function.
const FARTHEST: usize = 9;

/// Where an expression stands.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    pub(crate) module: usize,
    /// The function whose variables it sees.
    pub(crate) body: Span,
    /// What the parameters of the function are.
    pub(crate) parameters: Vec<(String, Shape)>,
    pub(crate) steps_left: usize,
}

impl Scope {
    pub(crate) fn of(located: &Located) -> Self {
        let parameters = Vec::new();
        Self { module: located.module, body: located.function.body, parameters, steps_left: FARTHEST }
    }

    fn nearer(&self) -> Option<Self> {
        Some(Self { steps_left: self.steps_left.checked_sub(1)?, ..self.clone() })
    }
}

impl Program<'_> {
    /// What an expression gives.
    pub(crate) fn shape(&self, scope: &Scope, span: Span) -> Shape {
        self.known_shape(scope, span).unwrap_or(Shape::Unknown)
    }

    fn known_shape(&self, scope: &Scope, span: Span) -> Option<Shape> {
        let scope = scope.nearer()?;
        self.patience.set(self.patience.get().checked_sub(1)?);
        let script = &self.module(scope.module)?.script;
        let span = bare(script, span);
        let first = script.at(span.from);
        let is_whole = script.inside(span.from).is_some_and(|inside| inside.to + 1 == span.to);
        match first.kind {
            Kind::Mark if is_whole && first.is("(") => self.known_shape(&scope, script.inside(span.from)?),
            Kind::Mark if is_whole && first.is("{") => Some(self.object(&scope, script.members(span.from))),
            Kind::Mark if is_whole && first.is("[") => {
                let parts = script.parts(script.inside(span.from)?);
                Some(Shape::List(parts.into_iter().map(|part| self.shape(&scope, part)).collect()))
            }
            Kind::Text if span.to == span.from + 1 => Some(Shape::Text),
            Kind::Template if span.to == span.from + 1 => Some(Shape::Text),
            Kind::Word => self.of_names(&scope, script, span),
            _ => None,
        }
    }

    fn object(&self, scope: &Scope, members: Vec<Member>) -> Shape {
        let mut found: Vec<(String, Shape)> = Vec::new();
        for member in members {
            match (member.key.filter(|key| is_text(key)), member.value) {
                (Some(key), Some(value)) => found.push((key, self.shape(scope, value))),
                (Some(key), None) => {
                    let shape = self.of_name(scope, &key).unwrap_or(Shape::Unknown);
                    found.push((key, shape));
                }
                (None, Some(rest)) => {
                    if let Shape::Object(more) = self.shape(scope, rest) {
                        found.extend(more);
                    }
                }
                (None, None) => {}
            }
        }
        Shape::Object(found)
    }

    /// A name, a member of one, or a call.
    fn of_names(&self, scope: &Scope, script: &Script<'_>, span: Span) -> Option<Shape> {
        if script.at(span.from).is("new") {
            return self.signed(scope, script, span);
        }
        let (names, end) = self.names_at(scope.module, span.from);
        if end < span.to {
            let is_call = script.at(end).is("(") && script.after(end) == span.to;
            return match is_call {
                true => self.call(scope, &names, &script.arguments(end)),
                false => self.signed(scope, script, span),
            };
        }
        match names.as_slice() {
            ["true"] => Some(Shape::Boolean(true)),
            ["false"] => Some(Shape::Boolean(false)),
            [name] => self.of_name(scope, name),
            [name, members @ ..] => {
                let shape = self.of_name(scope, name)?;
                members.iter().try_fold(shape, |shape, member| shape.member(member).cloned())
            }
            [] => None,
        }
    }

    /// What a variable was set to: in the function, or in the module.
    fn of_name(&self, scope: &Scope, name: &str) -> Option<Shape> {
        if let Some((_, shape)) = scope.parameters.iter().find(|(known, _)| known == name) {
            return Some(shape.clone());
        }
        let script = &self.module(scope.module)?.script;
        let bound = script.binding(scope.body, name).or_else(|| script.binding(script.whole(), name))?;
        match bound {
            Bound::Whole(value) => Some(self.shape(&scope.nearer()?, value)),
            Bound::Member(value, key) => self.shape(&scope.nearer()?, value).member(&key).cloned(),
        }
    }

    fn call(&self, scope: &Scope, names: &[&str], arguments: &[Span]) -> Option<Shape> {
        let found = self.function(scope.module, names);
        let Some(located) = found.filter(|_| !matches!(names, ["jwt" | "jsonwebtoken", _])) else {
            let claims =
                arguments.first().filter(|_| matches!(names.last(), Some(&("sign" | "signAsync"))))?;
            return Some(Shape::Token(Box::new(self.shape(scope, *claims))));
        };
        let given = arguments.iter().map(|argument| self.shape(scope, *argument)).collect();
        let inner = self.enter(scope, &located, given)?;
        self.returned(&inner, &located.function)
    }

    /// The scope inside a function that is called.
    pub(crate) fn enter(&self, scope: &Scope, located: &Located, given: Vec<Shape>) -> Option<Scope> {
        let script = &self.module(located.module)?.script;
        let names =
            located.function.parameters.iter().map(|part| script.at(part.from).word().unwrap_or_default());
        let parameters = names.map(str::to_owned).zip(given).filter(|(_, shape)| shape.is_known()).collect();
        let steps_left = scope.steps_left.checked_sub(1)?;
        Some(Scope { module: located.module, body: located.function.body, parameters, steps_left })
    }

    /// What a function returns where it goes well, which is at its end.
    fn returned(&self, scope: &Scope, function: &Function) -> Option<Shape> {
        if !function.is_block {
            return Some(self.shape(scope, function.body));
        }
        let script = &self.module(scope.module)?.script;
        let returns = returns_of(script, function.body);
        let known = returns.into_iter().rev().map(|span| self.shape(scope, span)).find(Shape::is_known);
        known.or_else(|| self.signed(scope, script, function.body))
    }

    /// A token that is signed somewhere in it, by `new SignJWT(…)…sign()` or into a callback.
    fn signed(&self, scope: &Scope, script: &Script<'_>, span: Span) -> Option<Shape> {
        let mut places = span.from..span.to;
        let open = places.find(|index| {
            let is_jose = script.at(*index).is("SignJWT");
            let is_sign = script.at(*index).is("sign") && script.before(*index).is(".");
            (is_jose || is_sign) && script.at(index + 1).is("(")
        })? + 1;
        let claims =
            script.arguments(open).first().map_or(Shape::Unknown, |claims| self.shape(scope, *claims));
        Some(Shape::Token(Box::new(claims)))
    }
}

/// What `return` gives in a block, not in the functions inside it.
fn returns_of(script: &Script<'_>, body: Span) -> Vec<Span> {
    let mut found = Vec::new();
    let mut index = body.from;
    while index < body.to {
        if let Some(inner) = script.function_at(index, body.to) {
            index = inner.body.to.max(index + 1);
        } else if script.at(index).is("return") {
            found.push(Span { from: index + 1, to: script.expression_end(index + 1, body.to) });
            index += 1;
        } else {
            index += 1;
        }
    }
    found
}

/// An expression without `await` in front of it and a type behind it.
fn bare(script: &Script<'_>, span: Span) -> Span {
    let from = if script.at(span.from).is("await") { span.from + 1 } else { span.from };
    let typed = (from + 1..span.to).find(|index| script.at(*index).is_any(&["as", "satisfies"]));
    Span { from, to: typed.unwrap_or(span.to) }
}
