//! `callbacks`, `pages` and `session` in the options of next-auth.

use super::claims::Claims;
use crate::init::finding::Place;
use crate::init::program::Program;
use crate::init::script::{Script, Span};

/// Which callbacks there are, and what they do.
#[derive(Debug, Default)]
pub(crate) struct Callbacks {
    pub(crate) names: Vec<(String, Place)>,
    pub(crate) claims: Claims,
}

impl Callbacks {
    pub(super) fn read(program: &Program<'_>, module: usize) -> Self {
        let Some(script) = program.module(module).map(|module| &module.script) else {
            return Self::default();
        };
        let Some(open) = object_of(script, "callbacks") else { return Self::default() };
        let inside = script.inside(open).unwrap_or(Span { from: 0, to: 0 });
        let mut callbacks = Self::default();
        let parts = script.parts(inside);
        let named = |name: &str| parts.iter().copied().find(|part| name_of(script, *part) == Some(name));
        for part in &parts {
            if let Some(name) = name_of(script, *part) {
                callbacks.names.push((name.to_owned(), program.place(module, part.from)));
            }
        }
        let function = |name: &str| named(name).and_then(|part| function_in(script, part));
        callbacks.claims =
            Claims::read(program, module, function("jwt").as_ref(), function("session").as_ref());
        callbacks
    }
}

fn name_of<'t>(script: &Script<'t>, part: Span) -> Option<&'t str> {
    let first = script.at(part.from);
    let name = if first.is("async") { script.at(part.from + 1) } else { first };
    name.word()
}

/// `async jwt({ token, user }) { … }` or `jwt: async ({ token, user }) => …`
fn function_in(script: &Script<'_>, part: Span) -> Option<crate::init::script::Function> {
    script.method_in(part).or_else(|| script.first_function(part))
}

/// The object behind a key.
pub(super) fn object_of(script: &Script<'_>, key: &str) -> Option<usize> {
    let at = script
        .places_of(script.whole(), key)
        .find(|at| script.at(at + 1).is(":") && script.at(at + 2).is("{"))?;
    Some(at + 2)
}

/// `maxAge: 30 * 24 * 60 * 60`, in seconds.
pub(super) fn seconds_of(script: &Script<'_>, value: Span) -> Option<u64> {
    let mut product = 1_u64;
    for index in value.from..value.to {
        let token = script.at(index);
        if token.is("*") {
            continue;
        }
        product = product.checked_mul(token.text.replace('_', "").parse().ok()?)?;
    }
    (!value.is_empty() && product > 0).then_some(product)
}
