//! The steps of `cargo xtask test`, in their order.
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::fuzz::fuzz;
use super::next_auth_apps;
use super::outcome::Outcome;
use super::stage::Stage;
use super::stores::{drills, stores};
use super::tally::{Tally, of_cargo, of_node, of_playwright, of_vitest};
use crate::arguments::TokenMode;
use crate::bench::{self, Count};
use crate::check::Renewals;
use crate::chromium::require_chromium;
use crate::servers::require_servers;
use crate::shop::{
    API_FOLDER, APP_FOLDER, PACKAGES_FOLDER, SHOP_FOLDERS, build_app, build_packages, install_shop_part,
};

/// The browser tests.
const BROWSER_FOLDER: &str = "e2e";
/// The providers, and the app and the API that are tried with them.
pub(super) const PROVIDER_FOLDER: &str = "e2e/provider";
/// Small Express APIs, each with a way of its own to authenticate.
const STYLES_FOLDER: &str = "examples/express-styles";
/// The real next-auth beside Crossgate.
const CONFORMANCE_FOLDER: &str = "e2e/conformance";
/// Mutated requests and answers; has no dependencies.
const EDGE_FOLDER: &str = "e2e/edge";
/// Random paths at the gateway; has no dependencies itself.
const ROUTES_FOLDER: &str = "e2e/routes";
/// The app that is asked for them, once for each major of Next.js.
const ROUTES_APPS: [&str; 3] = ["e2e/routes/next-14", "e2e/routes/next-15", "e2e/routes/next-16"];
/// Apps and APIs that are made anew and install what has been packed.
const FRESH_FOLDER: &str = "e2e/fresh";
const CRASH_ROUNDS: &str = "200";

/// One step.
pub(super) struct Suite {
    pub(super) name: &'static str,
    pub(super) what: &'static str,
    /// Left out by `--fast`.
    pub(super) is_slow: bool,
    /// What has to have been made, by steps that come before.
    pub(super) needs: &'static [&'static str],
    pub(super) run: fn(&mut Stage<'_>) -> Result<Outcome>,
}

/// The packages of npm.
const INSTALLED: &[&str] = &["install"];
/// The shop's app too.
const BUILT: &[&str] = &["install", "build"];

impl Suite {
    const fn needing(self, needs: &'static [&'static str]) -> Self {
        Self { needs, ..self }
    }
}

