//! Next.js pages and the many ways to ask for one. All transports of a page are that page.

use std::borrow::Cow;

use crate::target::as_routers_read;

/// `basePath` and locales of the app, as its `next.config` has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageNaming {
    /// `basePath`: empty, or a path without trailing slash.
    pub base_path: String,
    /// `i18n.locales`.
    pub locales: Vec<String>,
}

/// What a path asks the app for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest<'a> {
    /// The page, without base path, locale and trailing slash.
    pub page: Cow<'a, str>,
    /// How it is asked for.
    pub transport: Transport,
}

/// How a page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// By its own path: a navigation, an RSC request with `?_rsc=` or the `RSC` header, a Server Action.
    Path,
    /// `/_next/data/<build>/page.json` (Pages Router).
    Data,
    /// `/page.rsc`, `/page.segments/….segment.rsc` (App Router).
    Rsc,
    /// `/_next/image` with a source that is not open to everybody.
    Image,
    /// Build output below `/_next/static`, `/_next/image` and the development server's own paths: no page.
    Asset,
    /// Looks like a transport of this page, but is none we know.
    Unknown,
}

impl PageNaming {
    /// Which page a canonical path asks for.
    #[must_use]
    pub fn page_of<'a>(&self, path: &'a str) -> PageRequest<'a> {
        let Some(inner) = self.strip_base_path(path) else {
            return PageRequest { page: Cow::Borrowed(path), transport: Transport::Path };
        };
        if let Some(internal) = inner.strip_prefix("/_next/") {
            return self.internal(internal);
        }
        let (page, transport) = match inner.rsplit_once('/') {
            Some((_, last)) if last.contains('.') || inner.contains(".segments/") => dotted(inner),
            // Whatever else is written behind the base path might be the index page.
            None => ("/", dotted(inner).1),
            _ => (inner, Transport::Path),
        };
        PageRequest { page: Cow::Borrowed(self.strip_locale(without_trailing_slash(page))), transport }
    }

    fn strip_base_path<'a>(&self, path: &'a str) -> Option<&'a str> {
        match path.strip_prefix(self.base_path.as_str())? {
            "" => Some("/"),
            rest if rest.starts_with('/') => Some(rest),
            // The index page's own data: `/base.rsc`, `/base.segments/…`.
            rest if rest.starts_with('.') => Some(rest),
            _ => None,
        }
    }

    fn strip_locale<'a>(&self, page: &'a str) -> &'a str {
        let rest_after = |locale: &String| {
            let rest = strip_prefix_ignoring_case(page.strip_prefix('/')?, locale)?;
            (rest.is_empty() || rest.starts_with('/')).then_some(rest)
        };
        match self.locales.iter().find_map(rest_after) {
            Some("") => "/",
            Some(rest) => rest,
            None => page,
        }
    }

    /// `rest` stands below `/_next/`.
    fn internal<'a>(&self, rest: &'a str) -> PageRequest<'a> {
        let data = rest.strip_prefix("data/").and_then(|rest| rest.split_once('/'));
        match data {
            Some((_build, file)) => match file.strip_suffix(".json") {
                Some(name) => PageRequest { page: self.page_of_data(name), transport: Transport::Data },
                None => {
                    let page = format!("/{}", without_trailing_slash(file));
                    PageRequest { page: Cow::Owned(page), transport: Transport::Unknown }
                }
            },
            None => PageRequest { page: Cow::Borrowed(rest), transport: Transport::Asset },
        }
    }

    /// What the path of a page's data may mean as well, beside the page that [`page_of`](Self::page_of) gives: Next.js 14
    /// and 15 take `index` off where no locale stands in front of it. Behind one they leave it, as 16 does everywhere.
    #[must_use]
    pub fn other_page_of_data<'a>(&self, path: &'a str) -> Option<&'a str> {
        let inner = self.strip_base_path(path)?.strip_prefix("/_next/data/")?;
        let name = inner.get(inner.find('/')?..)?.strip_suffix(".json")?;
        let page = self.strip_locale(name);
        page.strip_prefix("/index").filter(|rest| rest.is_empty() || rest.starts_with('/')).map(|_| page)
    }

    fn page_of_data<'a>(&self, name: &str) -> Cow<'a, str> {
        let path = format!("/{name}");
        let page = match self.strip_locale(&path) {
            // With locales the index page is `en.json`; Next.js writes it as `en/index.json` in places.
            "/index" => "/",
            // What is below /index, and /index itself, is spelled /index/…: `denormalizePagePath` of Next.js takes one off.
            page if page.starts_with("/index/") => page.get("/index".len()..).unwrap_or(page),
            page => page,
        };
        Cow::Owned(page.to_owned())
    }
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn without_trailing_slash(page: &str) -> &str {
    match page.strip_suffix('/') {
        Some("") | None => page,
        Some(page) => page,
    }
}

/// Splits a path with a dot in it into the page and the way it is asked for.
fn dotted(path: &str) -> (&str, Transport) {
    if let Some((page, rest)) = path.split_once(".segments/") {
        let known = rest.ends_with(".segment.rsc");
        return (index_is_root(page), if known { Transport::Rsc } else { Transport::Unknown });
    }
    match path.strip_suffix(".rsc") {
        Some(page) => (index_is_root(page.strip_suffix(".prefetch").unwrap_or(page)), Transport::Rsc),
        // Not a transport we know: a file, or a trick. The table refuses it where the page without the ending is
        // protected.
        None => (path, Transport::Path),
    }
}

