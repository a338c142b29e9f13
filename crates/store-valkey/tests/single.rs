//! The store passes the suite on a server by itself.

mod common;

use common::{SINGLE, TemporaryStore, url};

fn block_on_where_served(check: impl Future<Output = ()>) {
    if url(SINGLE).is_some() {
        crossgate_store::suite::block_on(check);
    }
}

crossgate_store::suite::checks!(|| TemporaryStore::on(SINGLE), block_on_where_served);
