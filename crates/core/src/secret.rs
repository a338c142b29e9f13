//! Values that must never be printed.

use std::{fmt, io};

use serde::Serialize;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// Text that must never reach a log, an error, a URL or `Debug`; wiped when dropped.
#[derive(Clone, Zeroize)]
#[zeroize(drop)]
pub struct SecretText(String);

impl SecretText {
    /// Takes ownership of the secret.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself. The name is long so that each use is noticed in review.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl PartialEq for SecretText {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for SecretText {}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

/// A 256-bit key, wiped when dropped.
#[derive(Clone, Zeroize)]
#[zeroize(drop)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    /// Takes ownership of the key.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key itself.
    #[must_use]
    pub const fn expose_secret(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// A value that has secrets in it, as JSON. It is written twice, and only counted the first time: what a vector leaves
/// behind where it grows is wiped by nobody.
///
/// # Errors
/// When the value is none that JSON has.
pub fn secret_json(value: &impl Serialize) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    let mut json = Zeroizing::new(Vec::with_capacity(json_length(value)?));
    serde_json::to_writer(&mut *json, value)?;
    Ok(json)
}

fn json_length(value: &impl Serialize) -> serde_json::Result<usize> {
    let mut count = Count(0);
    serde_json::to_writer(&mut count, value)?;
    Ok(count.0)
}

/// Counts what is written.
struct Count(usize);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_with_secrets_never_grows_while_it_is_written() {
        for length in [0, 1, 100, 1000, 5000] {
            let value = json!({ "token": "x".repeat(length), "é\n": [1, null, length] });
            let written = secret_json(&value).unwrap();
            assert_eq!(*written, serde_json::to_vec(&value).unwrap());
            assert_eq!(written.capacity(), written.len());
        }
    }
}
