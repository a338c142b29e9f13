//! Who we are at a provider: `client_id` and how it is proved

use crossgate_core::provider::{ClientAuthentication, ClientKey, ClientKeyAlgorithm, ClientSettings};
use crossgate_core::secret::SecretText;

use crate::presets::{Preset, PresetAuthentication};
use crate::reader::{Entry, Table};
use crate::report::{Complaint, Place};
use crate::values::choice;

/// What is said about the client.
pub(super) struct ClientDraft<'r> {
    pub(super) settings: Option<ClientSettings>,
    /// For comparison with our own secret.
    pub(super) secret: Option<(Place<'r>, SecretText)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    None,
    Basic,
    Post,
    PrivateKeyJwt,
}

pub(super) fn read_client<'r>(table: &Table<'r>, preset: Option<&'static Preset>) -> ClientDraft<'r> {
    let documentation = preset.map(|preset| format!(" (see {})", preset.source)).unwrap_or_default();
    let example =
        format!("client_id = \"…\", the id under which this site is registered there{documentation}");
    let id = table.require("client_id", &example, |entry| entry.text().map(str::to_owned));
    let mut secret = None;
    let authentication = match preset.map(|preset| preset.client_authentication) {
        Some(PresetAuthentication::SignedSecret(audience)) => read_signed_secret(table, audience),
        Some(PresetAuthentication::Post) => read_authentication(table, Method::Post, &mut secret),
        Some(PresetAuthentication::Basic) | None => read_authentication(table, Method::Basic, &mut secret),
    };
    let settings = id.zip(authentication).map(|(id, authentication)| ClientSettings { id, authentication });
    ClientDraft { settings, secret }
}

/// A JWT in place of the secret, as Apple wants it.
fn read_signed_secret(table: &Table<'_>, audience: &str) -> Option<ClientAuthentication> {
    let text = |entry: &Entry<'_>| entry.text().map(str::to_owned);
    let team = table.require("team_id", "team_id = \"…\", the ten characters of your team", text);
    let id = table.require("key_id", "key_id = \"…\", the id of the key that was made there", text);
    let pem = require_private_key(table);
    let key = ClientKey { pem: pem?, algorithm: ClientKeyAlgorithm::Es256, id: Some(id?) };
    Some(ClientAuthentication::SignedSecret { key, team: team?, audience: audience.to_owned() })
}

fn read_authentication<'r>(
    table: &Table<'r>,
    usual: Method,
    secret: &mut Option<(Place<'r>, SecretText)>,
) -> Option<ClientAuthentication> {
    let method = read_method(table, usual);
    *secret = read_secret(table, method);
    let key = read_key(table, method);
    let secret = secret.as_ref().map(|(_, secret)| secret.clone());
    match method {
        Method::None => Some(ClientAuthentication::None),
        Method::Basic => secret.map(ClientAuthentication::Basic),
        Method::Post => secret.map(ClientAuthentication::Post),
        Method::PrivateKeyJwt => key.map(ClientAuthentication::PrivateKeyJwt),
    }
}

/// Without a word about it, a key alone says enough; nothing at all does not.
fn read_method(table: &Table<'_>, usual: Method) -> Method {
    let words = [
        ("basic", Method::Basic),
        ("post", Method::Post),
        ("private_key_jwt", Method::PrivateKeyJwt),
        ("none", Method::None),
    ];
    let has_only_key = table.has("private_key") && !table.has("client_secret");
    let default = if has_only_key { Method::PrivateKeyJwt } else { usual };
    table.read_or("client_authentication", default, choice(&words))
}

fn read_secret<'r>(table: &Table<'r>, method: Method) -> Option<(Place<'r>, SecretText)> {
    if matches!(method, Method::None | Method::PrivateKeyJwt) {
        refuse_secret(table, method);
    } else if !table.has("client_secret") {
        let fix = "add client_secret = \"${CLIENT_SECRET}\"; a public client writes \
                   client_authentication = \"none\"";
        table.place_of("client_secret").complain(Complaint::new("is required", fix));
    }
    let entry = table.entry("client_secret")?;
    let text = entry.accept(entry.text())?;
    Some((entry.place.clone(), SecretText::new(text)))
}

fn refuse_secret(table: &Table<'_>, method: Method) {
    if table.has("client_secret") {
        let word = if method == Method::None { "none" } else { "private_key_jwt" };
        let reason = format!("is never sent with client_authentication = \"{word}\"");
        let fix = "remove it, or write client_authentication = \"basic\"";
        table.place_of("client_secret").complain(Complaint::new(reason, fix));
    }
}

/// The key of `private_key_jwt`. With any other method its keys have no effect.
fn read_key(table: &Table<'_>, method: Method) -> Option<ClientKey> {
    let words = [
        ("ES256", ClientKeyAlgorithm::Es256),
        ("RS256", ClientKeyAlgorithm::Rs256),
        ("PS256", ClientKeyAlgorithm::Ps256),
        ("EdDSA", ClientKeyAlgorithm::EdDsa),
    ];
    let algorithm = table.read_or("key_algorithm", ClientKeyAlgorithm::Es256, choice(&words));
    let id = table.read("key_id", |entry| entry.text().map(str::to_owned));
    if method == Method::PrivateKeyJwt {
        return require_private_key(table).map(|pem| ClientKey { pem, algorithm, id });
    }
    for key in ["private_key", "key_id", "key_algorithm"] {
        if table.entry(key).is_some() {
            let reason = "has an effect only with client_authentication = \"private_key_jwt\"";
            let fix = "remove it, or write that in place of `client_secret`";
            table.place_of(key).complain(Complaint::new(reason, fix));
        }
    }
    None
}

fn require_private_key(table: &Table<'_>) -> Option<SecretText> {
    table.require("private_key", "private_key = \"${PRIVATE_KEY}\", the key in PEM (PKCS #8)", private_key)
}

/// A PEM file. Environments often hold it on one line, with `\n` for the line breaks.
fn private_key(entry: &Entry<'_>) -> Result<SecretText, Complaint> {
    let text = entry.text()?;
    let fix = match text {
        text if text.contains("-----BEGIN PRIVATE KEY-----") => {
            return Ok(SecretText::new(text.replace("\\n", "\n")));
        }
        text if text.contains("PRIVATE KEY-----") => {
            "convert it with `openssl pkcs8 -topk8 -nocrypt -in key.pem`"
        }
        _ => "pass the content of the file that begins with -----BEGIN PRIVATE KEY-----, not its name",
    };
    Err(Complaint::new("not a private key in PEM (PKCS #8)", fix))
}
