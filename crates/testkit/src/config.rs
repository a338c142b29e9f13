//! The shop's configuration, and changes to it.

use std::path::Path;

use crossgate_config::{ConfigSource, load};
use crossgate_core::settings::Settings;
use toml::{Table, Value};

/// Under which address browsers know the shop.
pub const ORIGIN: &str = "https://shop.example.com";

/// What a story begins with where it says nothing else.
const BASE: &str = r#"
public_url = "https://shop.example.com"
secret = "a secret of this story that is long enough"

[app]
url = "${APP}"

[pages]
protected = ["/dashboard/**", "/account/**"]

[[api]]
path = "/api"
url = "${API}"
token = "api"
public = ["GET /api/products/**", "POST /api/register", "/api/auth/register"]
app = ["/api/revalidate"]

[sign_in.credentials]
fields = ["email", "password"]

[sign_in.credentials.login]
request = "POST /api/login"
user = "/user"
access_token = "/token"
refresh_token = "/refreshToken"

[sign_in.credentials.logout]
request = "POST /api/logout"
body = { refreshToken = "{refresh_token}" }

[store]
url = "memory:"
"#;

/// The base with changes laid over it, each a piece of TOML: tables are merged, tables of an array one by one in
/// their order, everything else is replaced. The text `<gone>` takes a key away.
///
/// # Panics
/// When a change is not TOML.
#[must_use]
pub fn merged<'a>(changes: impl IntoIterator<Item = &'a str>) -> String {
    let mut table: Table = BASE.parse().unwrap();
    for change in changes {
        merge(&mut table, change.parse().expect("TOML"));
    }
    table.to_string()
}

fn merge(into: &mut Table, change: Table) {
    for (key, value) in change {
        match (into.get_mut(&key), value) {
            (Some(Value::Table(table)), Value::Table(change)) => merge(table, change),
            (Some(Value::Array(array)), Value::Array(change)) if change.iter().all(Value::is_table) => {
                merge_tables(array, change);
            }
            (_, Value::String(text)) if text == "<gone>" => {
                into.remove(&key);
            }
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

fn merge_tables(into: &mut Vec<Value>, change: Vec<Value>) {
    for (index, value) in change.into_iter().enumerate() {
        match (into.get_mut(index), value) {
            (Some(Value::Table(table)), Value::Table(change)) => merge(table, change),
            (_, value) => into.push(value),
        }
    }
}

/// A name in the configuration and what it stands for: `${API}` for the address of the API.
pub(crate) type Place = (&'static str, String);

/// Reads a configuration in which names stand for places in the world.
pub(crate) fn read(text: &str, places: &[Place]) -> Settings {
    let environment =
        |name: &str| places.iter().find(|(place, _)| *place == name).map(|(_, value)| value.clone());
    let source = ConfigSource { name: "story.toml", text, directory: Path::new("/") };
    match load(&source, &environment) {
        Ok(loaded) => loaded.settings,
        Err(problems) => panic!("{problems}\n{text}"),
    }
}
