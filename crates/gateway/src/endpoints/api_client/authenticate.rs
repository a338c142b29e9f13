//! Which API asks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crossgate_core::secret::SecretText;
use crossgate_core::settings::ApiSettings;
use http::{HeaderMap, header};
use percent_encoding::percent_decode_str;

use crate::endpoints::ask::Ask;
use crate::endpoints::body::Fields;
use crate::endpoints::throttle::count_refused_client;
use crate::refusal::Refusal;

/// A client as it presents itself.
struct Presented {
    id: String,
    secret: SecretText,
}

/// The API that proves to be one of ours, by the rules of RFC 6749:
///
/// 1. §2.3: "The client MUST NOT use more than one authentication method in each request."
/// 2. §2.3.1: HTTP Basic, with id and secret in the encoding of forms. Many clients leave that encoding out; whoever knows
///    the secret may spell it either way.
/// 3. §2.3.1: or `client_id` and `client_secret` in the body.
/// 4. §2.3.1: the endpoint must be protected against brute force: failures are counted per address. Whoever has the right
///    secret is served all the same, so that nobody can lock an API out from an address that they share.
pub(super) async fn client_of<'a>(ask: &'a Ask, parameters: &Fields) -> Result<&'a ApiSettings, Refusal> {
    let given = match from_header(&ask.headers) {
        Some(_) if has_credentials(parameters) => {
            return Err(Refusal::MalformedBody("the client proves twice who it is")); // 1
        }
        Some(basic) => basic,          // 2
        None => from_body(parameters), // 3
    };
    let api = given.and_then(|given| {
        find(&ask.settings().apis, &given).ok_or("there is no client with this id and secret")
    });
    match api {
        Ok(api) => Ok(api),
        Err(reason) => {
            count_refused_client(ask).await?; // 4
            Err(Refusal::ClientRefused(reason))
        }
    }
}

fn has_credentials(parameters: &Fields) -> bool {
    parameters.get("client_id").is_some() || parameters.get("client_secret").is_some()
}

/// All clients are compared, each in constant time: how long it takes says nothing about which of them was nearest.
fn find<'a>(apis: &'a [ApiSettings], given: &[Presented]) -> Option<&'a ApiSettings> {
    apis.iter().fold(None, |found, api| {
        let is_client =
            |one: &Presented| api.client.as_ref().is_some_and(|client| client.has(&one.id, &one.secret));
        let fits = given.iter().fold(false, |fits, one| fits | is_client(one));
        if fits { Some(api) } else { found }
    })
}

fn from_body(parameters: &Fields) -> Result<Vec<Presented>, &'static str> {
    let get = |name| parameters.get(name).map(str::to_owned);
    let id = get("client_id").ok_or("it names no client")?;
    let secret = get("client_secret").ok_or("it presents no secret")?;
    Ok(vec![Presented { id, secret: SecretText::new(secret) }])
}

/// What an `Authorization` header says, if there is one: as it is decoded, and as it stands there.
fn from_header(headers: &HeaderMap) -> Option<Result<Vec<Presented>, &'static str>> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let line = lines.next()?;
    if lines.next().is_some() {
        return Some(Err("there are several Authorization headers"));
    }
    let pair = line.to_str().ok().and_then(basic);
    Some(pair.map(|(id, secret)| spellings(&id, &secret)).ok_or("its Authorization header is not Basic"))
}

/// RFC 7617 §2: `Basic`, then base64 of id, colon and secret.
fn basic(line: &str) -> Option<(String, String)> {
    let (scheme, encoded) = line.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    pair.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

fn spellings(id: &str, secret: &str) -> Vec<Presented> {
    let plain = Presented { id: id.to_owned(), secret: SecretText::new(secret) };
    let decoded = form_decoded(id).zip(form_decoded(secret));
    let decoded = decoded.map(|(id, secret)| Presented { id, secret: SecretText::new(secret) });
    decoded.into_iter().chain([plain]).collect()
}

fn form_decoded(text: &str) -> Option<String> {
    percent_decode_str(&text.replace('+', " ")).decode_utf8().ok().map(|text| text.into_owned())
}
