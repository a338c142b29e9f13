//! Real builds, from their manifests to what is told.

use std::path::{Path, PathBuf};

use crossgate_config::{ConfigSource, load};
use crossgate_core::settings::Settings;
use serde_json::Value;

use super::build::{Build, Route, RouteKind, Router};
use super::findings::findings;
use super::verdict::Survey;
use super::{json, manifests, report};

const MAJORS: [&str; 3] = ["14", "15", "16"];

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/routes/samples").join(name)
}

fn build(name: &str) -> Build {
    Build::of(&manifests::read(&sample(name)).unwrap()).unwrap()
}

fn settings(app: &str, pages: &str) -> Settings {
    let text = format!(
        "public_url = 'http://localhost'\nsecret = '{:0>32}'\n[app]\nurl = 'http://app'\n{app}\n\
         [pages]\n{pages}\n[[api]]\npath = '/backend'\nurl = 'http://api'\ntoken = 'none'\n\
         [sign_in.credentials]\nlogin = {{ request = 'POST /backend/login', user = '/user' }}\n",
        1
    );
    let source = ConfigSource { name: "crossgate.toml", text: &text, directory: Path::new("/") };
    load(&source, &|_: &str| None).unwrap_or_else(|problems| panic!("{problems}")).settings
}

const PREFIXED: &str = "base_path = '/shop'\nlocales = ['de', 'de-AT', 'en']";
const RULES: &str =
    "protected = ['/dashboard/**', '/u/admin/**', '/vault/**', '/docs/internal/**', '/actions',
    '/account/**', '/caf%C3%A9/**']
open = ['/', '/u/**', '/about']";

fn told(build: &Build, settings: &Settings) -> Value {
    let survey = Survey::of(build, settings);
    json::json(&survey, &findings(&survey))
}

