//! On which port the API listens.

use crate::init::finding::{Found, Place};
use crate::init::package::Package;
use crate::init::program::Program;
use crate::init::script::{Kind, Script, Span};

/// Where nothing says it.
const USUAL: u16 = 4000;

pub(crate) fn find(package: &Package, program: &Program<'_>) -> Found<u16> {
    let environment = package.environment_number("PORT").map(|(port, file, line)| {
        (file.contains("example"), Found::at(port, Place { file: package.show(file), line }))
    });
    let (example, environment) = match environment {
        Some((true, found)) => (Some(found), None),
        Some((false, found)) => (None, Some(found)),
        None => (None, None),
    };
    let script = || script_port(package);
    let found = script().or(environment).or_else(|| source_port(program)).or(example);
    found.unwrap_or(Found::guess(USUAL))
}

/// `PORT=4000 node server.js` in the scripts.
fn script_port(package: &Package) -> Option<Found<u16>> {
    let found = ["dev", "start:dev", "start", "serve"].iter().find_map(|name| {
        let (_, rest) = package.manifest.script(name)?.split_once("PORT=")?;
        rest.split(|char: char| !char.is_ascii_digit()).next()?.parse().ok()
    })?;
    Some(Found::at(found, Place { file: package.show("package.json"), line: 1 }))
}

/// The number in `listen(…)`, or the default of the variable there.
fn source_port(program: &Program<'_>) -> Option<Found<u16>> {
    let listens = |script: &Script<'_>| {
        let whole = script.whole();
        script.places_of(whole, "listen").filter(|at| script.at(at + 1).is("(")).find_map(|at| {
            let argument = script.arguments(at + 1).first().copied()?;
            number_in(script, argument).or_else(|| default_of(script, argument))
        })
    };
    let setting =
        |script: &Script<'_>| script.places_of(script.whole(), "PORT").find_map(|at| default_at(script, at));
    let find = |read: &dyn Fn(&Script<'_>) -> Option<(u16, usize)>| {
        program.each().find_map(|(module, found)| {
            let (port, at) = read(&found.script)?;
            Some(Found::at(port, program.place(module, at)))
        })
    };
    find(&listens).or_else(|| find(&setting))
}

fn number_in(script: &Script<'_>, span: Span) -> Option<(u16, usize)> {
    (span.from..span.to).find_map(|index| {
        let token = script.at(index);
        let is_number = matches!(token.kind, Kind::Number | Kind::Text);
        is_number
            .then(|| token.text.parse().ok())
            .flatten()
            .filter(|port| *port > 9)
            .map(|port| (port, index))
    })
}

/// What the names in it are where nobody says otherwise.
fn default_of(script: &Script<'_>, span: Span) -> Option<(u16, usize)> {
    let names = (span.from..span.to).filter_map(|index| script.at(index).word());
    let named = |name: &str| script.places_of(script.whole(), name).find_map(|at| default_at(script, at));
    names.filter(|name| *name != "Number" && *name != "parseInt").find_map(named)
}

/// `PORT = "4000"`, `port = process.env.PORT || 4000`, `PORT ?? 4000`, `port: 4000`
fn default_at(script: &Script<'_>, at: usize) -> Option<(u16, usize)> {
    if !script.at(at + 1).is_any(&["=", "||", "??", ":", ",", ")"]) {
        return None;
    }
    let end = script.expression_end(at + 2, at + 14);
    number_in(script, Span { from: at + 2, to: end })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::package::{Manifest, SourceFile};

    #[test]
    fn ports_are_read_where_people_write_them() {
        for (source, expected) in [
            ("app.listen(4100)", Some(4100)),
            ("app.listen(process.env.PORT || 4100, () => {})", Some(4100)),
            ("const port = process.env.PORT ?? 4100; app.listen(port)", Some(4100)),
            ("const { PORT = \"4100\" } = process.env; app.listen(Number(PORT), \"127.0.0.1\")", Some(4100)),
            ("const PORT = parseInt(process.env.PORT || \"4100\", 10); server.listen(PORT)", Some(4100)),
            ("const config = { port: 4100 }; app.listen(config.port)", Some(4100)),
            ("app.listen(config.port)", None),
        ] {
            let files = vec![SourceFile { path: "a.js".into(), text: source.into() }];
            let package = Package { shown: ".".into(), files, ..Package::default() };
            let program = Program::read(&package, |_| true);
            let found = find(&package, &program);
            assert_eq!(found.place.as_ref().map(|_| found.value), expected, "{source}");
        }
    }

    #[test]
    fn what_is_set_counts_more_than_a_default() {
        let file = |path: &str, text: &str| SourceFile { path: path.into(), text: text.into() };
        let source = file("a.js", "app.listen(process.env.PORT || 3000)");
        for (other, scripts, expected) in [
            (file(".env", "PORT=5000"), "", 5000),
            (file(".env.example", "PORT=5000"), "", 3000),
            (file(".env", "PORT=5000"), "PORT=6000 node a.js", 6000),
        ] {
            let manifest = Manifest::read(&format!(r#"{{ "scripts": {{ "dev": "{scripts}" }} }}"#));
            let package =
                Package { shown: ".".into(), manifest, files: vec![source.clone(), other], is_cut: false };
            let program = Program::read(&package, |_| true);
            assert_eq!(find(&package, &program).value, expected);
        }
    }
}
