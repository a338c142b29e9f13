//! The keys above the first table.

use crossgate_core::csrf::CsrfMode;
use crossgate_core::keys::Secrets;
use crossgate_core::origin::{OriginError, PublicOrigin};
use crossgate_core::secret::SecretText;

use crate::reader::{Entry, Table};
use crate::report::{Complaint, Place};
use crate::tree::Value;
use crate::values::choice;

const NEW_SECRET: &str = "make one with `openssl rand -hex 32` and pass it as \"${CROSSGATE_SECRET}\"";

/// Fewest different characters a random secret has; hexadecimal ones of 32 characters practically always have more.
const FEWEST_CHARACTERS: usize = 8;

/// What stands above the first table.
pub(crate) struct TopDraft<'r> {
    /// The top of the file.
    pub(crate) file: Place<'r>,
    pub(crate) public_origin: Option<PublicOrigin>,
    pub(crate) secrets: Option<Secrets>,
    /// The same secrets, for comparison with those of APIs.
    pub(crate) secret_texts: Vec<SecretText>,
    pub(crate) csrf: CsrfMode,
    pub(crate) redirect_origins: Vec<String>,
}

pub(crate) fn read_top<'r>(root: &Table<'r>) -> TopDraft<'r> {
    let public_origin = root.require("public_url", "public_url = \"https://shop.example.com\"", origin);
    let secret_texts = read_secrets(root);
    TopDraft {
        file: root.place.clone(),
        public_origin,
        secrets: secret_list(&secret_texts),
        secret_texts,
        csrf: root.read_or("csrf", CsrfMode::Token, csrf),
        redirect_origins: root.list("redirect_origins", |entry| Ok(origin(entry)?.as_str().to_owned())),
    }
}

fn origin(entry: &Entry<'_>) -> Result<PublicOrigin, Complaint> {
    PublicOrigin::parse(entry.text()?).map_err(|error| {
        let fix = match error {
            OriginError::NotHttp => "write the address that browsers show: \"https://shop.example.com\"",
            OriginError::MoreThanOrigin => "leave out everything after host and port",
            OriginError::InsecureHost => "write https://, or http://localhost:8080 for trying out",
        };
        Complaint::new(error.to_string(), fix)
    })
}

fn csrf(entry: &Entry<'_>) -> Result<CsrfMode, Complaint> {
    let is_off = matches!(entry.value(), Value::Boolean(_))
        || matches!(entry.value(), Value::Text(text) if matches!(text.as_str(), "off" | "none" | "disabled"));
    if is_off {
        return Err(Complaint::new(
            "the check cannot be switched off",
            "write \"origin\" where `fetch` calls cannot send the token: then the origin alone is checked",
        ));
    }
    choice(&[("token", CsrfMode::Token), ("origin", CsrfMode::Origin)])(entry)
}

fn read_secrets(root: &Table<'_>) -> Vec<SecretText> {
    let example = format!("`secret = \"${{CROSSGATE_SECRET}}\"`: {NEW_SECRET}");
    let Some(entry) = root.require("secret", &example, |entry| Ok(entry.clone())) else { return Vec::new() };
    if !entry.is_list() {
        return entry.accept(secret(&entry)).into_iter().collect();
    }
    let elements = root.list("secret", |element| Ok(element.clone()));
    if entry.is_empty() {
        entry.place.complain(Complaint::new("is an empty list", NEW_SECRET));
    }
    let mut secrets: Vec<SecretText> = Vec::new();
    for element in &elements {
        match element.accept(secret(element)) {
            Some(repeated) if secrets.contains(&repeated) => {
                element.place.complain(Complaint::new("stands twice in the list", "remove one of the two"));
            }
            found => secrets.extend(found),
        }
    }
    secrets
}

fn secret(entry: &Entry<'_>) -> Result<SecretText, Complaint> {
    let text = entry.text().map_err(|complaint| Complaint::new(complaint.reason, NEW_SECRET))?;
    if text.len() < Secrets::SHORTEST {
        let reason = format!("is too short: {} bytes, at least {} are needed", text.len(), Secrets::SHORTEST);
        return Err(Complaint::new(reason, NEW_SECRET));
    }
    let different: std::collections::BTreeSet<char> = text.chars().collect();
    if different.len() < FEWEST_CHARACTERS {
        entry.place.warn(Complaint::new("does not look random: it has few different characters", NEW_SECRET));
    }
    Ok(SecretText::new(text))
}

fn secret_list(texts: &[SecretText]) -> Option<Secrets> {
    let (first, older) = texts.split_first()?;
    Some(Secrets::new(first.clone(), older.to_vec()))
}
