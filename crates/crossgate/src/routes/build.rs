//! What a build of a Next.js app consists of, read from its manifests.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::manifests::Manifests;
use super::rewrite::Rewrite;
use crate::Failure;

/// An app as it was built.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Build {
    /// `basePath`
    pub(super) base_path: String,
    /// `i18n.locales`
    pub(super) locales: Vec<String>,
    /// Everything that answers requests, by path.
    pub(super) routes: Vec<Route>,
    /// What `next.config` rewrites.
    pub(super) rewrites: Vec<Rewrite>,
    /// Whether a middleware (or proxy, as 16 calls it) may rewrite more.
    pub(super) has_middleware: bool,
}

/// Something that answers requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Route {
    /// As Next.js names it: `/u/[name]`, without base path and locale.
    pub(super) path: String,
    pub(super) kind: RouteKind,
    pub(super) router: Router,
    /// How many Server Actions it uses.
    pub(super) actions: usize,
}

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RouteKind {
    Page,
    /// A route handler, or a page below `pages/api`.
    Handler,
    /// `favicon.ico`, `robots.txt`, `opengraph-image` and the like.
    Metadata,
    /// In `public/`.
    File,
}

/// Who serves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Router {
    App,
    Pages,
    Public,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RoutesManifest {
    #[serde(default)]
    base_path: String,
    i18n: Option<Locales>,
    #[serde(default)]
    rewrites: Rewrites,
}

#[derive(Deserialize)]
struct Locales {
    locales: Vec<String>,
}

/// A list where `next.config` gives one, three lists otherwise.
#[derive(Deserialize)]
#[serde(untagged)]
enum Rewrites {
    List(Vec<RewriteEntry>),
    Phases(BTreeMap<String, Vec<RewriteEntry>>),
}

#[derive(Deserialize)]
struct RewriteEntry {
    source: String,
    destination: String,
}

#[derive(Deserialize)]
struct ActionsManifest {
    #[serde(default)]
    node: BTreeMap<String, Action>,
    #[serde(default)]
    edge: BTreeMap<String, Action>,
}

#[derive(Deserialize)]
struct Action {
    #[serde(default)]
    workers: BTreeMap<String, Value>,
}

impl Default for Rewrites {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Rewrites {
    fn entries(&self) -> Vec<&RewriteEntry> {
        match self {
            Self::List(entries) => entries.iter().collect(),
            Self::Phases(phases) => phases.values().flatten().collect(),
        }
    }
}

impl Build {
    /// Reads what the files say.
    pub(super) fn of(manifests: &Manifests) -> Result<Self, Failure> {
        let told: RoutesManifest = parse("routes-manifest.json", &manifests.routes)?;
        let locales = told.i18n.map(|i18n| i18n.locales).unwrap_or_default();
        let entries = told.rewrites.entries().into_iter();
        let rewrites = entries
            .filter_map(|entry| Rewrite::of(&entry.source, &entry.destination, &told.base_path))
            .collect();
        Ok(Self {
            routes: routes(manifests, &locales)?,
            base_path: told.base_path,
            locales,
            rewrites,
            has_middleware: has_middleware(manifests)?,
        })
    }
}

fn parse<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| {
        let fix = "fix: run `next build` again; Next.js 14, 15 and 16 are known here";
        Failure::new(format!("{name} is not what Next.js writes: {error}\n  {fix}"))
    })
}

fn parse_or_empty<T: DeserializeOwned + Default>(name: &str, text: Option<&str>) -> Result<T, Failure> {
    text.map_or_else(|| Ok(T::default()), |text| parse(name, text))
}

