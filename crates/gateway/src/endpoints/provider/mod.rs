//! Sign-in at providers: leaving for one, coming back, linking a further account, and what providers say about
//! sign-outs.

mod account;
mod backchannel;
mod callback;
mod failed;
mod leave;
mod signed_out;
mod transaction;

pub(super) use backchannel::logout;
pub(super) use callback::finish;
pub(super) use leave::{Leaving, away, leave, link};
pub(super) use signed_out::{arrive, way_out};
