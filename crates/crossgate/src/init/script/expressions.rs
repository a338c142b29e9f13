//! Where expressions end, what objects have, and what names stand for.

use super::{Kind, Script, Span};

/// A member of an object, or of a pattern that takes one apart.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// Its key; none for `...rest`.
    pub(crate) key: Option<String>,
    /// What stands behind the colon, or behind the dots.
    pub(crate) value: Option<Span>,
    pub(crate) at: usize,
}

/// What a name was set to.
#[derive(Debug, Clone)]
pub(crate) enum Bound {
    /// `const name = …`
    Whole(Span),
    /// `const { key: name } = …`
    Member(Span, String),
}

/// Words that cannot end an expression.
const UNFINISHED: [&str; 9] =
    ["await", "return", "new", "typeof", "async", "function", "in", "of", "instanceof"];
/// Words that go on with one.
const CONTINUING: [&str; 5] = ["in", "of", "instanceof", "as", "satisfies"];

impl<'t> Script<'t> {
    /// Where an expression that begins here ends.
    pub(crate) fn expression_end(&self, from: usize, limit: usize) -> usize {
        let mut index = from;
        while index < limit {
            let token = self.at(index);
            if token.is_any(&[";", ",", ")", "]", "}"]) || (index > from && self.is_new_statement(index)) {
                break;
            }
            index = self.after(index);
        }
        index.min(limit)
    }

    /// Whether a new line begins something new, although no semicolon says so.
    fn is_new_statement(&self, index: usize) -> bool {
        let (last, token) = (self.before(index), self.at(index));
        if last.line == token.line || token.kind != Kind::Word || CONTINUING.contains(&token.text) {
            return false;
        }
        match last.kind {
            Kind::Word => !UNFINISHED.contains(&last.text),
            Kind::Mark => matches!(last.text, ")" | "]" | "}"),
            _ => true,
        }
    }

    /// The members of an object, or of a pattern, whose brace opens here.
    pub(crate) fn members(&self, open: usize) -> Vec<Member> {
        if !self.at(open).is("{") {
            return Vec::new();
        }
        let inside = self.inside(open);
        let parts = inside.map(|inside| self.parts(inside)).unwrap_or_default();
        parts.into_iter().filter_map(|part| self.member(part)).collect()
    }

    fn member(&self, part: Span) -> Option<Member> {
        let at = part.from;
        let first = self.at(at);
        if first.is("...") {
            return Some(Member { key: None, value: Some(Span { from: at + 1, to: part.to }), at });
        }
        let key = first.word().or_else(|| first.string())?.to_owned();
        let has_value = self.at(at + 1).is(":") && at + 2 < part.to;
        Some(Member { key: Some(key), value: has_value.then_some(Span { from: at + 2, to: part.to }), at })
    }

    /// The value of a member of an object.
    pub(crate) fn value_of(&self, open: usize, key: &str) -> Option<Span> {
        let is_it = |member: &Member| member.key.as_deref() == Some(key);
        self.members(open).into_iter().find(is_it)?.value
    }

    /// What a variable was set to where it was declared.
    pub(crate) fn binding(&self, span: Span, name: &str) -> Option<Bound> {
        let is_declaration = |index: &usize| self.at(*index).is_any(&["const", "let", "var"]);
        (span.from..span.to).filter(is_declaration).find_map(|index| self.bound_at(index + 1, name, span.to))
    }

    fn bound_at(&self, index: usize, name: &str, limit: usize) -> Option<Bound> {
        let key = if self.at(index).is("{") {
            let member =
                self.members(index).into_iter().find(|member| self.local_name(member) == Some(name))?;
            Some(member.key?)
        } else if self.at(index).is(name) {
            None
        } else {
            return None;
        };
        let from = self.assigned(self.after(index), limit)?;
        let value = Span { from, to: self.expression_end(from, limit) };
        Some(key.map_or(Bound::Whole(value), |key| Bound::Member(value, key)))
    }

    /// Where the value begins, behind the name and its type.
    fn assigned(&self, from: usize, limit: usize) -> Option<usize> {
        let mut index = from;
        while index < limit.min(from + 24) {
            let token = self.at(index);
            if token.is("=") {
                return Some(index + 1);
            }
            if index == from && !token.is(":") || token.is(";") {
                return None;
            }
            index = self.after(index);
        }
        None
    }

    /// Under which name a pattern keeps a member.
    pub(crate) fn local_name(&self, member: &Member) -> Option<&'t str> {
        let at = member.value.map_or(member.at, |value| value.from);
        self.at(at).word()
    }

    /// Where the value of `name = …` begins, of the name at this place.
    pub(crate) fn value_start(&self, name_at: usize) -> Option<usize> {
        self.assigned(name_at + 1, name_at + 32)
    }
}
