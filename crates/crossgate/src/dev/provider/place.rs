//! Where the provider is, and who its client is. Known before anything starts.

use std::net::TcpListener;

use crossgate_core::entropy::Entropy;
use crossgate_core::secret::SecretText;

use super::grants::random_text;
use crate::Failure;

/// See the [module](self).
pub(in crate::dev) struct Place {
    pub(super) listener: TcpListener,
    pub(in crate::dev) client_secret: SecretText,
    issuer: String,
}

impl Place {
    /// On a listener that is bound to loopback.
    pub(in crate::dev) fn new(listener: TcpListener, entropy: &dyn Entropy) -> Result<Self, Failure> {
        let failed = |error: &dyn std::fmt::Display| {
            Failure::new(format!("the test people have no place to listen at: {error}"))
        };
        listener.set_nonblocking(true).map_err(|error| failed(&error))?;
        let address = listener.local_addr().map_err(|error| failed(&error))?;
        let client_secret = SecretText::new(random_text(entropy).map_err(|error| failed(&error))?);
        Ok(Self { issuer: format!("http://{address}"), listener, client_secret })
    }

    /// Its issuer, which is also its address.
    pub(in crate::dev) fn issuer(&self) -> String {
        self.issuer.clone()
    }
}
