//! The style sheet and the policy that makes it the only thing a page may load.

/// The style sheet, served at [`STYLE_SHEET_PATH`] as `text/css; charset=utf-8`. Its address changes with its content
/// ([`style_sheet_url`]), so it may be cached for ever.
pub const STYLE_SHEET: &str = include_str!("../../templates/style.css");

/// Where the style sheet is served.
pub const STYLE_SHEET_PATH: &str = "/.well-known/crossgate/style.css";

/// `Content-Security-Policy` of every page whose forms lead to our own origin only.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const STYLE_SHEET_VERSION: u64 = fnv1a(STYLE_SHEET.as_bytes());

/// As [`CONTENT_SECURITY_POLICY`], with further origins that a form may end at. Browsers apply `form-action` to the
/// redirects that answer a form too: without its origin here, a redirect to another allowed site is blocked. (Providers
/// need none: the way to them is a page, see decision 0022.) `origins` are trusted text, as in an `Origin` header.
#[must_use]
pub fn content_security_policy<'a>(origins: impl IntoIterator<Item = &'a str>) -> String {
    let targets: String = origins.into_iter().flat_map(|origin| [" ", origin]).collect();
    CONTENT_SECURITY_POLICY.replace("form-action 'self'", &format!("form-action 'self'{targets}"))
}

/// Path and version of the style sheet, as pages name it.
#[must_use]
pub fn style_sheet_url() -> String {
    format!("{STYLE_SHEET_PATH}?v={STYLE_SHEET_VERSION:016x}")
}

/// FNV-1a: tells versions of our own file apart, nothing more.
const fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        hash = (hash ^ *first as u64).wrapping_mul(0x0000_0100_0000_01b3);
        rest = tail;
    }
    hash
}
