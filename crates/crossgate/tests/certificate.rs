//! TLS as an operator has it: files that are replaced while the program runs.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends with a panic, wherever in it the fault is found"
)]
#![allow(dead_code, reason = "the support modules are shared with other tests that use more of them")]

mod support;

use std::path::Path;
use std::time::Duration;

use crossgate_testkit::TestCertificate;
use support::{Gateway, Plan, run_to_end};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio_rustls::client::TlsStream;

const HOST: &str = "shop.example.com";
/// How long a replaced certificate may take; files are looked at every ten seconds even without a signal.
const LONGEST: Duration = Duration::from_secs(60);
const CONFIGURATION: &str = r#"
public_url = "https://shop.example.com"
secret     = "hush-hush, a secret that is long enough for anybody"
[listen]
address = "127.0.0.1:${CROSSGATE_PORT}"
admin   = false
workers = 1
[listen.tls]
certificate = "chain.pem"
key         = "key.pem"
[app]
url = "http://127.0.0.1:9"
[store]
url = "memory:"
"#;

fn put(folder: &Path, certificate: &TestCertificate) {
    std::fs::write(folder.join("chain.pem"), &certificate.certificate).unwrap();
    std::fs::write(folder.join("key.pem"), &certificate.key).unwrap();
}

async fn connect(plan: &Plan, certificate: &TestCertificate) -> std::io::Result<TlsStream<TcpStream>> {
    certificate.connect(TcpStream::connect(plan.address()).await?, HOST, &["http/1.1"]).await
}

/// An answer of ours: no upstream is asked.
async fn is_answered(stream: &mut TlsStream<TcpStream>) {
    stream.write_all(b"GET /api/auth/csrf HTTP/1.1\r\nHost: shop.example.com\r\n\r\n").await.unwrap();
    let mut beginning = [0; 15];
    stream.read_exact(&mut beginning).await.unwrap();
    assert_eq!(&beginning, b"HTTP/1.1 200 OK");
    let mut rest = vec![0; 4096];
    assert!(stream.read(&mut rest).await.unwrap() > 0);
}

#[test]
fn a_replaced_certificate_is_used_and_open_connections_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (TestCertificate::of(HOST), TestCertificate::of(HOST));
    put(folder.path(), &old);
    let plan = Plan::new(folder.path().to_path_buf(), CONFIGURATION, &[]);
    let gateway = Gateway::start(&plan).unwrap();
    Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let mut open = connect(&plan, &old).await.unwrap();
        is_answered(&mut open).await;
        put(folder.path(), &new);
        gateway.ask_to_reload();
        let replaced = async { while connect(&plan, &new).await.is_err() {} };
        tokio::time::timeout(LONGEST, replaced).await.expect("the new certificate is used");
        is_answered(&mut open).await;
        is_answered(&mut connect(&plan, &new).await.unwrap()).await;
    });
    gateway.ask_to_stop();
}

#[test]
fn a_pair_that_does_not_fit_starts_nothing_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (TestCertificate::of(HOST), TestCertificate::of(HOST));
    put(folder.path(), &one.with_key_of(&other));
    let plan = Plan::new(folder.path().to_path_buf(), CONFIGURATION, &[]);
    for command in ["check", "serve"] {
        let output = run_to_end(&plan, &[command]);
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(!output.status.success(), "{said}");
        assert!(said.contains("cannot use the certificate") && said.contains("[listen.tls]"), "{said}");
        assert!(!said.contains("PRIVATE KEY"), "{said}");
    }
    std::fs::remove_file(folder.path().join("key.pem")).unwrap();
    let output = run_to_end(&plan, &["check"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("key.pem cannot be read"), "{output:?}");
}

#[test]
fn a_certificate_for_somebody_else_is_doubted() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), &TestCertificate::of("other.example"));
    let plan = Plan::new(folder.path().to_path_buf(), CONFIGURATION, &[]);
    let output = run_to_end(&plan, &["check"]);
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success() && said.contains("does not name shop.example.com"), "{said}");
}
