//! `client` of an `[[api]]`: who it is at the endpoints `introspect` and `revoke`.

use crossgate_core::secret::SecretText;
use crossgate_core::settings::ApiClient;
use crossgate_core::token::UpstreamToken;

use crate::reader::{Entry, Table};
use crate::report::{Complaint, Place};

const LONGEST_ID: usize = 64;
const NEW_SECRET: &str = "make one with `openssl rand -hex 32`, pass it as \"${SHOP_API_CLIENT_SECRET}\" and give it to the API as well";

/// What `[api.client]` says.
pub(crate) struct ClientDraft<'r> {
    pub(crate) id: Option<(Place<'r>, String)>,
    /// For comparison with other secrets.
    pub(crate) secret: Option<(Place<'r>, SecretText)>,
}

/// `token` is what the API receives.
pub(crate) fn read_client<'r>(table: &Table<'r>, token: Option<&UpstreamToken>) -> Option<ClientDraft<'r>> {
    let client = table.section("client", |table| ClientDraft {
        id: table.require("id", "id = \"shop-api\"", |entry| Ok((entry.place.clone(), id(entry)?))),
        secret: table.require("secret", "secret = \"${SHOP_API_CLIENT_SECRET}\"", |entry| {
            Ok((entry.place.clone(), secret(entry)?))
        }),
    })?;
    if token.is_some_and(|token| !matches!(token, UpstreamToken::Issued(_))) {
        let reason = "only tokens that Crossgate issues can be asked about, so it has an effect only with token = \"issued\"";
        table.place_of("client").complain(Complaint::new(reason, "remove it, or write token = \"issued\""));
    }
    Some(client)
}

/// Characters that are the same in a header, a form and an address (RFC 3986 §2.3).
fn id(entry: &Entry<'_>) -> Result<String, Complaint> {
    let text = entry.text()?;
    let is_plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '.' | '_' | '~');
    if text.len() > LONGEST_ID || !text.chars().all(is_plain) {
        let fix =
            format!("write 1 to {LONGEST_ID} letters, digits, `-`, `.`, `_` or `~`, such as \"shop-api\"");
        return Err(Complaint::new("not the id of a client", fix));
    }
    Ok(text.to_owned())
}

fn secret(entry: &Entry<'_>) -> Result<SecretText, Complaint> {
    let text = entry.text().map_err(|complaint| Complaint::new(complaint.reason, NEW_SECRET))?;
    let shortest = ApiClient::SHORTEST_SECRET;
    if text.len() < shortest {
        let reason = format!("is too short: {} bytes, at least {shortest} are needed", text.len());
        return Err(Complaint::new(reason, NEW_SECRET));
    }
    if !text.chars().all(|char| char.is_ascii_graphic()) {
        return Err(Complaint::new("has characters that cannot stand in a header", NEW_SECRET));
    }
    Ok(SecretText::new(text))
}

impl ClientDraft<'_> {
    /// `None` when something is missing.
    pub(crate) fn into_client(self) -> Option<ApiClient> {
        Some(ApiClient { id: self.id?.1, secret: self.secret?.1 })
    }
}
