use super::*;

fn words(text: &str) -> Vec<String> {
    let script = Script::read(text);
    let whole = script.whole();
    (whole.from..whole.to).map(|index| script.at(index).text.to_owned()).collect()
}

#[test]
fn comments_texts_and_regular_expressions_hide_nothing_and_invent_nothing() {
    for (text, expected) in [
        ("a // b\nc", vec!["a", "c"]),
        ("a /* b \n */ c", vec!["a", "c"]),
        ("'a // b'", vec!["a // b"]),
        (r#""it\"s" x"#, vec![r#"it\"s"#, "x"]),
        ("`a ${b ? `c` : {}} d` e", vec!["a ${b ? `c` : {}} d", "e"]),
        ("/^Bearer (.+)$/i.exec(x)", vec!["/^Bearer (.+)$/i", ".", "exec", "(", "x", ")"]),
        ("a / b / c", vec!["a", "/", "b", "/", "c"]),
        ("x = /[/]'/; y", vec!["x", "=", "/[/]'/", ";", "y"]),
        ("a?.b ?? c === d", vec!["a", "?.", "b", "??", "c", "===", "d"]),
        ("<p>Don't</p>\nx", vec!["<", "p", ">", "Don", "'", "t", "<", "/", "p", ">", "x"]),
        ("#!/usr/bin/env node\nx", vec!["x"]),
        ("60_000 + 0.5", vec!["60_000", "+", "0.5"]),
    ] {
        assert_eq!(words(text), expected, "{text}");
    }
}

#[test]
fn lines_are_counted_through_texts_and_comments() {
    let script = Script::read("a\n/* \n\n */ b `\n` c");
    let lines: Vec<_> = (0..4).map(|index| script.at(index).line).collect();
    assert_eq!(lines, [1, 4, 4, 5]);
}

#[test]
fn whatever_is_broken_is_passed_over() {
    for text in [
        "",
        "(",
        ")",
        "({)}",
        "`",
        "'",
        "/",
        "/*",
        "${",
        "`${",
        "a=>",
        "function",
        "(a)=>",
        "\u{1f980}é",
        "const {",
        "async",
    ] {
        let script = Script::read(text);
        script.named_functions();
        script.first_function(script.whole());
        script.members(0);
        script.binding(script.whole(), "a");
        script.arguments(0);
    }
}

#[test]
fn functions_are_found_under_the_names_that_they_are_called_by() {
    for (text, name) in [
        ("function login(req, res) { x }", "login"),
        ("async function login(req, res) { x }", "login"),
        ("export const login = async (req: Request, res: Response): Promise<void> => { x };", "login"),
        ("exports.login = (req, res) => { x }", "login"),
        ("const login = catchAsync(async (req, res) => { x });", "login"),
        ("const a = { login: (req, res) => { x } }", "login"),
        ("const a = { async login(req, res) { x } }", "login"),
        ("class A { async login(req: Request, res: Response): Promise<void> { x } }", "login"),
        ("UserSchema.methods.login = function (req, res) { x }", "login"),
        ("class A { login = async (req, res) => { x } }", "login"),
    ] {
        let script = Script::read(text);
        let functions = script.named_functions();
        let found = functions.iter().find(|(found, _)| found == name).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(found.1.parameters.len(), 2, "{text}");
        assert!(script.at(found.1.body.from).is("x"), "{text}");
    }
}

#[test]
fn calls_and_conditions_are_no_functions() {
    for text in ["if (a) { b }", "login(a) ; { b }", "while (a) { b }", "const a = b(c)", "a ? f(x) : { b }"]
    {
        assert!(Script::read(text).named_functions().is_empty(), "{text}");
    }
}

#[test]
fn a_name_stands_for_what_it_was_set_to() {
    for (text, expected) in [
        ("const a = b.c(d);\ne", "b . c ( d )"),
        ("const a = b\nconst c = d", "b"),
        ("const { x, y: a } = f(1)\ng()", "f ( 1 )/y"),
        ("const a: Map<string, number> = new Map()", "new Map ( )"),
        ("let { a = 1 } = req.body ?? {};", "req . body ?? { }/a"),
    ] {
        let script = Script::read(text);
        let (span, key) = match script.binding(script.whole(), "a").unwrap_or_else(|| panic!("{text}")) {
            Bound::Whole(span) => (span, String::new()),
            Bound::Member(span, key) => (span, format!("/{key}")),
        };
        let tokens: Vec<_> = (span.from..span.to).map(|index| script.at(index).text).collect();
        assert_eq!(tokens.join(" ") + &key, expected, "{text}");
    }
}
