//! The stage on which a story is told: one thread, one runtime, an end.

use std::time::Duration;

use tokio::runtime::Builder;
use tokio::task::LocalSet;

/// A story that takes longer hangs; it is stopped so that the others can be told.
const LONGEST: Duration = Duration::from_secs(60);

/// Tells a story. All of its parts share this thread.
pub fn story(story: impl Future<Output = ()>) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let bounded = async {
        tokio::time::timeout(LONGEST, story).await.expect("the story does not come to an end");
    };
    LocalSet::new().block_on(&runtime, bounded);
}

/// Does something that includes a long wait, without waiting: whenever nobody on this thread has anything to do, the
/// next timer is due at once. Everything that takes its time on the way counts towards the end of the story.
pub async fn in_no_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::pause();
    let done = work.await;
    tokio::time::resume();
    done
}

/// Lets everybody else on this thread do what they can do, many times over. For stories in which something must not
/// happen: there is nothing to wait for then.
pub async fn let_others_run() {
    for _ in 0..2_000 {
        tokio::task::yield_now().await;
    }
}
