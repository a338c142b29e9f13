use super::*;

fn package(files: &[(&str, &str)]) -> Package {
    let files = files.iter().map(|(path, text)| SourceFile { path: (*path).into(), text: (*text).into() });
    Package { shown: ".".into(), files: files.collect(), ..Package::default() }
}

/// The shape of the argument of `show(…)`, in a few signs.
fn shown(files: &[(&str, &str)]) -> String {
    let package = package(files);
    let program = Program::read(&package, |_| true);
    let script = &program.modules[0].script;
    let at = script.places_of(script.whole(), "show").next().unwrap();
    let scope = Scope { module: 0, body: script.whole(), parameters: Vec::new(), steps_left: 9 };
    sign(&program.shape(&scope, script.arguments(at + 1)[0]))
}

fn sign(shape: &Shape) -> String {
    match shape {
        Shape::Unknown => "?".into(),
        Shape::Text => "text".into(),
        Shape::Boolean(value) => value.to_string(),
        Shape::Token(claims) => format!("token {}", sign(claims)),
        Shape::Object(members) => {
            let members: Vec<_> =
                members.iter().map(|(key, shape)| format!("{key}: {}", sign(shape))).collect();
            format!("{{{}}}", members.join(", "))
        }
        Shape::List(elements) => format!("[{}]", elements.iter().map(sign).collect::<Vec<_>>().join(", ")),
    }
}

#[test]
fn expressions_give_what_they_say() {
    for (text, expected) in [
        ("show({ a, b: 1, 'c d': ['x'], e: true })", "{a: ?, b: ?, c d: [text], e: true}"),
        ("const token = jwt.sign({ id }, s); show({ token })", "{token: token {id: ?}}"),
        ("const pub = ({ id, name }) => ({ id, name }); show({ user: pub(u) })", "{user: {id: ?, name: ?}}"),
        ("function f() { if (x) return null; return { a: 'x' } } show({ ...f(), b: 1 })", "{a: text, b: ?}"),
        (
            "const t = { issue: (u) => ({ token: sign(u), r: 1 }) }; show(t.issue(1))",
            "{token: token ?, r: ?}",
        ),
        ("const { token: t } = f(); function f() { return { token: 'x' } } show({ t })", "{t: text}"),
        (
            "function ok(data) { return { success: true, data } } show(ok({ a: 'x' }))",
            "{success: true, data: {a: text}}",
        ),
        ("const f = () => new Promise((y) => jwt.sign({}, s, (e, t) => y(t))); show(await f())", "token {}"),
        ("show({ t: await new SignJWT({ id }).setIssuedAt().sign(k) })", "{t: token {id: ?}}"),
        ("const a = () => a(); show(a())", "?"),
        ("const a = { b: a, c: [a, a, a, a, a, a, a, a] }; show(a.b.b)", "{b"),
        ("show(x as Y)", "?"),
    ] {
        assert!(shown(&[("a.ts", text)]).starts_with(expected), "{text}: {}", shown(&[("a.ts", text)]));
    }
}

#[test]
fn names_are_followed_into_the_modules_that_they_come_from() {
    let export = "const login = () => ({ mine: 'x' }); module.exports = { login };";
    for (text, path, exported) in [
        ("const auth = require('./services/auth'); show(auth.login())", "services/auth.js", export),
        (
            "import { login } from './auth.js'; show(login())",
            "auth.ts",
            "export const login = () => ({ mine: 'x' })",
        ),
        (
            "import { login as enter } from '@/lib/auth'; show(enter())",
            "src/lib/auth.ts",
            "export function login() { return { mine: 'x' } }",
        ),
        (
            "import make from './auth'; show(make())",
            "auth/index.js",
            "export default function () { return { mine: 'x' } }",
        ),
        ("const make = require('../b'); show(make())", "b.js", "module.exports = () => ({ mine: 'x' })"),
        ("show(user.toAuthJSON())", "user.js", "S.methods.toAuthJSON = function () { return { mine: 'x' } }"),
    ] {
        let other = ("other.js", "const login = () => ({ other: 'x' })");
        let own = if text.contains("../b") { "a/a.js" } else { "a.js" };
        assert_eq!(shown(&[(own, text), other, (path, exported)]), "{mine: text}", "{text}");
    }
}

#[test]
fn imports_have_the_names_of_both_sides() {
    let package = package(&[(
        "a.js",
        "import a, { b as c, type D } from 'm'; import * as e from \"n\"; import 'o'; const { f: g, h } = require('p'); const i = require('q').j; app.use(require('r'));",
    )]);
    let program = Program::read(&package, |_| true);
    let imports = &program.modules[0].imports;
    let shown: Vec<_> = imports
        .iter()
        .map(|import| format!("{}={}.{}", import.local, import.from, import.name.as_deref().unwrap_or("*")))
        .collect();
    assert_eq!(shown, ["a=m.*", "c=m.b", "D=m.D", "e=n.*", "=o.*", "g=p.f", "h=p.h", "i=q.j", "=r.*"]);
    assert!(program.imports("m") && !program.imports("x") && program.imports("q*"));
}

#[test]
fn a_handler_is_found_in_whatever_it_is_wrapped() {
    let text = "const login = (req, res) => { here }; \
        route(login); route(wrap(login)); route((req, res) => { here }); route(wrap(async (req, res) => { here }))";
    let package = package(&[("a.js", text)]);
    let program = Program::read(&package, |_| true);
    let script = &program.modules[0].script;
    for at in script.places_of(script.whole(), "route") {
        let found = program.function_of(0, script.arguments(at + 1)[0]).unwrap();
        assert!(script.at(found.function.body.from).is("here"));
    }
}
