//! The store passes the suite in a cluster.

mod common;

use common::{CLUSTER, TemporaryStore, url};

fn block_on_where_served(check: impl Future<Output = ()>) {
    if url(CLUSTER).is_some() {
        crossgate_store::suite::block_on(check);
    }
}

crossgate_store::suite::checks!(|| TemporaryStore::on(CLUSTER), block_on_where_served);