/// `who rule` of each outcome.
fn outcomes(told: &Value, path: &str) -> Vec<String> {
    let routes = told["routes"].as_array().unwrap();
    let route = routes.iter().find(|route| route["path"] == path).unwrap_or_else(|| panic!("no {path}"));
    let outcomes = route["outcomes"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    outcomes
        .map(|one| format!("{} | {} | {}", text(&one["who"]), text(&one["rule"]), text(&one["named"])))
        .collect()
}

fn kinds(told: &Value) -> Vec<&str> {
    told["findings"].as_array().unwrap().iter().map(|finding| finding["kind"].as_str().unwrap()).collect()
}

#[test]
fn three_majors_and_both_routers_are_read() {
    for major in MAJORS {
        let plain = build(&format!("next-{major}-plain"));
        let found = |path: &str| plain.routes.iter().find(|route| route.path == path).cloned();
        let page =
            |path: &str, router, kind, actions| Some(Route { path: path.into(), kind, router, actions });
        for (path, router, kind, actions) in [
            ("/", Router::App, RouteKind::Page, 0),
            ("/actions", Router::App, RouteKind::Page, 1),
            ("/u/[name]", Router::App, RouteKind::Page, 0),
            ("/(.)vault/[id]", Router::App, RouteKind::Page, 0),
            ("/reports/[year]", Router::App, RouteKind::Page, 0),
            ("/notes", Router::App, RouteKind::Handler, 0),
            ("/robots.txt", Router::App, RouteKind::Metadata, 0),
            ("/icon.svg", Router::App, RouteKind::Metadata, 0),
            ("/reports/sitemap.xml", Router::App, RouteKind::Metadata, 0),
            ("/account", Router::Pages, RouteKind::Page, 0),
            ("/files/[[...path]]", Router::Pages, RouteKind::Page, 0),
            ("/still", Router::Pages, RouteKind::Page, 0),
            ("/api/legacy/[...rest]", Router::Pages, RouteKind::Handler, 0),
        ] {
            assert_eq!(found(path), page(path, router, kind, actions), "{major} {path}");
        }
        for path in ["/_app", "/_error", "/404", "/_not-found", "/_global-error"] {
            assert_eq!(found(path), None, "{major} {path}");
        }
        assert_eq!(plain.rewrites.len(), 2, "{major}: not those of intercepting routes");
        let prefixed = build(&format!("next-{major}-prefixed"));
        assert_eq!(prefixed.base_path, "/shop");
        assert_eq!(prefixed.locales, ["en", "de", "de-AT"]);
        assert_eq!(prefixed.routes, plain.routes, "{major}: without base path and locales");
        assert_eq!(prefixed.rewrites, plain.rewrites, "{major}");
        assert!(!plain.has_middleware);
    }
}

#[test]
fn each_route_is_told_with_the_rules_that_decide() {
    for major in MAJORS {
        for (build, app) in
            [(format!("next-{major}-plain"), ""), (format!("next-{major}-prefixed"), PREFIXED)]
        {
            let told = told(&super::tests::build(&build), &settings(app, RULES));
            let one = |path, outcome: &str| assert_eq!(outcomes(&told, path), [outcome], "{build} {path}");
            one("/dashboard", "session | pages.protected = \"/dashboard/**\" | rule");
            one("/dashboard/icon.svg", "session | pages.protected = \"/dashboard/**\" | rule");
            one("/account/orders/[id]", "session | pages.protected = \"/account/**\" | rule");
            one("/about", "everybody | pages.open = \"/about\" | on_purpose");
            one("/open", "everybody | no line names it | nobody");
            one("/notes", "everybody | no line names it | nobody");
            one(
                "/(.)vault/[id]",
                "nobody | an intercepting route: only shown in place of another page | rule",
            );
            assert_eq!(
                outcomes(&told, "/u/[name]"),
                [
                    "session | pages.protected = \"/u/admin/**\" | rule",
                    "everybody | pages.open = \"/u/**\" | on_purpose"
                ]
            );
            assert_eq!(
                outcomes(&told, "/docs/[...path]"),
                [
                    "session | pages.protected = \"/docs/internal/**\" | rule",
                    "everybody | no line names it | nobody"
                ]
            );
            assert_eq!(kinds(&told), ["unclassified", "server_actions", "rewrite"], "{build}");
        }
    }
}

#[test]
fn what_every_page_is_called_in_leaves_nothing_to_look_at() {
    let build = build("next-16-plain");
    let closed = settings("", "default = 'protected'\nserver_actions = 'session'");
    assert_eq!(kinds(&told(&build, &closed)), Vec::<&str>::new());
    let first = told(&build, &settings("", "server_actions = 'session'"));
    let fix = first["findings"][0]["fix"].as_str().unwrap();
    let line = fix.split_once("[pages] ").unwrap().1;
    assert!(
        line.contains("\"/caf%C3%A9\"") && line.contains("\"/files/**\"") && line.contains("\"/u/*\""),
        "{line}"
    );
    let named = told(&build, &settings("", &format!("{line}\nserver_actions = 'session'")));
    assert_eq!(kinds(&named), Vec::<&str>::new());
}

#[test]
fn other_base_paths_and_locales_are_found() {
    let told = told(&build("next-16-prefixed"), &settings("", "default = 'protected'"));
    assert_eq!(kinds(&told), ["base_path", "locales"]);
    assert_eq!(told["findings"][0]["fix"], "[app] base_path = \"/shop\"");
    assert!(told["findings"].as_array().unwrap().iter().all(|finding| finding["fails"] == true));
}

#[test]
fn people_see_a_line_for_each_thing_that_may_happen() {
    let (build, settings) = (build("next-15-plain"), settings("", RULES));
    let survey = Survey::of(&build, &settings);
    let text = report::report(&survey, &findings(&survey));
    for part in [
        "/dashboard             page        a session    pages.protected = \"/dashboard/**\"\n",
        "/open                  page      ! everybody    no line names it\n",
        "/u/[name]              page        partly\n      a session    pages.protected = \"/u/admin/**\"\n      everybody ",
        "    Server Actions: 1\n",
        "/people/:name → /u/:name",
        "fix: [pages] server_actions = \"session\"",
    ] {
        assert!(text.contains(part), "{part}\nis not in\n{text}");
    }
}

#[test]
fn a_folder_without_a_build_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let error = manifests::read(folder.path()).unwrap_err().to_string();
    assert!(
        error.contains("no BUILD_ID") && error.contains("next build") && error.contains("--from"),
        "{error}"
    );
    std::fs::write(folder.path().join("BUILD_ID"), "x").unwrap();
    std::fs::write(folder.path().join("routes-manifest.json"), "[]").unwrap();
    let error = Build::of(&manifests::read(folder.path()).unwrap()).unwrap_err().to_string();
    assert!(error.contains("routes-manifest.json") && error.contains("fix:"), "{error}");
}

#[test]
fn files_beside_the_build_and_a_middleware_are_found() {
    let app = tempfile::tempdir().unwrap();
    let folder = app.path().join("out/build");
    std::fs::create_dir_all(app.path().join("public/private")).unwrap();
    std::fs::create_dir_all(folder.join("server")).unwrap();
    for (file, text) in [
        ("public/private/plan.svg", ""),
        ("public/logo.svg", ""),
        ("out/build/BUILD_ID", "x"),
        ("out/build/routes-manifest.json", "{\"version\":3,\"rewrites\":[]}"),
        ("out/build/required-server-files.json", "{\"config\":{\"distDir\":\"./out/build\"}}"),
        ("out/build/server/functions-config-manifest.json", "{\"functions\":{\"/_middleware\":{}}}"),
    ] {
        std::fs::write(app.path().join(file), text).unwrap();
    }
    let build = Build::of(&manifests::read(&folder).unwrap()).unwrap();
    let paths: Vec<&str> = build.routes.iter().map(|route| route.path.as_str()).collect();
    assert_eq!(paths, ["/logo.svg", "/private/plan.svg"]);
    let told = told(&build, &settings("", "protected = ['/private/**']"));
    assert_eq!(kinds(&told), ["middleware"], "files are not looked at");
    let settings = settings("", "protected = ['/private/**']");
    let text = report::report(&Survey::of(&build, &settings), &[]);
    assert!(text.contains("/logo.svg          file        everybody    no line names it"), "{text}");
    assert_eq!(outcomes(&told, "/private/plan.svg"), ["session | pages.protected = \"/private/**\" | rule"]);
}
