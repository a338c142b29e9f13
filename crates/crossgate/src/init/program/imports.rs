//! `import` and `require`.

use crate::init::script::{Script, Span};

/// A name that comes from another module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Import {
    pub(crate) local: String,
    /// The package or the path.
    pub(crate) from: String,
    /// Its name there; none for the module as a whole or its default.
    pub(crate) name: Option<String>,
}

pub(super) fn read(script: &Script<'_>) -> Vec<Import> {
    let whole = script.whole();
    let mut imports = Vec::new();
    for index in whole.from..whole.to {
        if script.at(index).is("import") && !script.before(index).is(".") {
            imports.extend(imported(script, index));
        } else if script.at(index).is("require") && script.at(index + 1).is("(") {
            imports.extend(required(script, index));
        }
    }
    imports
}

/// `import a, { b as c } from "d"`, `import * as a from "d"`, `import "d"`
fn imported(script: &Script<'_>, index: usize) -> Vec<Import> {
    let is_end =
        |index: &usize| script.at(*index).string().is_some() || script.at(*index).is_any(&[";", "(", "="]);
    let Some(end) = (index + 1..index + 200).find(is_end) else { return Vec::new() };
    let Some(from) = script.at(end).string() else { return Vec::new() };
    let whole = |local: &str| Import { local: local.to_owned(), from: from.to_owned(), name: None };
    let mut imports = Vec::new();
    let mut at = index + 1;
    while at < end {
        let token = script.at(at);
        if token.is("{") {
            imports.extend(names_in(script, at, from));
        } else if let Some(word) = token.word().filter(|word| !["from", "type", "as"].contains(word)) {
            imports.push(whole(word));
        }
        at = script.after(at);
    }
    if imports.is_empty() {
        imports.push(whole(""));
    }
    imports
}

/// `{ a, type b, c as d }`
fn names_in(script: &Script<'_>, open: usize, from: &str) -> Vec<Import> {
    let parts = script.inside(open).map(|inside| script.parts(inside)).unwrap_or_default();
    let name = |part: Span| {
        let words: Vec<_> = (part.from..part.to).filter_map(|index| script.at(index).word()).collect();
        let words: Vec<_> = words.into_iter().filter(|word| *word != "type" && *word != "as").collect();
        let (name, local) = (words.first()?, words.last()?);
        let is_default = *name == "default";
        Some(Import {
            local: (*local).to_owned(),
            from: from.to_owned(),
            name: (!is_default).then(|| (*name).to_owned()),
        })
    };
    parts.into_iter().filter_map(name).collect()
}

/// `const a = require("d")`, `const { b: c } = require("d")`, `require("d")`
fn required(script: &Script<'_>, index: usize) -> Vec<Import> {
    let Some(from) = script.at(index + 2).string().map(str::to_owned) else { return Vec::new() };
    let import =
        |local: &str, name: Option<String>| Import { local: local.to_owned(), from: from.clone(), name };
    let target = index.checked_sub(2).filter(|_| script.before(index).is("="));
    let Some(target) = target else { return vec![import("", None)] };
    if let Some(word) = script.at(target).word() {
        let member = script.at(index + 5).word().filter(|_| script.at(index + 4).is("."));
        return vec![import(word, member.filter(|member| *member != "default").map(str::to_owned))];
    }
    let open = script.at(target).partner.unwrap_or(target);
    let members = script.members(open);
    members.iter().filter_map(|member| Some(import(script.local_name(member)?, member.key.clone()))).collect()
}

/// Whether a file is what a path means, with whatever ending.
pub(super) fn is_path_of(path: &str, file: &str) -> bool {
    const ENDINGS: [&str; 8] = ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"];
    let bare = |path: &str| match path.rsplit_once('.') {
        Some((head, ending)) if ENDINGS.contains(&ending) => head.to_owned(),
        _ => path.to_owned(),
    };
    let (path, file) = (bare(path), bare(file));
    let folder = file.strip_suffix("/index").or_else(|| (file == "index").then_some(""));
    file == path || folder == Some(path.as_str())
}
