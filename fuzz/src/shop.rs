//! A configuration with a page, an API and a provider, to have something to decide about.

use std::path::Path;
use std::sync::LazyLock;

use crossgate_config::{ConfigSource, load};
use crossgate_core::settings::Settings;

pub(crate) const ORIGIN: &str = "https://shop.example";
pub(crate) const ISSUER: &str = "https://id.example";
pub(crate) const CLIENT_ID: &str = "shop-client";

const TEXT: &str = r#"
public_url = "https://shop.example"
secret     = "0123456789abcdefghijklmnopqrstuvwxyz"
redirect_origins = ["https://help.example"]
[listen]
trusted_proxies = ["10.0.0.0/8", "fd00::/8"]
[app]
url = "http://127.0.0.1:3000"
[pages]
protected = ["/private/**"]
[[api]]
path   = "/api"
url    = "http://127.0.0.1:4000"
token  = "issued"
public = ["/api/open/**"]
[sign_in.company]
type          = "oidc"
issuer        = "https://id.example"
client_id     = "shop-client"
client_secret = "hush-hush-hush-hush"
"#;

/// Read once.
pub(crate) static SHOP: LazyLock<Settings> = LazyLock::new(|| {
    let source = ConfigSource { name: "shop.toml", text: TEXT, directory: Path::new("/etc/shop") };
    load(&source, &|_: &str| None).unwrap_or_else(|problems| panic!("{problems}")).settings
});
