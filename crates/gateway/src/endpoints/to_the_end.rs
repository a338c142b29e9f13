//! Work that a browser which goes away does not cancel.

use crate::refusal::Refusal;

/// Does it to its end, whoever still waits for it. What was written and what the cache knows thus never differ because
/// somebody hung up in between. Must run inside a `LocalSet`.
pub(crate) async fn to_the_end<T: 'static>(
    work: impl Future<Output = Result<T, Refusal>> + 'static,
) -> Result<T, Refusal> {
    let outcome = tokio::task::spawn_local(work).await;
    outcome.map_err(|error| Refusal::Internal(format!("the work did not finish: {error}")))?
}
