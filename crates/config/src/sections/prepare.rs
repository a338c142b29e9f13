//! `prepare` of `[sign_in.credentials]`: what the API wants to be asked for before the login

use crossgate_core::credentials::{BodyTemplate, CallTemplate, Field, PrepareSettings};

use super::call::{CallScope, read_call};
use super::values::{ValuesDraft, read_values};
use crate::reader::Table;
use crate::values::Variables;

/// What `prepare` says.
pub(super) struct PrepareDraft<'r> {
    pub(super) values: ValuesDraft<'r>,
    call: Option<CallTemplate>,
}

pub(super) fn read_prepare<'r>(table: &Table<'r>, fields: &[Field]) -> PrepareDraft<'r> {
    let variables = Variables::new(Vec::new());
    let example = "request = \"GET /api/csrf-token\"";
    let scope = CallScope { variables: &variables, secret: &[], example, has_basic: true };
    let call = read_call(table, &scope, BodyTemplate::Empty);
    let taken: Vec<_> = fields.iter().map(|field| field.name.clone()).collect();
    PrepareDraft { values: read_values(table, &taken), call }
}

impl PrepareDraft<'_> {
    pub(super) fn into_settings(self) -> Option<PrepareSettings> {
        Some(PrepareSettings { call: self.call?, values: self.values.sources })
    }
}
