//! `profile`: where a provider's answer says what

use crossgate_core::provider::ProfileReading;

use super::Kind;
use crate::presets::Pointers;
use crate::reader::{Entry, Table};
use crate::report::Complaint;
use crate::values::json_pointer;

/// Where providers without OpenID Connect mostly put it.
const PLAIN: Pointers = Pointers {
    subject: &["/id"],
    name: &["/name"],
    email: &["/email"],
    email_verified: &["/email_verified"],
    image: &["/picture"],
};

pub(super) fn read_profile(table: &Table<'_>, kind: Kind) -> ProfileReading {
    let usual = usual(kind);
    table.section_or_empty("profile", |table| ProfileReading {
        subject: read_subject(table, kind, usual.subject),
        name: pointers(table, "name", usual.name),
        email: pointers(table, "email", usual.email),
        email_verified: pointers(table, "email_verified", usual.email_verified),
        image: pointers(table, "image", usual.image),
    })
}

fn usual(kind: Kind) -> ProfileReading {
    match kind {
        Kind::Preset(preset) => preset.profile.as_ref().map_or_else(ProfileReading::standard, reading),
        Kind::OpenId => ProfileReading::standard(),
        Kind::OAuth2 => reading(&PLAIN),
    }
}

fn reading(pointers: &Pointers) -> ProfileReading {
    let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    ProfileReading {
        subject: list(pointers.subject),
        name: list(pointers.name),
        email: list(pointers.email),
        email_verified: list(pointers.email_verified),
        image: list(pointers.image),
    }
}

/// What an ID token calls `sub` is who somebody is (OIDC Core §2).
fn read_subject(table: &Table<'_>, kind: Kind, usual: Vec<String>) -> Vec<String> {
    if !kind.speaks_openid() {
        return pointers(table, "subject", usual);
    }
    table.refuse(|name| {
        let reason = "with OpenID Connect, a person is always who the claim `sub` says";
        (name == "subject").then(|| Complaint::new(reason, "remove it"))
    });
    usual
}

fn pointers(table: &Table<'_>, key: &'static str, usual: Vec<String>) -> Vec<String> {
    match table.entry(key) {
        Some(entry) if entry.is_list() => table.list(key, pointer),
        Some(entry) => entry.accept(pointer(&entry)).into_iter().collect(),
        None => usual,
    }
}

/// A part of the answer, never the whole.
fn pointer(entry: &Entry<'_>) -> Result<String, Complaint> {
    entry.text()?;
    json_pointer(entry)
}
