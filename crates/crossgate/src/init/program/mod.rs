//! All scripts of a package together: who imports what from whom, and which function a name means.

mod evaluate;
mod imports;
mod shape;
#[cfg(test)]
mod tests;

use std::cell::Cell;

use super::finding::Place;
use super::package::{Package, SourceFile};
use super::script::{Function, Script, Span};
pub(crate) use evaluate::Scope;
pub(crate) use imports::Import;
pub(crate) use shape::{Shape, pointer};

/// Far more expressions than an API has.
const PATIENCE: usize = 300_000;

/// A file of the program.
#[derive(Debug)]
pub(crate) struct Module<'t> {
    /// As it is shown.
    pub(crate) shown: String,
    path: &'t str,
    pub(crate) script: Script<'t>,
    pub(crate) functions: Vec<(String, Function)>,
    pub(crate) imports: Vec<Import>,
}

/// The scripts of a package.
#[derive(Debug)]
pub(crate) struct Program<'t> {
    pub(crate) modules: Vec<Module<'t>>,
    /// How many expressions may still be looked at: whatever a source says, reading it ends soon.
    patience: Cell<usize>,
}

/// A function, and the module it stands in.
#[derive(Debug, Clone)]
pub(crate) struct Located {
    pub(crate) module: usize,
    pub(crate) function: Function,
}

impl<'t> Program<'t> {
    /// Reads the files for which this holds.
    pub(crate) fn read(package: &'t Package, is_wanted: impl Fn(&SourceFile) -> bool) -> Self {
        let files = package.sources().filter(|file| is_wanted(file));
        let modules = files.map(|file| Module::read(package, file)).collect();
        Self { modules, patience: Cell::new(PATIENCE) }
    }

    pub(crate) fn module(&self, index: usize) -> Option<&Module<'t>> {
        self.modules.get(index)
    }

    /// Every module with its number.
    pub(crate) fn each(&self) -> impl Iterator<Item = (usize, &Module<'t>)> {
        self.modules.iter().enumerate()
    }

    /// Whether a package is imported anywhere. A final `*` stands for every ending.
    pub(crate) fn imports(&self, name: &str) -> bool {
        let fits = |from: &str| match name.strip_suffix('*') {
            Some(head) => from.starts_with(head),
            None => from == name,
        };
        self.modules.iter().any(|module| module.imports.iter().any(|import| fits(&import.from)))
    }

    /// What a name means: a function of the same module, of the one it is imported from, or the only one there is.
    /// `names` is the way to it: `authController.login` has two.
    pub(crate) fn function(&self, module: usize, names: &[&str]) -> Option<Located> {
        let (first, last) = (names.first()?, names.last()?);
        let own = (names.len() == 1 || *first == "this").then(|| self.function_in(module, last)).flatten();
        own.or_else(|| self.imported_function(module, first, last))
            .or_else(|| self.function_in(module, last))
            .or_else(|| self.only_function(last))
    }

    fn function_in(&self, module: usize, name: &str) -> Option<Located> {
        let (_, function) = self.module(module)?.functions.iter().find(|(known, _)| known == name)?;
        Some(Located { module, function: function.clone() })
    }

    fn imported_function(&self, module: usize, first: &str, last: &str) -> Option<Located> {
        let import = self.module(module)?.imports.iter().find(|import| import.local == first)?;
        let target = self.resolve(module, &import.from)?;
        let original = import.name.as_deref().filter(|_| first == last).unwrap_or(last);
        self.function_in(target, original).or_else(|| self.exported_function(target, import))
    }

    /// `module.exports = (req, res) => …` and `export default function …`
    fn exported_function(&self, module: usize, import: &Import) -> Option<Located> {
        if import.name.is_some() {
            return None;
        }
        let script = &self.module(module)?.script;
        let whole = script.whole();
        let start = (whole.from..whole.to).find_map(|index| {
            let is_module = script.at(index).is("exports") && script.at(index + 1).is("=");
            let is_default = script.at(index).is("default") && script.before(index).is("export");
            if is_module { Some(index + 2) } else { is_default.then_some(index + 1) }
        })?;
        Some(Located { module, function: script.function_at(start, whole.to)? })
    }

    fn only_function(&self, name: &str) -> Option<Located> {
        let all = self
            .each()
            .flat_map(|(module, read)| read.functions.iter().map(move |function| (module, function)));
        let mut named = all.filter(|(_, (known, _))| known == name);
        let (module, (_, function)) = named.next()?;
        named.next().is_none().then(|| Located { module, function: function.clone() })
    }

    /// The module that a relative or an aliased import means.
    pub(crate) fn resolve(&self, module: usize, from: &str) -> Option<usize> {
        let path = match from.strip_prefix("@/").or_else(|| from.strip_prefix("~/")) {
            Some(rest) => rest.to_owned(),
            None if from.starts_with('.') => joined(self.module(module)?.path, from)?,
            None => return None,
        };
        let is_it = |module: &Module<'_>| imports::is_path_of(&path, module.path);
        let is_below = |module: &Module<'_>| {
            module.path.split_once('/').is_some_and(|(_, below)| imports::is_path_of(&path, below))
        };
        let aliased = !from.starts_with('.');
        let exact = self.modules.iter().position(is_it);
        exact.or_else(|| aliased.then(|| self.modules.iter().position(is_below))?)
    }

    /// The place of a token.
    pub(crate) fn place(&self, module: usize, index: usize) -> Place {
        let line = self.module(module).map_or(0, |module| module.script.at(index).line);
        Place { file: self.module(module).map(|module| module.shown.clone()).unwrap_or_default(), line }
    }

    /// The function that an argument is, names, or has in its arguments: `login`, `asyncHandler(auth.login)`.
    pub(crate) fn function_of(&self, module: usize, span: Span) -> Option<Located> {
        let script = &self.module(module)?.script;
        if let Some(function) = script.function_at(span.from, span.to) {
            return Some(Located { module, function });
        }
        let (names, end) = self.names_at(module, span.from);
        if end == span.to {
            return self.function(module, &names);
        }
        if !script.at(end).is("(") {
            return script.first_function(span).map(|function| Located { module, function });
        }
        let arguments = script.arguments(end);
        let inner = arguments.iter().rev().find_map(|argument| self.function_of(module, *argument));
        inner.or_else(|| self.function(module, &names))
    }

    /// The names joined by dots that begin here, and where they end.
    pub(crate) fn names_at(&self, module: usize, from: usize) -> (Vec<&'t str>, usize) {
        let mut names = Vec::new();
        let mut index = from;
        let Some(read) = self.module(module) else { return (names, index) };
        while let Some(word) = read.script.at(index).word() {
            names.push(word);
            index += 1;
            if !read.script.at(index).is_any(&[".", "?."]) || read.script.at(index + 1).word().is_none() {
                break;
            }
            index += 1;
        }
        (names, index)
    }
}

impl<'t> Module<'t> {
    fn read(package: &Package, file: &'t SourceFile) -> Self {
        let script = Script::read(&file.text);
        let functions = script.named_functions();
        let imports = imports::read(&script);
        Self { shown: package.show(&file.path), path: &file.path, script, functions, imports }
    }

    pub(crate) fn import(&self, local: &str) -> Option<&Import> {
        self.imports.iter().find(|import| import.local == local)
    }
}

/// A path seen from a file.
fn joined(file: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
