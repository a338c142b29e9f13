//! Single values: from text to what it means, or a complaint.

mod amounts;
mod json;
mod names;
mod network;
mod paths;
mod templates;

pub(crate) use amounts::{duration_between, number, positive_duration, size_between};
pub(crate) use json::{check_pointer, json_pointer, json_value};
pub(crate) use names::{
    check_header_name, choice, cookie_name, header_name, header_scheme, is_plain_name, is_token, method,
    methods,
};
pub(crate) use network::{endpoint, host, issuer, network, socket_address, upstream_address};
pub(crate) use paths::{fixed_part, is_below, local_page, path_segment, pattern, prefix, request_pattern};
pub(crate) use templates::{
    Variables, claim_name, claim_template, json_template, member_pointer, renamed_template, text_template,
};
