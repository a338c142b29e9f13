//! What stands beside the file while somebody develops: the file itself stays as it is.

use crate::environment::Environment;
use crate::problem::Severity;
use crate::report::{Complaint, Report};
use crate::tree::{Member, Node, Options, Value, parse};

/// TOML beside the file. Without it the file counts alone.
#[derive(Clone, Copy, Default)]
pub struct Overlay<'a> {
    /// Counts where the file says nothing.
    pub defaults: &'a str,
    /// Counts whatever the file says.
    pub overrides: &'a str,
    /// Whether a provider whose environment variables are not set is left out. Otherwise that is a problem.
    pub leaves_out_unset_providers: bool,
}

/// A provider that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The name of its section.
    pub provider: String,
    /// The variables that are not set.
    pub variables: Vec<String>,
}

impl Overlay<'_> {
    /// The file's tree with what stands beside it.
    pub(crate) fn lay(&self, file: Node, environment: &dyn Environment, report: &Report) -> Option<Node> {
        let defaults = beside(self.defaults, environment, report)?;
        let overrides = beside(self.overrides, environment, report)?;
        Some(over(over(defaults, file), overrides))
    }
}

/// Reads a text whose places are none of the file.
fn beside(text: &str, environment: &dyn Environment, report: &Report) -> Option<Node> {
    let own = Report::default();
    let node = parse(text, &Options { environment, report: &own, left_out: None });
    own.complaints().into_iter().for_each(|(key, complaint)| nowhere(report, &key, complaint));
    node.map(placeless)
}

fn nowhere(report: &Report, key: &str, complaint: Complaint) {
    report.add(Severity::Error, key, 0..0, complaint);
}

fn placeless(node: Node) -> Node {
    let value = match node.value {
        Value::Array(elements) => Value::Array(elements.into_iter().map(placeless).collect()),
        Value::Table(members) => Value::Table(members.into_iter().map(placeless_member).collect()),
        other => other,
    };
    Node { at: 0..0, value }
}

fn placeless_member(member: Member) -> Member {
    Member { name: member.name, name_at: 0..0, node: placeless(member.node) }
}

/// Tables are joined, member by member; of anything else the upper one counts. The place is that of whichever has one.
fn over(lower: Node, upper: Node) -> Node {
    let at = if upper.at.is_empty() { lower.at } else { upper.at };
    match (lower.value, upper.value) {
        (Value::Table(below), Value::Table(above)) => Node { at, value: Value::Table(join(below, above)) },
        (_, value) => Node { at, value },
    }
}

fn join(below: Vec<Member>, above: Vec<Member>) -> Vec<Member> {
    let mut joined = below;
    for member in above {
        match joined.iter().position(|known| known.name == member.name) {
            Some(position) => {
                let known = joined.remove(position);
                let name_at = if member.name_at.is_empty() { known.name_at } else { member.name_at };
                let node = over(known.node, member.node);
                joined.insert(position, Member { name: member.name, name_at, node });
            }
            None => joined.push(member),
        }
    }
    joined
}