fn index_is_root(page: &str) -> &str {
    if page == "/index" || page.is_empty() { "/" } else { page }
}

/// Whether a page has a segment with which Next.js marks an intercepting route: `(.)`, `(..)` or `(...)`. It shows one
/// in place of another page, and answers also whoever asks for it by its own path.
#[must_use]
pub fn is_intercepting(page: &str) -> bool {
    let marks = |segment: &str| ["(.)", "(..)", "(...)"].iter().any(|mark| segment.starts_with(mark));
    // Hardly any page has one of these.
    page.contains(['(', '%']) && page.split('/').any(|segment| marks(&as_routers_read(segment)))
}

/// The path without the ending that begins at the first dot of its last segment, if it has one.
#[must_use]
pub fn without_ending(page: &str) -> Option<&str> {
    let last = page.rfind('/').map_or(0, |slash| slash + 1);
    let dot = page.get(last..)?.find('.').filter(|position| *position > 0)?;
    page.get(..last + dot)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naming(base_path: &str, locales: &[&str]) -> PageNaming {
        PageNaming {
            base_path: base_path.into(),
            locales: locales.iter().map(|text| (*text).to_owned()).collect(),
        }
    }

    #[test]
    fn every_transport_is_its_page() {
        use Transport::*;
        let plain = naming("", &[]);
        for (path, page, transport) in [
            ("/", "/", Path),
            ("/dashboard", "/dashboard", Path),
            ("/dashboard/", "/dashboard", Path),
            ("/dashboard.rsc", "/dashboard", Rsc),
            ("/dashboard.prefetch.rsc", "/dashboard", Rsc),
            ("/index.rsc", "/", Rsc),
            ("/dashboard.segments/_tree.segment.rsc", "/dashboard", Rsc),
            ("/a/b.segments/a/b/__PAGE__.segment.rsc", "/a/b", Rsc),
            ("/dashboard.segments/_tree", "/dashboard", Unknown),
            ("/_next/data/build/account.json", "/account", Data),
            ("/_next/data/build/account/orders/1.json", "/account/orders/1", Data),
            ("/_next/data/build/index.json", "/", Data),
            ("/_next/data/build/index/index.json", "/index", Data),
            ("/_next/data/build/index/account.json", "/account", Data),
            ("/_next/data/build/index/account/orders/1.json", "/account/orders/1", Data),
            ("/_next/data/build/account", "/account", Unknown),
            ("/_next/data/build/account.json/", "/account.json", Unknown),
            ("/_next/static/chunks/app.js", "static/chunks/app.js", Asset),
        ] {
            let request = plain.page_of(path);
            assert_eq!((&*request.page, request.transport), (page, transport), "{path}");
        }
    }

    #[test]
    fn base_path_and_locales_are_taken_off() {
        let naming = naming("/shop", &["en", "de-AT"]);
        for (path, page) in [
            ("/shop", "/"),
            ("/shop/en", "/"),
            ("/shop/EN/dashboard", "/dashboard"),
            ("/shop/de-AT/dashboard/", "/dashboard"),
            ("/shop/de-at/dashboard.rsc", "/dashboard"),
            ("/shop/_next/data/b/en/dashboard.json", "/dashboard"),
            ("/shop/_next/data/b/dashboard.json", "/dashboard"),
            ("/shop/_next/data/b/en.json", "/"),
            ("/shop/_next/data/b/de-at/index/dashboard.json", "/dashboard"),
            ("/shop.rsc", "/"),
            ("/shop.prefetch.rsc", "/"),
            ("/shop.segments/_tree.segment.rsc", "/"),
            ("/shop/english", "/english"),
            ("/other", "/other"),
        ] {
            assert_eq!(naming.page_of(path).page, page, "{path}");
        }
    }

    #[test]
    fn intercepting_routes_are_known_by_their_mark() {
        for page in
            ["/(.)vault/1", "/feed/(..)photos/1", "/a/(..)(..)b", "/a/(...)b", "/a/%28.%29b", "/a/(.%29"]
        {
            assert!(is_intercepting(page), "{page}");
        }
        for page in ["/", "/a(.)b", "/(a)/b", "/()", "/(..", "/.)"] {
            assert!(!is_intercepting(page), "{page}");
        }
    }

    #[test]
    fn data_below_index_has_two_readings() {
        let naming = naming("/shop", &["en", "de-AT"]);
        for (path, other) in [
            ("/shop/_next/data/b/de-AT/index/inner.json", Some("/index/inner")),
            ("/shop/_next/data/b/DE-at/index/index/inner.json", Some("/index/index/inner")),
            ("/shop/_next/data/b/index/inner.json", Some("/index/inner")),
            ("/shop/_next/data/b/en/index.json", Some("/index")),
            ("/shop/_next/data/b/en/inner.json", None),
            ("/shop/_next/data/b/indexes/inner.json", None),
            ("/shop/_next/data/b/index/inner", None),
            ("/shop/index/inner", None),
        ] {
            assert_eq!(naming.other_page_of_data(path), other, "{path}");
        }
    }

    #[test]
    fn endings_are_found_in_the_last_segment_only() {
        assert_eq!(without_ending("/profile.json"), Some("/profile"));
        assert_eq!(without_ending("/v1.2/profile.html.bak"), Some("/v1.2/profile"));
        assert_eq!(without_ending("/v1.2/profile"), None);
        assert_eq!(without_ending("/.well-known"), None);
    }
}
