//! `[app.next_auth.move_out]`: browsers are given next-auth's own cookie back

use crossgate_core::next_auth::MoveOutSettings;

use super::move_in::claim_pointer;
use crate::reader::Table;
use crate::report::Complaint;

/// `own` is the table that this one stands in.
pub(super) fn read_move_out(table: &Table<'_>, own: &Table<'_>) -> MoveOutSettings {
    if !own.has("secret") {
        let reason = "needs the app's secret: without it no cookie can be made that the app opens";
        let fix = "add secret = \"${NEXTAUTH_SECRET}\" to [app.next_auth]";
        own.place_of("move_out").complain(Complaint::new(reason, fix));
    }
    if own.has("move_in") {
        let reason = "cannot stand beside [app.next_auth.move_in]: what one gives to browsers the other takes from them";
        own.place_of("move_out").complain(Complaint::new(reason, "remove one of the two"));
    }
    MoveOutSettings {
        access_token: table.read("access_token", claim_pointer),
        refresh_token: table.read("refresh_token", claim_pointer),
    }
}
