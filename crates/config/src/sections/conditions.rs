//! `success`, `locked`, `refused` and `when`: which answers mean what

use crossgate_core::credentials::AnswerCondition;
use serde_json::Value as Json;

use crate::reader::{Entry, Table};
use crate::report::Complaint;
use crate::values::{check_pointer, json_pointer, json_value};

const FIX: &str = "write a status such as 200, a class such as \"2xx\", or a range such as \"400-404\"";

/// A condition and what it means where nothing is written.
pub(super) struct Defaults<'a> {
    /// Where the key is absent.
    pub(super) absent: AnswerCondition,
    /// Where no `status` is written. Empty: any status.
    pub(super) no_status: &'a [(u16, u16)],
}

pub(super) fn read_condition(
    table: &Table<'_>,
    key: &'static str,
    defaults: Defaults<'_>,
) -> AnswerCondition {
    let has_nothing = table.entry(key).is_some_and(|entry| entry.is_table() && entry.is_empty());
    if has_nothing {
        let complaint = Complaint::new("covers no answer", "write { status = [200] }, or remove it");
        table.place_of(key).complain(complaint);
    }
    table.section(key, |table| read_written(table, defaults.no_status)).unwrap_or(defaults.absent)
}

fn read_written(table: &Table<'_>, no_status: &[(u16, u16)]) -> AnswerCondition {
    let condition = AnswerCondition {
        statuses: read_statuses(table).unwrap_or_else(|| no_status.to_vec()),
        values: read_values(table),
        present: read_pointers(table, "present"),
        absent: read_pointers(table, "absent"),
    };
    complain_about_contradiction(table, &condition);
    condition
}

fn read_statuses(table: &Table<'_>) -> Option<Vec<(u16, u16)>> {
    let entry = table.entry("status")?;
    if !entry.is_list() {
        return entry.accept(status_range(&entry)).map(|range| vec![range]);
    }
    if entry.is_empty() {
        entry.place.complain(Complaint::new("covers no answer", FIX));
    }
    Some(table.list("status", status_range))
}

fn status_range(entry: &Entry<'_>) -> Result<(u16, u16), Complaint> {
    let range = match json_value(entry)? {
        Json::Number(number) => {
            number.as_u64().and_then(|status| u16::try_from(status).ok()).map(|one| (one, one))
        }
        Json::String(text) => parse_range(&text),
        _ => None,
    };
    let is_status = |(low, high): &(u16, u16)| *low >= 100 && low <= high && *high <= 599;
    range.filter(is_status).ok_or_else(|| Complaint::new("not a status", FIX))
}

fn parse_range(text: &str) -> Option<(u16, u16)> {
    if let Some(class) = text.strip_suffix("xx") {
        let class: u16 = class.parse().ok().filter(|class| *class < 10)?;
        return Some((class * 100, class * 100 + 99));
    }
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
}

fn read_values(table: &Table<'_>) -> Vec<(String, Json)> {
    let Some(entry) = table.entry("where") else { return Vec::new() };
    let members = entry.accept(entry.members()).unwrap_or_default();
    let value = |(pointer, entry): (&str, Entry<'_>)| {
        let pointer = entry.accept(check_pointer(pointer));
        pointer.zip(entry.accept(json_value(&entry)))
    };
    members.into_iter().filter_map(value).collect()
}

/// Places that must have something, or nothing.
fn read_pointers(table: &Table<'_>, key: &'static str) -> Vec<String> {
    if let Some(entry) = table.entry(key).filter(|entry| entry.is_list() && entry.is_empty()) {
        let fix = "name places in the answer, such as [\"/data/login\"], or remove it";
        entry.place.complain(Complaint::new("is an empty list", fix));
    }
    table.list(key, json_pointer)
}

fn complain_about_contradiction(table: &Table<'_>, condition: &AnswerCondition) {
    if condition.absent.iter().any(|pointer| condition.present.contains(pointer)) {
        let reason = "what stands in `present` too is never absent";
        table.place_of("absent").complain(Complaint::new(reason, "remove it from one of the two"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_single_classes_or_ranges() {
        for (text, range) in [
            ("2xx", Some((200, 299))),
            ("400-404", Some((400, 404))),
            ("200", Some((200, 200))),
            ("xx", None),
            ("2x", None),
            ("99xx", None),
            ("-", None),
        ] {
            assert_eq!(parse_range(text), range, "{text}");
        }
    }
}
