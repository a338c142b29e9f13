//! A front end that renders pages and says on them whom it sees.

use std::ops::Deref;

use crate::upstream::{Reply, Seen, Upstream};

/// The scripted app. What it does with requests in general is in [`Upstream`].
#[derive(Clone)]
pub struct App(Upstream);

impl Deref for App {
    type Target = Upstream;

    fn deref(&self) -> &Upstream {
        &self.0
    }
}

impl App {
    pub(crate) fn start() -> Self {
        Self(Upstream::start(render))
    }
}

fn render(seen: &Seen) -> Reply {
    let somebody = if seen.has("x-crossgate-identity") { "somebody" } else { "nobody" };
    let page = format!("<!doctype html><h1>{}</h1><p>{somebody}</p>", seen.target);
    Reply::body(200, "text/html; charset=utf-8", page)
}
