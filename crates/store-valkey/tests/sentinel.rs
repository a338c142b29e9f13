//! The store passes the suite on a server that Sentinels watch over.

mod common;

use common::{SENTINEL, TemporaryStore, url};

fn block_on_where_served(check: impl Future<Output = ()>) {
    if url(SENTINEL).is_some() {
        crossgate_store::suite::block_on(check);
    }
}

crossgate_store::suite::checks!(|| TemporaryStore::on(SENTINEL), block_on_where_served);