fn routes(manifests: &Manifests, locales: &[String]) -> Result<Vec<Route>, Failure> {
    let app: BTreeMap<String, String> =
        parse_or_empty("app-path-routes-manifest.json", manifests.app_paths.as_deref())?;
    let pages: BTreeMap<String, Value> = parse_or_empty("pages-manifest.json", manifests.pages.as_deref())?;
    let actions = actions_by_file(manifests)?;
    let mut found: BTreeMap<String, Route> = BTreeMap::new();
    for (file, path) in app.iter().filter(|(_, path)| !is_internal(path)) {
        let route = found.entry(path.clone()).or_insert_with(|| app_route(file, path));
        route.actions += actions.get(&format!("app{file}")).copied().unwrap_or_default();
    }
    for page in pages.keys().map(|page| without_locale(page, locales)).filter(|page| !is_internal(page)) {
        found.entry(page.to_owned()).or_insert_with(|| pages_route(page));
    }
    for file in &manifests.public_files {
        found.entry(file.clone()).or_insert_with(|| public_file(file));
    }
    Ok(found.into_values().collect())
}

fn app_route(file: &str, path: &str) -> Route {
    let kind = match file.rsplit_once('/') {
        Some((_, "page")) => RouteKind::Page,
        _ if is_metadata(path) => RouteKind::Metadata,
        _ => RouteKind::Handler,
    };
    Route { path: path.to_owned(), kind, router: Router::App, actions: 0 }
}

fn pages_route(page: &str) -> Route {
    let is_api = page == "/api" || page.starts_with("/api/");
    let kind = if is_api { RouteKind::Handler } else { RouteKind::Page };
    Route { path: page.to_owned(), kind, router: Router::Pages, actions: 0 }
}

fn public_file(path: &str) -> Route {
    Route { path: path.to_owned(), kind: RouteKind::File, router: Router::Public, actions: 0 }
}

/// Pages that are shown in place of others, with an error's status.
fn is_internal(path: &str) -> bool {
    matches!(path, "/_app" | "/_document" | "/_error" | "/404" | "/500" | "/_not-found" | "/_global-error")
}

/// Pages without data are listed once for each locale.
fn without_locale<'p>(page: &'p str, locales: &[String]) -> &'p str {
    let rest = locales.iter().find_map(|locale| {
        let rest = page.strip_prefix('/')?.strip_prefix(locale.as_str())?;
        (rest.is_empty() || rest.starts_with('/')).then_some(rest)
    });
    rest.map_or(page, |rest| if rest.is_empty() { "/" } else { rest })
}

/// The names of files for which Next.js makes a route of its own.
fn is_metadata(path: &str) -> bool {
    let names = ["icon", "apple-icon", "opengraph-image", "twitter-image", "sitemap"];
    let own = ["favicon.ico", "robots.txt", "manifest.webmanifest", "manifest.json"];
    let mut last = path.rsplit('/').filter(|part| *part != "[__metadata_id__]");
    let last = last.next().unwrap_or_default();
    let stem = last.split('.').next().unwrap_or_default();
    let is_numbered =
        |name: &str| stem.strip_prefix(name).is_some_and(|rest| rest.is_empty() || is_suffix(rest));
    own.contains(&last) || names.iter().any(|name| is_numbered(name))
}

/// A number where there are several, and six characters behind a hyphen below a route group.
fn is_suffix(rest: &str) -> bool {
    let (number, group) = rest.split_once('-').map_or((rest, None), |(number, group)| (number, Some(group)));
    number.bytes().all(|byte| byte.is_ascii_digit()) && group.is_none_or(|group| group.len() == 6)
}

fn actions_by_file(manifests: &Manifests) -> Result<BTreeMap<String, usize>, Failure> {
    let Some(text) = manifests.actions.as_deref() else { return Ok(BTreeMap::new()) };
    let told: ActionsManifest = parse("server-reference-manifest.json", text)?;
    let mut found = BTreeMap::new();
    let files = told.node.values().chain(told.edge.values()).flat_map(|action| action.workers.keys());
    for file in files {
        *found.entry(file.clone()).or_default() += 1;
    }
    Ok(found)
}

fn has_middleware(manifests: &Manifests) -> Result<bool, Failure> {
    let edge: Value = parse_or_empty("middleware-manifest.json", manifests.middleware.as_deref())?;
    let node: Value = parse_or_empty("functions-config-manifest.json", manifests.functions.as_deref())?;
    let is_at_edge = edge.get("middleware").and_then(Value::as_object).is_some_and(|found| !found.is_empty());
    Ok(is_at_edge || node.pointer("/functions/~1_middleware").is_some())
}
