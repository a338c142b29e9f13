//! What is no project, and sources that mean ill.

use super::{Findings, api_of, app_of, assert_has, written};

#[test]
fn nothing_found_is_still_a_file_that_passes() {
    let (text, report) = written(&Findings::default());
    assert_has(&text, &["[app]", "#[[api]]"]);
    assert_has(&report, &["neither a Next.js app nor an Express API", "--app", "--api"]);
}

/// Whatever stands in a source, the file stays TOML that passes, and reading it ends.
#[test]
fn no_source_breaks_the_file() {
    let names = ["\"]\\n[x]", "a b", "${HOME}", "{x}", "*", "é", "\\", "csrfToken", "__proto__", "/../x"];
    for name in names {
        let quoted = serde_json::to_string(name).unwrap();
        let api = format!(
            "const app = express(); app.post('/api/login', (req, res) => {{ const {{ {quoted}: email, password }} = req.body; \
             res.json({{ {quoted}: {{ token: 1, user: {{ {quoted}: 1 }} }} }}); }}); app.get({quoted}, h); \
             app.get('/' + {quoted}, auth, h); app.get('/api/x', auth, h); req.headers[{quoted}]; \
             audience: {quoted}; app.use(session()); scheme !== {quoted}"
        );
        written(&api_of(&[("app.js", &api)]));
        let app = format!(
            "import NextAuth from 'next-auth'; import P from {provider}; NextAuth({{ providers: [P({{ clientId: process.env.X }})], \
             secret: {quoted}, cookies: {{ sessionToken: {{ name: 'x' }} }}, pages: {{ signIn: {quoted} }}, callbacks: {{ \
             jwt({{ token, user }}) {{ token.x = user.y; token.exp = user.z; }} }} }})",
            provider = serde_json::to_string(&format!("next-auth/providers/{name}")).unwrap()
        );
        let config = format!("export default {{ basePath: {quoted}, i18n: {{ locales: [{quoted}] }} }}");
        written(&app_of(&[
            ("package.json", r#"{ "dependencies": { "next": "15", "next-auth": "4" } }"#),
            ("auth.ts", &app),
            ("next.config.mjs", &config),
            ("pages/api/auth/[...nextauth].ts", ""),
            (&format!("pages/{}.tsx", name.replace('/', "-")), "getServerSession()"),
        ]));
    }
}

#[test]
fn a_source_that_refers_to_itself_is_left_in_time() {
    let nested = "const a = { b: a, c: a, d: a, e: [a, a, a, a, a, a] };".repeat(20);
    let source = format!(
        "{nested} const app = express(); app.use(app); app.use('/x', app); app.post('/api/login', (req, res) => {{ res.json(a); helper(res, a); }}); function helper(res, x) {{ helper(res, [x, x]); res.json(x); }}"
    );
    written(&api_of(&[("app.js", &source)]));
    let deep = format!(
        "const app = express(); app.post('/api/login', (req, res) => res.json({}1{}))",
        "[".repeat(5000),
        "]".repeat(5000)
    );
    written(&api_of(&[("app.js", &deep)]));
}