const fn quick(name: &'static str, what: &'static str, run: fn(&mut Stage<'_>) -> Result<Outcome>) -> Suite {
    Suite { name, what, is_slow: false, needs: &[], run }
}

const fn slow(name: &'static str, what: &'static str, run: fn(&mut Stage<'_>) -> Result<Outcome>) -> Suite {
    Suite { name, what, is_slow: true, needs: &[], run }
}

/// Every step there is.
pub(super) const SUITES: [Suite; 28] = [
    quick("format", "the Rust sources are formatted", format),
    quick("lint", "the Rust sources raise no warning", lint),
    quick("policy", "licences, advisories and origins of the dependencies", policy),
    quick("rust", "the tests of all crates", rust),
    slow("stores", "the stores for many nodes, with servers that are started for it", stores),
    quick("install", "the examples' dependencies", install),
    quick("api", "the example API's own tests", api).needing(INSTALLED),
    quick("typecheck", "the types of the example app", typecheck).needing(INSTALLED),
    quick("build", "the gateway and the example app", build).needing(INSTALLED),
    quick("demo-api", "a round through the shop, with the API's own tokens", demo_api).needing(BUILT),
    quick("demo-issued", "a round through the shop, with tokens that Crossgate issues", demo_issued)
        .needing(BUILT),
    quick("styles", "twenty ways an Express API authenticates", styles).needing(INSTALLED),
    slow("conformance", "the real next-auth and Crossgate, side by side", conformance).needing(INSTALLED),
    quick("packages", "the npm packages: types, tests, and what is packed", packages).needing(INSTALLED),
    slow("ssr", "pages rendered on the server, each after the API's token has ended", ssr).needing(BUILT),
    slow("browser", "people at a real browser", browser).needing(BUILT),
    slow("providers", "people who sign in with a provider", providers).needing(BUILT),
    slow("next-auth-apps", "apps with next-auth, alone and behind the gateway", apps_with_next_auth)
        .needing(BUILT),
    slow("first-day", "the guide of the first day, from an empty folder to somebody signed in", first_day)
        .needing(INSTALLED),
    slow("fresh", "the packed packages in fresh apps of three majors of Next.js", fresh).needing(INSTALLED),
    slow("blackbox", "the gateway as a program, from outside", blackbox).needing(BUILT),
    slow("edge", "mutated HTTP/1 at the gateway, beside Node, nginx, HAProxy and Apache", edge),
    slow("fuzz", "what strangers can send, in every form", fuzz),
    slow("routes", "random paths at the gateway, before real apps of three majors of Next.js", routes)
        .needing(INSTALLED),
    slow("instructions", "what a request costs, in instructions", instructions),
    slow("crash", "the gateway is killed, over and over", crash),
    slow("drills", "a gateway of three is killed, and all are restarted one by one", drills),
    slow("races", "several gateways renew the same tokens at once", races),
];

fn cargo(stage: &Stage<'_>, arguments: &[&str]) -> Command {
    let mut command = stage.workspace.shell.command("cargo");
    command.current_dir(stage.workspace.path("")).args(arguments);
    command
}

fn npm(stage: &Stage<'_>, folder: &str, arguments: &[&str]) -> Command {
    let mut command = stage.workspace.in_package(&stage.workspace.path(folder), "npm");
    // Colours would stand between us and the numbers.
    command.args(arguments).env_remove("FORCE_COLOR").env("NO_COLOR", "1");
    command
}

fn done(stage: &Stage<'_>, command: &mut Command, headline: &str) -> Result<Outcome> {
    stage.workspace.shell.run(command, headline).map(|()| Outcome::Done)
}

fn counted(
    stage: &Stage<'_>,
    command: &mut Command,
    count: fn(&[String]) -> Tally,
    what: &str,
) -> Result<Outcome> {
    let (is_success, lines) = stage.workspace.shell.run_and_read(command)?;
    Ok(Outcome::of_runner(is_success, count(&lines), what))
}

fn format(stage: &mut Stage<'_>) -> Result<Outcome> {
    let mut command = cargo(stage, &["fmt", "--all", "--check"]);
    done(stage, &mut command, "some sources are not formatted: run `cargo fmt --all`")
}

fn lint(stage: &mut Stage<'_>) -> Result<Outcome> {
    let mut command = cargo(stage, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    done(stage, &mut command, "the linter has something to say")
}

fn policy(stage: &mut Stage<'_>) -> Result<Outcome> {
    if !Command::new("cargo").args(["deny", "--version"]).output().is_ok_and(|output| output.status.success())
    {
        return Ok(Outcome::Skipped("cargo-deny is not installed"));
    }
    let mut command = cargo(stage, &["deny", "--workspace", "check"]);
    done(stage, &mut command, "a dependency is against the policy in deny.toml")
}

fn rust(stage: &mut Stage<'_>) -> Result<Outcome> {
    let mut command = cargo(stage, &["test", "--workspace"]);
    counted(stage, &mut command, of_cargo, "Rust tests")
}

fn install(stage: &mut Stage<'_>) -> Result<Outcome> {
    let log = stage.folder().join("install.log");
    build_packages(stage.workspace, &log)?;
    for (_, folder) in SHOP_FOLDERS {
        install_shop_part(stage.workspace, folder, &log)?;
    }
    let own = [STYLES_FOLDER, BROWSER_FOLDER, PROVIDER_FOLDER, CONFORMANCE_FOLDER, FRESH_FOLDER];
    for folder in own.into_iter().chain(next_auth_apps::FOLDERS).chain(ROUTES_APPS) {
        stage.workspace.install(&stage.workspace.path(folder), &log)?;
    }
    Ok(Outcome::Done)
}

fn api(stage: &mut Stage<'_>) -> Result<Outcome> {
    let mut command = npm(stage, API_FOLDER, &["test"]);
    counted(stage, &mut command, of_node, "API tests")
}

fn typecheck(stage: &mut Stage<'_>) -> Result<Outcome> {
    for folder in [APP_FOLDER, BROWSER_FOLDER].into_iter().chain(next_auth_apps::FOLDERS) {
        let mut command = npm(stage, folder, &["run", "--silent", "typecheck"]);
        done(stage, &mut command, &format!("types do not match in {folder}"))?;
    }
    Ok(Outcome::Done)
}

fn build(stage: &mut Stage<'_>) -> Result<Outcome> {
    stage.build_gateway()?;
    build_app(stage.workspace, &stage.folder().join("build.log"))?;
    Ok(Outcome::Done)
}

fn demo_api(stage: &mut Stage<'_>) -> Result<Outcome> {
    Ok(Outcome::Passed(Tally { passed: stage.check(TokenMode::Api)?, failed: 0 }))
}

fn demo_issued(stage: &mut Stage<'_>) -> Result<Outcome> {
    Ok(Outcome::Passed(Tally { passed: stage.check(TokenMode::Issued)?, failed: 0 }))
}

fn styles(stage: &mut Stage<'_>) -> Result<Outcome> {
    let program = stage.gateway_program()?.to_path_buf();
    let mut command = npm(stage, STYLES_FOLDER, &["test"]);
    command.env("CROSSGATE_BINARY", program);
    counted(stage, &mut command, of_node, "tests of the styles")
}

fn conformance(stage: &mut Stage<'_>) -> Result<Outcome> {
    let program = stage.gateway_program()?.to_path_buf();
    let mut command = npm(stage, CONFORMANCE_FOLDER, &["test"]);
    command.env("CROSSGATE_BINARY", program);
    counted(stage, &mut command, of_node, "cases of conformance")
}

/// Built first: the tests use what is published.
fn packages(stage: &mut Stage<'_>) -> Result<Outcome> {
    let program = stage.gateway_program()?.to_path_buf();
    for (verb, headline) in [
        ("build", "the packages do not build"),
        ("typecheck", "types do not match in the packages"),
        ("lint:packed", "a package would be published that some cannot read"),
    ] {
        let mut command = npm(stage, PACKAGES_FOLDER, &["run", "--silent", verb]);
        done(stage, &mut command, headline)?;
    }
    let mut command = npm(stage, PACKAGES_FOLDER, &["test"]);
    command.env("CROSSGATE_BINARY", program);
    counted(stage, &mut command, of_vitest, "tests of the packages")
}

fn ssr(stage: &mut Stage<'_>) -> Result<Outcome> {
    let plan = Renewals { sessions: 50, expiries: 20, lifetime: Duration::from_secs(3) };
    Ok(Outcome::Passed(Tally { passed: stage.renewals(&plan)?, failed: 0 }))
}

fn browser(stage: &mut Stage<'_>) -> Result<Outcome> {
    let chromium = require_chromium(stage.workspace)?;
    let mut set = stage.browser_set()?;
    let api_url = stage.shop()?.0.url.clone();
    let mut command = npm(stage, BROWSER_FOLDER, &["test"]);
    command.env("CHROMIUM", chromium).env("API_URL", api_url).env("BASE_URL", &set.gateway.public_url);
    command.env("DEV_BASE_URL", &set.development_gateway.public_url);
    command.env("DEV_APP_FOLDER", &set.development_app.folder);
    let outcome = counted(stage, &mut command, of_playwright, "browser tests")?;
    stage.check_alive([&mut set.gateway, &mut set.development_gateway])?;
    Ok(outcome)
}

fn providers(stage: &mut Stage<'_>) -> Result<Outcome> {
    let chromium = require_chromium(stage.workspace)?;
    let mut set = stage.provider_set()?;
    let mut command = npm(stage, BROWSER_FOLDER, &["run", "--silent", "test:providers"]);
    command.env("CHROMIUM", chromium).envs(set.variables.iter().cloned());
    let outcome = counted(stage, &mut command, of_playwright, "provider tests")?;
    set.check_alive()?;
    stage.check_alive(&mut set.gateways)?;
    Ok(outcome)
}

fn apps_with_next_auth(stage: &mut Stage<'_>) -> Result<Outcome> {
    let chromium = require_chromium(stage.workspace)?;
    let mut set = stage.next_auth_apps()?;
    let mut command = npm(stage, BROWSER_FOLDER, &["run", "--silent", "test:next-auth"]);
    command
        .env("CHROMIUM", chromium)
        .env("API_URL", &stage.shop()?.0.url)
        .envs(set.variables.iter().cloned());
    let outcome = counted(stage, &mut command, of_playwright, "tests of the apps with next-auth")?;
    set.check_alive()?;
    stage.check_alive(&mut set.gateways)?;
    Ok(outcome)
}

fn first_day(stage: &mut Stage<'_>) -> Result<Outcome> {
    let chromium = require_chromium(stage.workspace)?;
    let arrival = stage.first_day()?;
    let mut command = npm(stage, BROWSER_FOLDER, &["run", "--silent", "test:first-day"]);
    command.env("CHROMIUM", chromium).env("BASE_URL", &arrival.open).env("SIGN_IN_URL", &arrival.sign_in);
    let outcome = counted(stage, &mut command, of_playwright, "tests of the first day")?;
    arrival.end()?;
    Ok(outcome)
}

fn fresh(stage: &mut Stage<'_>) -> Result<Outcome> {
    let chromium = require_chromium(stage.workspace)?;
    let program = stage.gateway_program()?.to_path_buf();
    let mut command = npm(stage, FRESH_FOLDER, &["test"]);
    command.env("CHROMIUM", chromium).env("CROSSGATE_BINARY", program);
    counted(stage, &mut command, of_playwright, "tests of fresh apps")
}

/// Whether the gateway's package has a test program of this name.
fn has_test(stage: &Stage<'_>, name: &str) -> bool {
    let folder = "crates/crossgate/tests";
    [format!("{folder}/{name}.rs"), format!("{folder}/{name}/main.rs")]
        .iter()
        .any(|file| stage.workspace.has(file))
}

fn blackbox(stage: &mut Stage<'_>) -> Result<Outcome> {
    if !has_test(stage, "blackbox") {
        return Ok(Outcome::Skipped("there are none yet"));
    }
    let (api, app) = stage.shop()?;
    let (api_url, app_url, jwt_secret) = (api.url.clone(), app.url.clone(), api.jwt_secret.clone());
    let mut command = cargo(stage, &["test", "--package", "crossgate", "--test", "blackbox"]);
    command.env("CROSSGATE_EXAMPLES", "1").env("SHOP_API_URL", api_url).env("SHOP_APP_URL", app_url);
    command.env("SHOP_JWT_SECRET", jwt_secret);
    counted(stage, &mut command, of_cargo, "black-box tests")
}

fn edge(stage: &mut Stage<'_>) -> Result<Outcome> {
    require_servers(stage.workspace)?;
    let program = stage.gateway_program()?.to_path_buf();
    let mut command = npm(stage, EDGE_FOLDER, &["test"]);
    command.env("CROSSGATE_BINARY", program);
    counted(stage, &mut command, of_node, "tests of the edge")
}

fn routes(stage: &mut Stage<'_>) -> Result<Outcome> {
    let program = stage.gateway_program()?.to_path_buf();
    let mut command = npm(stage, ROUTES_FOLDER, &["test"]);
    command.env("CROSSGATE_BINARY", program);
    counted(stage, &mut command, of_node, "tests of the routes")
}

fn instructions(stage: &mut Stage<'_>) -> Result<Outcome> {
    Ok(match bench::instructions(stage.workspace)? {
        Count::Holds => Outcome::Done,
        Count::IsOver => {
            Outcome::broken("a request costs over 5 % more instructions than recorded".to_owned())
        }
        Count::Unknown(reason) => Outcome::Skipped(reason),
    })
}

fn crash(stage: &mut Stage<'_>) -> Result<Outcome> {
    if !has_test(stage, "crash") {
        return Ok(Outcome::Skipped("there are none yet"));
    }
    let mut command = cargo(stage, &["test", "--package", "crossgate", "--test", "crash"]);
    command.env("CROSSGATE_CRASH_ROUNDS", CRASH_ROUNDS);
    counted(stage, &mut command, of_cargo, "crash tests")
}

fn races(stage: &mut Stage<'_>) -> Result<Outcome> {
    if !has_test(stage, "races") {
        return Ok(Outcome::Skipped("there are none yet"));
    }
    let mut command = cargo(stage, &["test", "--package", "crossgate", "--test", "races"]);
    command.env("CROSSGATE_RACES", "full");
    counted(stage, &mut command, of_cargo, "races")
}
