//! JavaScript and TypeScript as far as a reader needs them who only skims: words, texts, brackets with their partners.
//!
//! This is no parser. It never fails: what it does not understand it passes over, so that a file with a mistake, a
//! decorator or a syntax of next year still says most of what it has to say. Nothing is ever run.

mod expressions;
mod functions;
mod lexer;
#[cfg(test)]
mod tests;

pub(crate) use expressions::{Bound, Member};
pub(crate) use functions::Function;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name or a keyword.
    Word,
    Number,
    /// A text in quotes; the token's text is what stands between them.
    Text,
    /// A text in backticks, with its `${…}` as written.
    Template,
    Regex,
    /// Brackets and operators.
    Mark,
    /// What stands beyond the end.
    End,
}

/// A piece of a script.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'t> {
    pub(crate) kind: Kind,
    pub(crate) text: &'t str,
    /// Counted from 1.
    pub(crate) line: usize,
    /// Where the other bracket is, of a bracket.
    pub(crate) partner: Option<usize>,
}

const END: Token<'static> = Token { kind: Kind::End, text: "", line: 0, partner: None };

impl<'t> Token<'t> {
    /// Whether it is this word or mark.
    pub(crate) fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Mark) && self.text == text
    }

    pub(crate) fn is_any(&self, texts: &[&str]) -> bool {
        texts.iter().any(|text| self.is(text))
    }

    /// The name, of a word.
    pub(crate) fn word(&self) -> Option<&'t str> {
        (self.kind == Kind::Word).then_some(self.text)
    }

    /// The text, where it is one without variables.
    pub(crate) fn string(&self) -> Option<&'t str> {
        let is_plain = match self.kind {
            Kind::Text => true,
            Kind::Template => !self.text.contains("${"),
            _ => false,
        };
        is_plain.then_some(self.text)
    }
}

/// A stretch of tokens: from the first to before the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: usize,
    pub(crate) to: usize,
}

impl Span {
    pub(crate) const fn is_empty(&self) -> bool {
        self.from >= self.to
    }
}

/// A file as tokens.
#[derive(Debug)]
pub(crate) struct Script<'t> {
    tokens: Vec<Token<'t>>,
}

impl<'t> Script<'t> {
    pub(crate) fn read(text: &'t str) -> Self {
        Self { tokens: lexer::tokens(text) }
    }

    pub(crate) fn whole(&self) -> Span {
        Span { from: 0, to: self.tokens.len() }
    }

    /// The token at a place; beyond the end there is one that is nothing.
    pub(crate) fn at(&self, index: usize) -> Token<'t> {
        self.tokens.get(index).copied().unwrap_or(END)
    }

    /// The token before a place.
    pub(crate) fn before(&self, index: usize) -> Token<'t> {
        index.checked_sub(1).map_or(END, |index| self.at(index))
    }

    /// What stands between a bracket and its partner.
    pub(crate) fn inside(&self, open: usize) -> Option<Span> {
        let partner = self.at(open).partner.filter(|partner| *partner > open)?;
        Some(Span { from: open + 1, to: partner })
    }

    /// The next place; of an opening bracket the one behind its partner.
    pub(crate) fn after(&self, index: usize) -> usize {
        self.inside(index).map_or(index, |inside| inside.to) + 1
    }

    /// The parts between the commas of a list.
    pub(crate) fn parts(&self, span: Span) -> Vec<Span> {
        let mut parts = Vec::new();
        let mut from = span.from;
        let mut index = span.from;
        while index < span.to {
            if self.at(index).is(",") {
                parts.push(Span { from, to: index });
                from = index + 1;
            }
            index = self.after(index);
        }
        parts.push(Span { from, to: span.to });
        parts.retain(|part| !part.is_empty());
        parts
    }

    /// The arguments of a call whose bracket opens here.
    pub(crate) fn arguments(&self, open: usize) -> Vec<Span> {
        if !self.at(open).is("(") {
            return Vec::new();
        }
        self.inside(open).map(|inside| self.parts(inside)).unwrap_or_default()
    }

    /// The places of a word or mark.
    pub(crate) fn places_of<'s>(&'s self, span: Span, text: &'s str) -> impl Iterator<Item = usize> + 's {
        (span.from..span.to).filter(move |index| self.at(*index).is(text))
    }

    /// Whether one of these stands somewhere in it, as a word, or as or in a text.
    pub(crate) fn mentions(&self, span: Span, texts: &[&str]) -> bool {
        (span.from..span.to).any(|index| {
            let token = self.at(index);
            match token.kind {
                Kind::Word | Kind::Number | Kind::Mark => texts.contains(&token.text),
                Kind::End => false,
                _ => texts.iter().any(|text| token.text.contains(text)),
            }
        })
    }

    /// The text, where a span is one and nothing else.
    pub(crate) fn string_of(&self, span: Span) -> Option<&'t str> {
        (span.to == span.from + 1).then(|| self.at(span.from).string())?
    }
}
