//! `crossgate.example.toml` and `docs/reference/configuration.md` say what the reader does.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;

const EXAMPLE: &str = include_str!("../../../crossgate.example.toml");
const REFERENCE: &str = include_str!("../../../docs/reference/configuration.md");

fn environment(name: &str) -> Option<String> {
    if name.ends_with("PRIVATE_KEY") {
        return Some("-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n".to_owned());
    }
    Some(format!("{name}-0123456789abcdefghijklmnopqrstuvwxyz"))
}

fn load_text(text: &str) -> Loaded {
    let source =
        ConfigSource { name: "crossgate.example.toml", text, directory: Path::new("/etc/crossgate") };
    load(&source, &environment).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The second part with every key switched on.
fn every_key() -> String {
    let (_, part) = EXAMPLE.split_once("Part 2: every key").unwrap();
    let lines = part.lines().skip(1).map(|line| match line.strip_prefix('#') {
        Some(setting) if !setting.starts_with('#') => setting,
        _ => "",
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn keys_of(value: &toml::Value, key: &str, into: &mut BTreeSet<String>) {
    match value {
        toml::Value::Table(table) => table.iter().for_each(|(name, value)| {
            let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
            keys_of(value, &key, into);
            into.insert(key);
        }),
        toml::Value::Array(array) => {
            array.iter().for_each(|value| keys_of(value, &format!("{key}[]"), into));
        }
        _ => {}
    }
}

/// Keys of providers are the same for all, whatever the provider is called.
fn of_any_provider(key: &str) -> String {
    let (name, rest) = match key.strip_prefix("sign_in.") {
        Some(key) => key.split_once('.').map_or((key, None), |(name, rest)| (name, Some(rest))),
        None => return key.to_owned(),
    };
    match (name, rest) {
        ("credentials" | "account", _) => key.to_owned(),
        (_, Some(rest)) => format!("sign_in.<provider>.{rest}"),
        (_, None) => "sign_in.<provider>".to_owned(),
    }
}

/// Every key that the reader asks for while it reads this text.
fn known_keys(text: &str) -> BTreeSet<String> {
    let report = Report::default();
    let options = tree::Options { environment: &environment, report: &report, left_out: None };
    let root = tree::parse(text, &options).unwrap();
    let around = Surroundings { directory: Path::new("/"), environment: &environment };
    sections::read_settings(&root, around, &report);
    report.known()
}

#[test]
fn the_example_works_as_it_is() {
    let loaded = load_text(EXAMPLE);
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    assert!(loaded.settings.credentials.is_some());
}

#[test]
fn the_list_of_every_key_loads_and_misses_none() {
    let text = every_key();
    load_text(&text);
    let mut present = BTreeSet::new();
    keys_of(&toml::Value::Table(text.parse().unwrap()), "", &mut present);
    let general = |keys: BTreeSet<String>| keys.iter().map(|key| of_any_provider(key)).collect();
    let (known, present): (BTreeSet<String>, BTreeSet<String>) =
        (general(known_keys(&text)), general(present));
    // `body` and `form` exclude each other, as do `expires_in` and `expires_at`, and `move_in` and `move_out`:
    // one of each is shown in each place.
    let exclusive = [
        "app.next_auth.hook.form",
        "app.next_auth.move_out",
        "sign_in.account.expires_at",
        "sign_in.account.form",
        "sign_in.credentials.login.expires_at",
        "sign_in.credentials.login.form",
        "sign_in.credentials.logout.body",
        "sign_in.credentials.prepare.basic",
        "sign_in.credentials.prepare.body",
        "sign_in.credentials.prepare.form",
        "sign_in.credentials.profile.basic",
        "sign_in.credentials.profile.body",
        "sign_in.credentials.profile.form",
        "sign_in.credentials.refresh.expires_in",
        "sign_in.credentials.refresh.form",
        "sign_in.credentials.second_step.basic",
        "sign_in.credentials.second_step.expires_at",
        "sign_in.credentials.second_step.form",
    ];
    assert_eq!(known.difference(&present).collect::<Vec<_>>(), exclusive);
}

#[test]
fn what_the_example_calls_a_default_is_one() {
    let every = load_text(&every_key()).settings;
    let least =
        load_text("public_url = 'http://localhost'\nsecret = '${S}'\n[app]\nurl = 'http://app'\n").settings;
    assert_eq!(every.limits, least.limits);
    assert_eq!(every.throttle, least.throttle);
    assert_eq!(every.signing_keys, least.signing_keys);
    assert_eq!(every.store, least.store);
    assert_eq!(every.csrf, least.csrf);
    let (every_next_auth, plain) = (&every.app.next_auth, &least.app.next_auth);
    assert_eq!(every_next_auth.dialect, plain.dialect);
    assert_eq!(every_next_auth.base_path, plain.base_path);
    assert_eq!(every.app.body_bytes, least.app.body_bytes);
    assert_eq!(every.app.upstream.connect_timeout, least.app.upstream.connect_timeout);
    assert_eq!(every.app.upstream.answer_timeout, least.app.upstream.answer_timeout);
    assert_eq!(every.lifetimes.idle, least.lifetimes.idle);
    assert_eq!(every.lifetimes.absolute, least.lifetimes.absolute);
    assert_eq!(every.listen.address, least.listen.address);
    assert_eq!(every.listen.admin, least.listen.admin);
    assert_eq!(every.listen.shutdown_grace, least.listen.shutdown_grace);
}

#[test]
fn what_the_example_says_of_google_is_what_the_preset_says() {
    let every = load_text(&every_key()).settings;
    let section = "[sign_in.google]\nclient_id = '${GOOGLE_CLIENT_ID}'\nclient_secret = '${S}'\n";
    let least = load_text(&format!(
        "public_url = 'http://localhost'\nsecret = '${{S2}}'\n[app]\nurl = 'http://app'\n{section}"
    ));
    let google = every.providers.iter().find(|provider| provider.id.as_str() == "google").unwrap();
    assert_eq!(format!("{google:?}"), format!("{:?}", least.settings.providers[0]));
}

/// Whether a preset is listed, and what is required of it, must not be looked up in the source.
#[test]
fn the_reference_and_the_example_name_every_preset() {
    for preset in presets::all() {
        assert!(REFERENCE.contains(&format!("| `{}` |", preset.id)), "{}", preset.id);
        assert!(REFERENCE.contains(preset.source), "{}", preset.source);
        assert!(EXAMPLE.contains(preset.id), "{}", preset.id);
    }
}

#[test]
fn the_reference_names_every_key() {
    let last = |key: &String| key.rsplit(['.', ']']).next().unwrap().to_owned();
    for key in known_keys(&every_key()).iter().map(|key| last(&of_any_provider(key))) {
        assert!(REFERENCE.contains(&format!("`{key}`")) || REFERENCE.contains(&format!("{key}]")), "{key}");
    }
}

/// Whatever is missing, the answer is settings or problems with fixes.
#[test]
fn a_file_that_is_cut_off_or_misses_a_line_never_causes_a_panic() {
    let text = every_key();
    let cut = (0..text.len()).step_by(13).filter_map(|end| text.get(..end)).map(str::to_owned);
    let without = (0..text.lines().count()).map(|missing| {
        let lines = text.lines().enumerate().filter(|(index, _)| *index != missing);
        lines.map(|(_, line)| line).collect::<Vec<_>>().join("\r\n")
    });
    for text in cut.chain(without) {
        let source = ConfigSource { name: "x", text: &text, directory: Path::new("/") };
        if let Err(problems) = load(&source, &environment) {
            assert!(problems.has_errors(), "{text}");
            assert!(problems.iter().all(|problem| !problem.fix.is_empty()), "{problems}");
        }
    }
}
