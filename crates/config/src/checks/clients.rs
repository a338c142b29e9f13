//! Clients of APIs compared with each other, and with the secrets that APIs verify tokens with.

use crossgate_core::secret::SecretText;

use crate::report::{Complaint, Place};
use crate::sections::ApiDraft;

pub(super) fn check(apis: &[ApiDraft<'_>]) {
    check_ids(apis);
    check_secrets(apis);
}

fn check_ids(apis: &[ApiDraft<'_>]) {
    let ids: Vec<_> = apis.iter().filter_map(|api| api.client.as_ref()?.id.as_ref()).collect();
    for place in repeated(&ids) {
        let reason = "another [[api]] has the same id, and nobody could tell them apart";
        place.complain(Complaint::new(reason, "give each [[api]] an id of its own"));
    }
}

fn check_secrets(apis: &[ApiDraft<'_>]) {
    let secrets: Vec<_> = apis.iter().filter_map(|api| api.client.as_ref()?.secret.as_ref()).collect();
    for place in repeated(&secrets) {
        let reason = "another [[api]] has the same secret, so each could pass for the other";
        place.complain(Complaint::new(reason, "give each [[api]] a secret of its own"));
    }
    for (place, secret) in secrets {
        if signs_tokens(secret, apis) {
            let reason = "is the secret that tokens are signed with; this one is sent with every question";
            place.complain(Complaint::new(reason, "make another one with `openssl rand -hex 32`"));
        }
    }
}

fn signs_tokens(secret: &SecretText, apis: &[ApiDraft<'_>]) -> bool {
    apis.iter().filter_map(|api| api.token.shared_secret.as_ref()).any(|(_, shared)| shared == secret)
}

/// The places of values that stood there before.
fn repeated<'d, 'r, T: PartialEq>(values: &[&'d (Place<'r>, T)]) -> Vec<&'d Place<'r>> {
    let is_repeated = |(index, (_, value)): (usize, &&'d (Place<'r>, T))| {
        values.iter().take(index).any(|(_, earlier)| earlier == value)
    };
    let numbered = values.iter().enumerate().filter(|one| is_repeated(*one));
    numbered.map(|(_, (place, _))| place).collect()
}
