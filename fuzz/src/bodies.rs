//! What is posted to our own endpoints.

use std::collections::BTreeSet;

use crossgate_gateway::fuzzing::{BodyReading, read_endpoint_body, read_form_only};
use serde_json::{Map, Value};
use url::form_urlencoded;

const FORM: &[u8] = b"application/x-www-form-urlencoded";
const JSON: &[u8] = b"application/json";
/// The member that one endpoint takes as the value that it is.
const MEMBER: &str = "data";
/// Largest bodies, in bytes, as the endpoints have them.
const LARGEST: usize = 64 * 1024;
const LARGEST_FORM: usize = 16 * 1024;

/// A body behind its content type, which is the first line: each field stands once; what is refused is refused for what it is;
/// the same fields are the same as a form and as JSON; and the endpoints for APIs read nothing else out of it.
pub fn endpoint_body(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (content_type, body) = (&data[..end], data.get(end + 1..).unwrap_or_default());
    let (read, member) = read_endpoint_body(content_type, body, MEMBER);
    let form_only = read_form_only(content_type, body, LARGEST_FORM);
    limits_hold(&read, body.len(), LARGEST);
    limits_hold(&form_only, body.len(), LARGEST_FORM);
    if let Ok(fields) = &read {
        same_in_both_forms(fields);
        same_member(fields, member.as_ref());
        assert!(body.len() <= LARGEST, "larger than the limit");
    }
    if let Ok(parameters) = form_only {
        let fields = read.expect("what is a form is a form");
        let filled: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        assert_eq!(parameters, filled, "the endpoints for APIs read something else");
        assert_eq!(parameters, plainly(body), "a plain reader reads something else");
    }
}

fn limits_hold(read: &BodyReading, length: usize, limit: usize) {
    match read {
        Ok(fields) => {
            let names: BTreeSet<&str> = fields.iter().map(|(name, _)| &**name).collect();
            assert_eq!(names.len(), fields.len(), "a field stands twice");
            assert!(length <= limit, "larger than the limit");
        }
        Err((status, reason)) => {
            assert!(matches!(status, 400 | 413 | 415), "{status}: {reason}");
            assert!(*status != 413 || length > limit, "it is not too large");
        }
    }
}

fn same_in_both_forms(fields: &[(String, String)]) {
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let members = fields.iter().map(|(name, value)| (name.clone(), Value::String(value.clone())));
    let json = Value::Object(members.collect::<Map<_, _>>()).to_string();
    let of = |kind: &[u8], text: &str| {
        let read = read_endpoint_body(kind, text.as_bytes(), MEMBER).0;
        read.map(|fields| fields.into_iter().collect::<BTreeSet<_>>())
    };
    if form.len() <= LARGEST && json.len() <= LARGEST {
        let expected: BTreeSet<_> = fields.iter().cloned().collect();
        assert_eq!(of(FORM, &form).as_ref(), Ok(&expected), "as a form");
        assert_eq!(of(JSON, &json).as_ref(), Ok(&expected), "as JSON");
    }
}

/// The value is that of the field.
fn same_member(fields: &[(String, String)], member: Option<&Value>) {
    let Some(member) = member else { return };
    let field = fields.iter().find(|(name, _)| name == MEMBER).map(|(_, value)| &**value);
    match member {
        Value::String(text) => assert_eq!(field, Some(&**text)),
        other => assert_eq!(field, Some(&*other.to_string())),
    }
}

/// A form, by the letter of its standard: pairs between `&`, `+` for a space, two digits behind `%`.
fn plainly(body: &[u8]) -> Vec<(String, String)> {
    let decoded = |part: &[u8]| {
        let spaced: Vec<u8> = part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        percent_encoding::percent_decode(&spaced).decode_utf8_lossy().into_owned()
    };
    let pair = |part: &[u8]| {
        let equals = part.iter().position(|byte| *byte == b'=').unwrap_or(part.len());
        (decoded(&part[..equals]), decoded(part.get(equals + 1..).unwrap_or_default()))
    };
    body.split(|byte| *byte == b'&').map(pair).filter(|(_, value)| !value.is_empty()).collect()
}
