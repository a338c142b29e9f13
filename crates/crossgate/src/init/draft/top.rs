//! The head of the file, and its end.

use super::Findings;
use super::text::{Text, quoted};

pub(super) fn write(text: &mut Text, findings: &Findings) {
    text.comment("A first crossgate.toml, written by `crossgate init` from what the sources say. Nothing of the project was run.");
    text.comment("Where a comment names a file and a line, look there before you rely on it. Keys behind a # are suggestions.");
    text.comment("All keys are in docs/reference/configuration.md. `crossgate check` names what is wrong,");
    text.comment("`crossgate explain GET /dashboard` says what becomes of a request.");
    text.blank();
    let port = findings.public_port();
    text.comment("The address that browsers show. Open this one, not that of the app.");
    text.text("public_url", &format!("http://localhost:{port}"));
    text.comment("export CROSSGATE_SECRET=$(openssl rand -hex 32), and keep it: without it nobody is signed in any more.");
    text.text("secret", "${CROSSGATE_SECRET}");
    write_csrf(text, findings);
    if port != 8080 {
        text.section("listen");
        text.text("address", &format!("127.0.0.1:{port}"));
    }
}

fn write_csrf(text: &mut Text, findings: &Findings) {
    let preparation = findings.api.as_ref().and_then(|api| api.preparation.as_ref());
    let package = findings.api.as_ref().and_then(|api| api.reading.csrf_package);
    match preparation.and(package) {
        Some(package) => {
            text.comment(format!(
                "The API has a token of its own against forged requests ({package}), which the front end goes on sending. \
                 Crossgate then asks for the origin only."
            ));
            text.text("csrf", "origin");
        }
        None => {
            text.comment(
                "Calls of the front end that change something have to send X-CSRF-Token (docs/guide/next-auth-apps.md). \
                 Where that cannot be, the origin alone is asked for:",
            );
            text.suggestion("csrf", quoted("origin"));
        }
    }
}

pub(super) fn write_store(text: &mut Text) {
    text.section("store");
    text.comment(
        "Sessions, sealed. Under `crossgate serve` in this file beside the configuration: leave it out of version control. \
         Under `crossgate dev` in the folder .crossgate, unless a file is named here.",
    );
    text.suggestion("url", quoted("sqlite:crossgate.db"));
}
