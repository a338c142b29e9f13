//! Who may speak with the provider at all. A page on the web can make a browser send requests here, also under a name of
//! its own that leads to loopback (DNS rebinding).

use http::header::{HOST, HeaderName, ORIGIN};
use http::{HeaderMap, Uri};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether the request is for us, under our one name.
pub(super) fn is_for(authority: &str, headers: &HeaderMap, uri: &Uri) -> bool {
    let in_target = uri.authority().is_none_or(|named| named.as_str() == authority);
    in_target && single(headers, &HOST) == Some(authority)
}

/// Whether one of our own pages sent this form. Browsers say so themselves.
pub(super) fn is_from_own_page(issuer: &str, headers: &HeaderMap) -> bool {
    let site = headers.contains_key(SEC_FETCH_SITE).then(|| single(headers, &SEC_FETCH_SITE));
    single(headers, &ORIGIN) == Some(issuer) && site.is_none_or(|site| site == Some("same-origin"))
}

/// The value of a header that stands there once.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const US: &str = "127.0.0.1:8081";

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter();
        pairs.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).fold(
            HeaderMap::new(),
            |mut headers, (name, value)| {
                headers.append(name, value);
                headers
            },
        )
    }

    #[test]
    fn only_our_own_name_is_answered() {
        let path = Uri::from_static("/");
        assert!(is_for(US, &headers(&[("host", US)]), &path));
        for pairs in [
            &[][..],
            &[("host", "localhost:8081")],
            &[("host", "127.0.0.1")],
            &[("host", "127.0.0.1:8081.evil.example")],
            &[("host", "rebound.example:8081")],
            &[("host", US), ("host", US)],
        ] {
            assert!(!is_for(US, &headers(pairs), &path), "{pairs:?}");
        }
        assert!(is_for(US, &headers(&[("host", US)]), &Uri::from_static("http://127.0.0.1:8081/")));
        assert!(!is_for(US, &headers(&[("host", US)]), &Uri::from_static("http://evil.example/")));
    }

    #[test]
    fn only_our_own_pages_change_anything() {
        let issuer = "http://127.0.0.1:8081";
        for pairs in [&[("origin", issuer)][..], &[("origin", issuer), ("sec-fetch-site", "same-origin")]] {
            assert!(is_from_own_page(issuer, &headers(pairs)), "{pairs:?}");
        }
        for pairs in [
            &[][..],
            &[("sec-fetch-site", "same-origin")],
            &[("origin", "null")],
            &[("origin", "http://127.0.0.1:8080")],
            &[("origin", "http://localhost:8081")],
            &[("origin", issuer), ("origin", issuer)],
            &[("origin", issuer), ("sec-fetch-site", "same-site")],
            &[("origin", issuer), ("sec-fetch-site", "cross-site")],
            &[("origin", issuer), ("sec-fetch-site", "none")],
            &[("origin", issuer), ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "same-origin")],
        ] {
            assert!(!is_from_own_page(issuer, &headers(pairs)), "{pairs:?}");
        }
    }
}
