//! The checks that every store must pass.
//!
//! ```text
//! crossgate_store::suite::checks!(|| Box::new(MemoryStore::new()));
//! ```
//!
//! makes one `#[test]` of each check. The constructor gives something that dereferences to an empty [`Store`]
//! (a box, or a fixture that also holds a temporary directory) and is called once per check. Times are plain
//! values. A store that needs a runtime passes a second argument: the path of a function that blocks on a future.
//!
//! [`Store`]: crate::Store

#![allow(missing_docs, reason = "the name of a check says what must hold")]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "this is test code, made public for the tests of the adapters"
)]

pub mod content;
pub mod event;
pub mod expiry;
pub mod extremes;
mod fixture;
pub mod keys;
pub mod lease;
pub mod operator;
pub mod provider;
pub mod replay;
pub mod sessions;
pub mod throttle;
pub mod transfer;

pub use crate::__store_checks as checks;
pub use pollster::block_on;

/// See [`suite`](crate::suite).
#[doc(hidden)]
#[macro_export]
macro_rules! __store_checks {
    ($make:expr) => {
        $crate::suite::checks!($make, $crate::suite::block_on);
    };
    ($make:expr, $block_on:path) => {
        $crate::__store_check_tests! { $make, $block_on,
            sessions::a_created_session_is_loaded_field_by_field,
            sessions::an_unknown_session_is_absent_and_not_an_error,
            sessions::the_same_id_is_never_created_twice,
            sessions::of_two_creations_with_the_same_id_at_the_same_time_one_wins,
            sessions::an_ended_id_is_never_created_again,
            sessions::a_new_session_ends_the_one_it_replaces,
            sessions::replacing_a_session_that_is_gone_is_no_error,
            sessions::a_refused_creation_ends_nothing,
            sessions::an_ended_session_is_gone_everywhere,
            sessions::a_session_ends_once,
            sessions::of_two_ends_at_the_same_time_one_ends_it,
            sessions::every_reason_can_be_read_afterwards,
            sessions::a_session_that_never_was_has_no_reason,
            sessions::ending_all_of_a_person_spares_everybody_else,
            sessions::a_list_holds_ones_own_sessions_newest_first,
            operator::everybody_who_signed_in_before_a_time_loses_the_session_and_nobody_else,
            operator::no_more_sessions_than_the_limit_end_at_once_the_oldest_first,
            operator::of_several_that_end_sessions_at_the_same_time_each_is_ended_by_one,
            operator::a_session_is_found_by_its_handle,
            operator::a_session_that_ended_is_found_by_its_handle,
            operator::a_handle_that_is_nobodys_finds_nothing,
            operator::a_list_of_all_is_read_in_pieces,
            operator::a_list_of_all_goes_on_after_a_session_that_is_gone,
            provider::the_keys_of_a_provider_are_kept_field_by_field,
            provider::new_content_and_activity_leave_the_keys_of_a_provider_alone,
            provider::a_person_at_a_provider_loses_all_sessions_and_nobody_else_any,
            provider::a_session_at_a_provider_ends_its_sessions_and_no_others,
            provider::a_session_and_a_person_at_a_provider_must_both_fit_where_known,
            provider::a_logout_that_is_about_nobody_ends_nothing,
            provider::every_reason_of_an_end_by_a_provider_can_be_read_afterwards,
            provider::what_a_provider_ended_never_comes_back,
            provider::a_provider_ends_nothing_that_ended_otherwise,
            provider::of_several_logouts_at_the_same_time_each_session_ends_by_one,
            content::new_content_counts_the_version_up,
            content::a_stale_writer_is_refused_and_learns_the_version,
            content::content_for_a_session_that_is_gone_goes_nowhere,
            content::of_two_writers_of_the_same_version_one_wins,
            content::an_end_for_one_version_spares_every_other,
            content::activity_moves_forward_and_changes_nothing_else,
            content::activity_never_moves_backwards,
            content::activity_revives_nothing,
            content::a_batch_of_activity_skips_what_is_gone,
            expiry::silence_ends_a_session_with_the_idle_timeout,
            expiry::age_ends_a_session_with_the_absolute_timeout,
            expiry::a_limit_is_passed_at_its_very_millisecond,
            expiry::the_absolute_timeout_counts_first,
            expiry::live_sessions_stay,
            expiry::no_more_than_the_limit_ends_at_once,
            expiry::why_a_session_ended_is_remembered_for_thirty_days,
            throttle::attempts_count_up_within_a_window,
            throttle::a_window_is_fixed_by_its_first_attempt,
            throttle::a_new_window_begins_when_the_old_one_ends,
            throttle::several_counters_count_apart_and_answer_in_order,
            throttle::forgotten_counters_begin_again,
            throttle::a_refunded_attempt_does_not_count,
            throttle::attempts_at_the_same_time_are_all_counted,
            throttle::a_clock_that_was_wrong_locks_nobody_out,
            throttle::nothing_to_count_is_no_error,
            replay::a_name_is_first_once,
            replay::every_name_is_remembered_apart,
            replay::of_several_uses_at_the_same_time_one_is_first,
            replay::a_name_is_remembered_to_its_last_millisecond,
            replay::a_later_use_changes_nothing_of_the_first,
            replay::names_of_many_ends_are_told_apart,
            replay::what_has_ended_when_it_is_used_is_not_remembered,
            replay::names_are_remembered_until_the_end_of_time,
            replay::names_have_nothing_to_do_with_counters,
            replay::looking_uses_nothing_and_sees_what_was_used,
            lease::a_lease_that_is_held_is_nobody_elses,
            lease::leases_and_owners_are_told_apart,
            lease::of_several_takers_at_the_same_time_one_gets_it,
            lease::a_lease_that_ended_is_taken_over_and_was_abandoned,
            lease::an_abandoned_lease_can_be_taken_at_once,
            lease::what_was_abandoned_stays_so_until_it_is_given_back,
            lease::a_lease_that_was_given_back_is_free,
            lease::taking_ones_own_again_prolongs_it,
            lease::renewing_prolongs_and_never_shortens,
            lease::a_lease_that_ended_is_renewed_unless_somebody_took_it,
            lease::nobody_renews_what_is_not_theirs,
            lease::a_stranger_who_lets_go_changes_nothing,
            lease::giving_back_after_abandoning_leaves_it_abandoned,
            lease::that_a_lease_was_abandoned_is_remembered_for_a_day,
            lease::a_lease_of_a_clock_that_was_ahead_holds_nobody_up,
            event::nothing_happened_in_a_new_store,
            event::the_end_of_a_session_is_told_once,
            event::the_end_of_many_sessions_is_told_once_each,
            event::the_end_of_a_session_whose_time_is_up_is_told_once,
            event::every_reason_is_told,
            event::what_ends_nothing_tells_nothing,
            event::new_content_tells_its_version,
            event::events_come_in_the_order_in_which_it_happened,
            event::no_more_events_than_the_limit_come_at_once_and_none_is_missed,
            event::of_several_ends_at_the_same_time_one_is_told,
            event::nobody_is_told_of_an_end_before_the_row_is_gone,
            event::a_cursor_from_elsewhere_makes_everything_doubtful,
            event::few_events_are_kept_however_old_they_are,
            event::old_events_are_forgotten_when_there_are_many_newer_ones,
            event::whoever_missed_forgotten_events_begins_after_everything,
            keys::a_new_store_has_no_keys,
            keys::a_first_key_is_kept_field_by_field,
            keys::a_second_key_of_an_algorithm_is_not_added,
            keys::each_algorithm_has_its_own_first_key,
            keys::processes_that_start_together_agree_on_one_key,
            keys::an_id_is_never_given_to_a_second_key,
            keys::a_key_is_added_after_the_newest_of_its_algorithm,
            keys::a_key_is_not_added_after_one_that_is_not_the_newest,
            keys::of_keys_that_were_made_together_the_last_id_is_the_newest,
            keys::of_processes_that_add_a_key_at_the_same_time_one_wins,
            keys::an_id_that_is_taken_is_never_added_again,
            keys::a_key_that_is_sealed_again_is_the_same_key,
            keys::a_removed_key_is_gone_and_sealing_it_again_does_not_bring_it_back,
            transfer::a_new_store_has_nothing_to_take_along,
            transfer::every_end_is_on_a_page,
            transfer::what_ended_elsewhere_is_remembered_and_never_begins_here,
            transfer::what_ended_elsewhere_ends_here_and_everybody_is_told,
            transfer::an_end_that_is_known_here_stays_as_it_is,
            transfer::every_used_name_that_counts_is_on_a_page,
            extremes::every_subject_is_kept_byte_for_byte,
            extremes::content_of_any_size_is_kept,
            extremes::times_from_end_to_end_are_kept,
            extremes::versions_up_to_the_last_are_kept,
            extremes::empty_batches_do_nothing,
            extremes::the_readiness_check_changes_nothing,
        }
    };
}

