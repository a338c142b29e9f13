//! How the app uses next-auth, compared with the other sections.

use crossgate_core::token::UpstreamToken;

use crate::report::Complaint;
use crate::sections::{ApiDraft, Draft};

/// `token = "next-auth"` needs the secret that such a token is sealed with.
pub(super) fn check(draft: &Draft<'_>) {
    let Some(app) = &draft.app else { return };
    let wants_it = |api: &&ApiDraft<'_>| matches!(api.token.token, Some(UpstreamToken::NextAuth(_)));
    for api in draft.apis.iter().filter(wants_it).filter(|_| !app.next_auth.has_secret) {
        let reason = "is the session token of the app, but `app.next_auth.secret` is missing";
        let fix = "add [app.next_auth] with secret = \"${NEXTAUTH_SECRET}\", or write token = \"issued\"";
        api.token.place.complain(Complaint::new(reason, fix));
    }
}
