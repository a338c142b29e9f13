//! The shop's second service, which knows people through Crossgate alone.
use std::path::Path;

use anyhow::Result;

use super::{GatewayPorts, WISHLIST_FOLDER};
use crate::process::Server;
use crate::workspace::Workspace;

/// The running service. It believes one gateway: that in front of it.
pub(super) struct Wishlist {
    pub(super) url: String,
    pub(super) server: Server,
}

impl Wishlist {
    /// Starts it and waits until it answers.
    pub(super) fn start(workspace: &Workspace, folder: &Path, ports: GatewayPorts) -> Result<Self> {
        let port = ports.wishlist;
        let mut command = workspace.in_package(&workspace.path(WISHLIST_FOLDER), "node");
        command.arg("server.js").env("HOST", "127.0.0.1").env("PORT", port.to_string());
        command.env("CROSSGATE_PUBLIC_URL", ports.public_url());
        let mut server = Server::start("wishlist", &mut command, folder)?;
        let url = format!("http://127.0.0.1:{port}");
        server.wait_until_ready(&workspace.shell, &format!("{url}/ready"))?;
        Ok(Self { url, server })
    }
}