/// One `#[test]` per check.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_check_tests {
    ($make:expr, $block_on:path, $($group:ident::$check:ident,)*) => {
        $(
            #[test]
            fn $check() {
                let store = ($make)();
                $block_on($crate::suite::$group::$check(&*store));
            }
        )*
    };
}

#[cfg(test)]
mod tests {
    /// A check that nobody runs proves nothing.
    #[test]
    fn every_check_is_in_the_list() {
        let list = include_str!("mod.rs");
        let groups = [
            ("sessions", include_str!("sessions.rs")),
            ("operator", include_str!("operator.rs")),
            ("provider", include_str!("provider.rs")),
            ("content", include_str!("content.rs")),
            ("expiry", include_str!("expiry.rs")),
            ("throttle", include_str!("throttle.rs")),
            ("replay", include_str!("replay.rs")),
            ("lease", include_str!("lease.rs")),
            ("event", include_str!("event.rs")),
            ("keys", include_str!("keys.rs")),
            ("transfer", include_str!("transfer.rs")),
            ("extremes", include_str!("extremes.rs")),
        ];
        for (group, source) in groups {
            for check in source.lines().filter_map(|line| line.strip_prefix("pub async fn ")) {
                let name = check.split('<').next().unwrap_or(check);
                assert!(
                    list.contains(&format!("            {group}::{name},")),
                    "{group}::{name} is not listed"
                );
            }
        }
    }
}
