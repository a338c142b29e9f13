//! What stands beside the file.

use std::path::Path;

use crossgate_config::{ConfigSource, LeftOut, Loaded, Overlay, Problems, load_with};
use crossgate_core::settings::StoreLocation;

use crate::support::{environment, load_text, whole};

fn laid(text: &str, overlay: &Overlay<'_>) -> Result<Loaded, Problems> {
    let source = ConfigSource { name: "shop.toml", text, directory: Path::new("/etc/shop") };
    load_with(&source, overlay, &environment)
}

fn loaded(part: &str, overlay: &Overlay<'_>) -> Loaded {
    laid(&whole(part), overlay).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn defaults_count_only_where_the_file_says_nothing() {
    let overlay = Overlay {
        defaults: "[store]\nurl = 'sqlite:dev.db'\n[listen]\nadmin = false\n",
        ..Overlay::default()
    };
    let settings = loaded("[listen]\naddress = '127.0.0.1:1'\n", &overlay).settings;
    assert_eq!(settings.store, StoreLocation::Sqlite("/etc/shop/dev.db".into()));
    assert_eq!((settings.listen.address.port(), settings.listen.admin), (1, None));
    let settings = loaded("[store]\nurl = 'sqlite:mine.db'\n", &overlay).settings;
    assert_eq!(settings.store, StoreLocation::Sqlite("/etc/shop/mine.db".into()));
}

#[test]
fn overrides_count_whatever_the_file_says_and_leave_the_rest_of_a_table() {
    let overrides = "public_url = 'http://localhost:99'\n[sign_in.dev]\ntype = 'oidc'\nname = 'Test people'\n\
                     issuer = 'http://127.0.0.1:98'\nclient_id = 'x'\nclient_secret = 'y'\n";
    let overlay = Overlay { overrides, ..Overlay::default() };
    let google =
        "public_url = 'https://shop.example'\n[sign_in.google]\nclient_id = 'x'\nclient_secret = 'y'\n";
    let settings = loaded(google, &overlay).settings;
    assert_eq!(settings.public_origin.as_str(), "http://localhost:99");
    let ids: Vec<_> = settings.providers.iter().map(|provider| provider.id.as_str()).collect();
    assert_eq!(ids.len(), 2, "{ids:?}");
    assert!(ids.contains(&"google") && ids.contains(&"dev"), "{ids:?}");
}

#[test]
fn what_is_wrong_beside_the_file_is_said_and_shows_nothing_of_the_file() {
    for (overrides, key) in
        [("secret = '${NOBODY}'", "secret"), ("public_url =", ""), ("colour = 1", "colour")]
    {
        let overlay = Overlay { overrides, ..Overlay::default() };
        let problems: Vec<_> = laid(&whole(""), &overlay).unwrap_err().into_iter().collect();
        assert!(problems.iter().any(|problem| problem.key == key), "{overrides}: {problems:?}");
        assert!(problems.iter().all(|problem| problem.excerpt.is_none()), "{overrides}: {problems:?}");
    }
}

#[test]
fn a_provider_without_its_variables_is_left_out_only_where_that_was_asked_for() {
    let part = "[sign_in.google]\nclient_id = '${GOOGLE_ID}'\nclient_secret = '${GOOGLE_SECRET}'\n\
                [sign_in.github]\nclient_id = '${GITHUB_ID:-x}'\nclient_secret = 'y'\n";
    let overlay = Overlay { leaves_out_unset_providers: true, ..Overlay::default() };
    let loaded = loaded(part, &overlay);
    let ids: Vec<_> = loaded.settings.providers.iter().map(|provider| provider.id.as_str()).collect();
    assert_eq!(ids, ["github"]);
    let variables = vec!["GOOGLE_ID".to_owned(), "GOOGLE_SECRET".to_owned()];
    assert_eq!(loaded.left_out, [LeftOut { provider: "google".to_owned(), variables }]);
    assert!(load_text(&whole(part)).is_err());
}

#[test]
fn nothing_but_a_provider_is_left_out() {
    let overlay = Overlay { leaves_out_unset_providers: true, ..Overlay::default() };
    for part in ["secret = '${NOBODY}'\n", "[[api]]\npath = '/api'\nurl = '${NOBODY}'\ntoken = 'issued'\n"] {
        assert!(laid(&whole(part), &overlay).is_err(), "{part}");
    }
}
