//! Sits between the gateway and the API and remembers the tokens that pass.
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result};

const BUFFER_BYTES: usize = 16 * 1024;

/// Everything that has passed, one text per connection and direction.
type Recordings = Arc<Mutex<Vec<Arc<Mutex<Vec<u8>>>>>>;

/// A relay that listens in. It works until the process ends.
pub(crate) struct Tap {
    pub(crate) url: String,
    api_url: String,
    recordings: Recordings,
}

impl Tap {
    /// Starts to relay from a port of its own to the API.
    pub(crate) fn start(api_url: &str) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("the tap cannot listen")?;
        let url = format!("http://{}", listener.local_addr()?);
        let address = api_url.trim_start_matches("http://").to_owned();
        let recordings = Recordings::default();
        let shared = Arc::clone(&recordings);
        thread::spawn(move || {
            // A connection that fails is the gateway's to report.
            listener
                .incoming()
                .flatten()
                .for_each(|stream| relay(stream, &address, &shared).unwrap_or_default());
        });
        Ok(Self { url, api_url: api_url.to_owned(), recordings })
    }

    /// Where the API itself listens.
    pub(crate) fn api_url(&self) -> &str {
        &self.api_url
    }

    /// All access and refresh tokens that have passed.
    pub(crate) fn tokens(&self) -> BTreeSet<String> {
        let markers = ["authorization: Bearer ", "\"token\":\"", "\"refreshToken\":\""];
        let texts = self.texts();
        texts.iter().flat_map(|text| markers.iter().flat_map(|marker| values_after(text, marker))).collect()
    }

    /// The refresh tokens that the API gave out when this account signed in.
    pub(crate) fn refresh_tokens_of(&self, email: &str) -> Vec<String> {
        self.texts().iter().flat_map(|text| login_answers(text, email)).collect()
    }

    /// How often the API was asked to end a session.
    pub(crate) fn logouts(&self) -> usize {
        self.texts().iter().map(|text| text.matches("POST /api/logout ").count()).sum()
    }

    /// Who asked for new tokens: the `User-Agent` of each.
    pub(crate) fn refreshes(&self) -> Vec<String> {
        self.texts().iter().flat_map(|text| agents_of(text, "POST /api/refresh ")).collect()
    }

    fn texts(&self) -> Vec<String> {
        let recordings = self.recordings.lock().unwrap_or_else(PoisonError::into_inner);
        recordings.iter().map(text_of).collect()
    }
}

fn text_of(recording: &Arc<Mutex<Vec<u8>>>) -> String {
    let bytes = recording.lock().unwrap_or_else(PoisonError::into_inner);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn relay(gateway: TcpStream, address: &str, recordings: &Recordings) -> Result<()> {
    let api = TcpStream::connect(address)?;
    let (to_api, from_api) = (new_recording(recordings), new_recording(recordings));
    let (gateway_again, api_again) = (gateway.try_clone()?, api.try_clone()?);
    thread::spawn(move || pass_on(gateway, api, &to_api));
    thread::spawn(move || pass_on(api_again, gateway_again, &from_api));
    Ok(())
}

fn new_recording(recordings: &Recordings) -> Arc<Mutex<Vec<u8>>> {
    let recording = Arc::new(Mutex::new(Vec::new()));
    recordings.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&recording));
    recording
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, recording: &Mutex<Vec<u8>>) {
    let mut buffer = vec![0; BUFFER_BYTES];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let passed = buffer.get(..count).unwrap_or_default();
        recording.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(passed);
        if to.write_all(passed).is_err() {
            break;
        }
    }
    // The other side has to learn of the end; it may know already.
    to.shutdown(Shutdown::Write).unwrap_or_default();
}

/// The refresh tokens in the API's answers to this account's logins.
fn login_answers(text: &str, email: &str) -> Vec<String> {
    let answers = text.split("{\"user\":").skip(1);
    let own = answers.filter(|answer| answer.split('}').next().is_some_and(|user| user.contains(email)));
    own.filter_map(|answer| values_after(answer, "\"refreshToken\":\"").into_iter().next()).collect()
}

/// The `User-Agent` of each request with this line; empty where it has none.
fn agents_of(text: &str, line: &str) -> Vec<String> {
    let heads = text.split(line).skip(1).filter_map(|rest| rest.split("\r\n\r\n").next());
    heads.map(|head| head_value(head, "user-agent").unwrap_or_default().to_owned()).collect()
}

fn head_value<'a>(head: &'a str, wanted: &str) -> Option<&'a str> {
    let mut fields = head.split("\r\n").filter_map(|line| line.split_once(':'));
    fields.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
}

/// What stands between each `marker` and the end of its line or text.
fn values_after(text: &str, marker: &str) -> Vec<String> {
    let values = text.split(marker).skip(1).filter_map(|after| after.split(['"', '\r']).next());
    values.filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_in_headers_and_bodies() {
        let request = "GET /api/cart HTTP/1.1\r\nauthorization: Bearer abc.def\r\nhost: x\r\n\r\n";
        assert_eq!(values_after(request, "authorization: Bearer "), ["abc.def"]);
        let answer = "HTTP/1.1 200 OK\r\n\r\n{\"token\":\"t1\",\"refreshToken\":\"r1\"}";
        assert_eq!(values_after(answer, "\"refreshToken\":\""), ["r1"]);
    }

    #[test]
    fn refresh_tokens_are_told_apart_by_account() {
        let login = |email, token| {
            format!(r#"{{"user":{{"id":1,"email":"{email}"}},"token":"t","refreshToken":"{token}"}}"#)
        };
        let text = [login("ada@a", "r1"), login("grace@a", "r2"), login("ada@a", "r3")]
            .join("\r\nHTTP/1.1 200 OK\r\n");
        assert_eq!(login_answers(&text, "ada@a"), ["r1", "r3"]);
    }

    #[test]
    fn it_is_known_who_asks_for_new_tokens() {
        let text = "POST /api/refresh HTTP/1.1\r\nUser-Agent: crossgate\r\n\r\n{}GET /api/me HTTP/1.1\r\n\r\n\
                    POST /api/refresh HTTP/1.1\r\nhost: x\r\nuser-agent: node\r\n\r\n{}\
                    POST /api/refresh HTTP/1.1\r\nhost: x\r\n\r\nuser-agent: body";
        assert_eq!(agents_of(text, "POST /api/refresh "), ["crossgate", "node", ""]);
    }

    #[test]
    fn what_passes_is_remembered() {
        let api = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let tap = Tap::start(&format!("http://{}", api.local_addr().unwrap())).unwrap();
        let mut gateway = TcpStream::connect(tap.url.trim_start_matches("http://")).unwrap();
        gateway.write_all(b"authorization: Bearer abc\r\n").unwrap();
        gateway.shutdown(Shutdown::Write).unwrap();
        let mut arrived = String::new();
        api.accept().unwrap().0.read_to_string(&mut arrived).unwrap();
        assert_eq!(arrived, "authorization: Bearer abc\r\n");
        assert_eq!(tap.tokens(), BTreeSet::from(["abc".to_owned()]));
    }
}
