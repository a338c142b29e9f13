//! Functions, and under which names they can be called.

use super::{Script, Span};

/// A function.
#[derive(Debug, Clone)]
pub(crate) struct Function {
    pub(crate) parameters: Vec<Span>,
    pub(crate) body: Span,
    /// Whether the body is a block, not an expression.
    pub(crate) is_block: bool,
}

/// Words before a bracket that are no methods.
const NO_METHODS: [&str; 9] =
    ["if", "for", "while", "switch", "catch", "function", "with", "return", "await"];

/// How far a type may reach.
const LONGEST_TYPE: usize = 30;

impl Script<'_> {
    /// The function that begins here.
    pub(crate) fn function_at(&self, at: usize, limit: usize) -> Option<Function> {
        let start = if self.at(at).is("async") { at + 1 } else { at };
        if self.at(start).is("function") {
            let open = (start + 1..start + 4).find(|index| self.at(*index).is("("))?;
            return self.block_function(open, limit);
        }
        if self.at(start).word().is_some() && self.at(start + 1).is("=>") {
            let parameters = vec![Span { from: start, to: start + 1 }];
            return Some(self.arrow(parameters, start + 1, limit));
        }
        if !self.at(start).is("(") {
            return None;
        }
        let inside = self.inside(start)?;
        let arrow = self.past_type(inside.to + 1, "=>", limit)?;
        Some(self.arrow(self.parts(inside), arrow, limit))
    }

    /// A function whose parameters open here and whose block follows.
    fn block_function(&self, open: usize, limit: usize) -> Option<Function> {
        let inside = self.inside(open)?;
        let brace = self.past_type(inside.to + 1, "{", limit)?;
        let body = self.inside(brace)?;
        Some(Function { parameters: self.parts(inside), body, is_block: true })
    }

    /// Where a mark stands, at once or behind a type.
    fn past_type(&self, from: usize, mark: &str, limit: usize) -> Option<usize> {
        if self.at(from).is(mark) {
            return Some(from);
        }
        if !self.at(from).is(":") {
            return None;
        }
        let is_end = |index: &usize| self.at(*index).is_any(&[mark, ";", ","]);
        let end = (from..limit.min(from + LONGEST_TYPE)).find(is_end)?;
        self.at(end).is(mark).then_some(end)
    }

    fn arrow(&self, parameters: Vec<Span>, arrow: usize, limit: usize) -> Function {
        let from = arrow + 1;
        let block = self.inside(from).filter(|_| self.at(from).is("{"));
        let body = block.unwrap_or_else(|| Span { from, to: self.expression_end(from, limit) });
        Function { parameters, body, is_block: block.is_some() }
    }

    /// The first function in a stretch, be it wrapped in calls.
    pub(crate) fn first_function(&self, span: Span) -> Option<Function> {
        (span.from..span.to).find_map(|index| self.function_at(index, span.to))
    }

    /// Every function that has a name.
    pub(crate) fn named_functions(&self) -> Vec<(String, Function)> {
        let whole = self.whole();
        (whole.from..whole.to).filter_map(|index| self.named_at(index)).collect()
    }

    fn named_at(&self, index: usize) -> Option<(String, Function)> {
        let name = self.at(index).word()?;
        let limit = self.whole().to;
        let last = self.before(index);
        let function = if last.is("function") || (last.is("*") && self.before(index - 1).is("function")) {
            self.block_function(index + 1, limit)
        } else if last.is_any(&["const", "let", "var", "."]) {
            self.value_start(index).and_then(|from| self.wrapped(from, limit))
        } else if self.at(index + 1).is(":") || self.at(index + 1).is("=") {
            self.wrapped(index + 2, limit)
        } else {
            self.method_at(index, limit)
        };
        function.map(|function| (name.to_owned(), function))
    }

    /// A function, or a call whose first argument is one: `catchAsync(async (req, res) => …)`.
    fn wrapped(&self, from: usize, limit: usize) -> Option<Function> {
        let found = self.function_at(from, limit);
        let call = (from..from + 6).find(|index| self.at(*index).is("("))?;
        let is_name = |index: usize| self.at(index).word().is_some() || self.at(index).is(".");
        found.or_else(|| {
            (from..call)
                .all(is_name)
                .then(|| self.inside(call))?
                .and_then(|inside| self.function_at(inside.from, limit))
        })
    }

    /// `name(…) { … }` or `async name(…) { … }` as one member of an object.
    pub(crate) fn method_in(&self, part: Span) -> Option<Function> {
        let at = if self.at(part.from).is("async") { part.from + 1 } else { part.from };
        self.method_at(at, part.to)
    }

    /// `name(…) { … }` in an object or a class.
    fn method_at(&self, index: usize, limit: usize) -> Option<Function> {
        let last = self.before(index);
        if NO_METHODS.contains(&self.at(index).text)
            || last.is_any(&[".", "new", "?."])
            || !self.at(index + 1).is("(")
        {
            return None;
        }
        let inside = self.inside(index + 1)?;
        let has_type = self.at(inside.to + 1).is(":");
        let begins_member = last.is_any(&["async", "static", "public", "private", "{", "}", ";", ","]);
        if has_type && !begins_member {
            return None;
        }
        self.block_function(index + 1, limit)
    }
}
