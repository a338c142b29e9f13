//! Reading tables: every key that is asked for is known, every other is refused.

use std::cell::RefCell;
use std::ops::RangeInclusive;

use crate::report::{Complaint, Place, Report};
use crate::suggest::nearest;
use crate::tree::{Member, Node, Value};

/// Keys of the file's top: the usual mistake is to write one of them below a `[table]`.
const TOP_KEYS: [&str; 4] = ["public_url", "secret", "csrf", "redirect_origins"];

/// A value somebody asked for.
#[derive(Clone)]
pub(crate) struct Entry<'r> {
    pub(crate) place: Place<'r>,
    node: &'r Node,
}

/// A table that is being read.
pub(crate) struct Table<'r> {
    pub(crate) place: Place<'r>,
    members: &'r [Member],
    known: RefCell<Vec<&'static str>>,
    /// Names that are not known, but have been seen to otherwise.
    settled: RefCell<Vec<&'r str>>,
}

/// The whole file as an entry.
pub(crate) fn root<'r>(node: &'r Node, report: &'r Report) -> Entry<'r> {
    Entry { place: Place { report, key: String::new(), at: node.at.clone() }, node }
}

impl<'r> Entry<'r> {
    fn new(place: Place<'r>, node: &'r Node) -> Option<Self> {
        (!matches!(node.value, Value::Broken)).then_some(Self { place, node })
    }

    pub(crate) const fn is_table(&self) -> bool {
        matches!(self.node.value, Value::Table(_))
    }

    pub(crate) const fn is_list(&self) -> bool {
        matches!(self.node.value, Value::Array(_))
    }

    /// Whether nothing was written into this list or table.
    pub(crate) fn is_empty(&self) -> bool {
        match &self.node.value {
            Value::Array(nodes) => nodes.is_empty(),
            Value::Table(members) => members.is_empty(),
            _ => false,
        }
    }

    pub(crate) const fn value(&self) -> &'r Value {
        &self.node.value
    }

    fn wrong_type(&self, wanted: &str, fix: &str) -> Complaint {
        Complaint::new(format!("must be {wanted}, but is {}", self.node.value.kind()), fix)
    }

    /// Text with something in it.
    pub(crate) fn text(&self) -> Result<&'r str, Complaint> {
        match self.text_or_empty()? {
            text if text.trim().is_empty() => {
                Err(Complaint::new("is empty", "give it a value, or leave the key out for its default"))
            }
            text => Ok(text),
        }
    }

    pub(crate) fn text_or_empty(&self) -> Result<&'r str, Complaint> {
        match &self.node.value {
            Value::Text(text) => Ok(text),
            _ => Err(self.wrong_type("a text", "put it in double quotes")),
        }
    }

    pub(crate) fn boolean(&self) -> Result<bool, Complaint> {
        match self.node.value {
            Value::Boolean(boolean) => Ok(boolean),
            _ => Err(self.wrong_type("true or false", "write true or false without quotes")),
        }
    }

    /// A whole number; text is accepted for the sake of `${NAME}`.
    pub(crate) fn number(&self, range: &RangeInclusive<u64>) -> Result<u64, Complaint> {
        let number = match &self.node.value {
            Value::Integer(integer) => u64::try_from(*integer).ok(),
            Value::Text(text) => text.trim().parse().ok(),
            _ => return Err(self.wrong_type("a number", "write a whole number without quotes")),
        };
        number.filter(|number| range.contains(number)).ok_or_else(|| {
            let (low, high) = (range.start(), range.end());
            Complaint::new("out of range", format!("write a whole number from {low} to {high}"))
        })
    }

    /// The elements of a list.
    pub(crate) fn elements(&self) -> Result<Vec<Self>, Complaint> {
        let Value::Array(nodes) = &self.node.value else {
            return Err(self.wrong_type("a list", "put it in brackets: [\"…\"]"));
        };
        let element = |(index, node): (usize, &'r Node)| {
            let key = format!("{}[{index}]", self.place.key);
            Self::new(Place { report: self.place.report, key, at: node.at.clone() }, node)
        };
        Ok(nodes.iter().enumerate().filter_map(element).collect())
    }

    /// The members of a table whose keys are the operator's own.
    pub(crate) fn members(&self) -> Result<Vec<(&'r str, Self)>, Complaint> {
        let Value::Table(members) = &self.node.value else {
            return Err(self.wrong_type("a table", "write { name = \"value\" }"));
        };
        let member = |member: &'r Member| {
            let place = self.place_of(&member.name, member);
            Self::new(place, &member.node).map(|entry| (member.name.as_str(), entry))
        };
        Ok(members.iter().filter_map(member).collect())
    }

    fn place_of(&self, name: &str, member: &Member) -> Place<'r> {
        let key = self.place.key_of(name);
        Place { report: self.place.report, key, at: member.node.at.clone() }
    }

    /// Reads a table and refuses the keys that `read` did not ask for.
    pub(crate) fn table<T>(&self, read: impl FnOnce(&Table<'r>) -> T) -> Result<T, Complaint> {
        let Value::Table(members) = &self.node.value else {
            let fix = format!("write it as a table: [{}]", self.place.key);
            return Err(self.wrong_type("a table", &fix));
        };
        Ok(Table::read_all(self.place.clone(), members, read))
    }

    /// The result, or a complaint about this entry.
    pub(crate) fn accept<T>(&self, result: Result<T, Complaint>) -> Option<T> {
        result.map_err(|complaint| self.place.complain(complaint)).ok()
    }
}

impl<'r> Table<'r> {
    fn read_all<T>(place: Place<'r>, members: &'r [Member], read: impl FnOnce(&Self) -> T) -> T {
        let table = Self { place, members, known: RefCell::default(), settled: RefCell::default() };
        let value = read(&table);
        table.refuse_unknown_keys();
        value
    }

    fn member(&self, key: &str) -> Option<&'r Member> {
        self.members.iter().find(|member| member.name == key)
    }

    /// Whether the key was written, readable or not.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.member(key).is_some()
    }

    /// The entry of a key, unless it is absent or already complained about.
    pub(crate) fn entry(&self, key: &'static str) -> Option<Entry<'r>> {
        if !self.known.borrow().contains(&key) {
            self.known.borrow_mut().push(key);
        }
        self.place.report.know(&self.place.key_of(key));
        let member = self.member(key)?;
        let place =
            Place { report: self.place.report, key: self.place.key_of(key), at: member.node.at.clone() };
        Entry::new(place, &member.node)
    }

    /// The place of a key, or of its table where it is absent.
    pub(crate) fn place_of(&self, key: &str) -> Place<'r> {
        let mut place = self.place.missing(key);
        if let Some(member) = self.member(key) {
            place.at = member.node.at.clone();
        }
        place
    }

    pub(crate) fn read<T>(
        &self,
        key: &'static str,
        read: impl FnOnce(&Entry<'r>) -> Result<T, Complaint>,
    ) -> Option<T> {
        let entry = self.entry(key)?;
        entry.accept(read(&entry))
    }

    /// The value, or the default where it is absent. It is the default too where something was wrong with the value:
    /// the complaint keeps the program from starting.
    pub(crate) fn read_or<T>(
        &self,
        key: &'static str,
        default: T,
        read: impl FnOnce(&Entry<'r>) -> Result<T, Complaint>,
    ) -> T {
        self.read(key, read).unwrap_or(default)
    }

    /// As [`read`](Self::read), with a complaint where the key is absent.
    pub(crate) fn require<T>(
        &self,
        key: &'static str,
        example: &str,
        read: impl FnOnce(&Entry<'r>) -> Result<T, Complaint>,
    ) -> Option<T> {
        if !self.has(key) {
            self.place.missing(key).complain(Complaint::new("is required", format!("add {example}")));
        }
        self.read(key, read)
    }

    /// A list; elements with something wrong are complained about and left out.
    pub(crate) fn list<T>(
        &self,
        key: &'static str,
        read: impl Fn(&Entry<'r>) -> Result<T, Complaint>,
    ) -> Vec<T> {
        let elements = self.read(key, Entry::elements).unwrap_or_default();
        elements.iter().filter_map(|element| element.accept(read(element))).collect()
    }

    /// A list of tables, as `[[key]]` makes it.
    pub(crate) fn tables<T>(&self, key: &'static str, read: impl Fn(&Table<'r>) -> T) -> Vec<T> {
        let Some(entry) = self.entry(key) else { return Vec::new() };
        if entry.is_table() {
            let double = format!("write [[{0}]] in place of [{0}]", entry.place.key);
            entry.place.complain(Complaint::new("several are possible, so it is a list of tables", double));
            return Vec::new();
        }
        let elements = entry.accept(entry.elements()).unwrap_or_default();
        elements.iter().filter_map(|element| element.accept(element.table(&read))).collect()
    }

    /// A table; where it is absent, nothing is read.
    pub(crate) fn section<T>(&self, key: &'static str, read: impl FnOnce(&Table<'r>) -> T) -> Option<T> {
        let entry = self.entry(key)?;
        entry.accept(entry.table(read))
    }

    /// A table whose keys all have defaults; where it is absent, `read` finds no keys.
    pub(crate) fn section_or_empty<T>(&self, key: &'static str, read: impl FnOnce(&Table<'r>) -> T) -> T {
        let Some(entry) = self.entry(key) else { return self.empty(key, read) };
        if !entry.is_table() {
            entry.accept(entry.table(|_| ()));
            return self.empty(key, read);
        }
        let members = if let Value::Table(members) = entry.value() { members.as_slice() } else { &[] };
        Self::read_all(entry.place, members, read)
    }

    fn empty<T>(&self, key: &str, read: impl FnOnce(&Table<'r>) -> T) -> T {
        Self::read_all(self.place.missing(key), &[], read)
    }

    /// Refuses keys that would otherwise be unknown with a complaint of their own.
    pub(crate) fn refuse(&self, complaint_about: impl Fn(&str) -> Option<Complaint>) {
        for (name, place) in self.others() {
            if let Some(complaint) = complaint_about(name) {
                self.settle(name);
                place.complain(complaint);
            }
        }
    }

    /// The members that nobody asked for: their names are the operator's own.
    pub(crate) fn remaining(&self) -> Vec<(&'r str, Entry<'r>)> {
        let entry = |(name, _): (&'r str, Place<'r>)| {
            self.place.report.know(&self.place.key_of(name));
            self.settle(name);
            Entry::new(self.place_of(name), &self.member(name)?.node).map(|entry| (name, entry))
        };
        self.others().into_iter().filter_map(entry).collect()
    }

    /// Says nothing about the members that nobody asked for, and shows none: there may be a secret among them.
    pub(crate) fn leave_the_rest(&self) {
        for (name, _) in self.others() {
            self.place.report.hide(self.place_of(name).at);
            self.settle(name);
        }
    }

    /// Nothing more is said about this name.
    fn settle(&self, name: &'r str) {
        self.settled.borrow_mut().push(name);
    }

    /// Members that nobody asked for.
    fn others(&self) -> Vec<(&'r str, Place<'r>)> {
        let (known, settled) = (self.known.borrow(), self.settled.borrow());
        let is_other = |name: &str| !known.contains(&name) && !settled.contains(&name);
        let others = self.members.iter().filter(|member| is_other(&member.name));
        others.map(|member| (member.name.as_str(), self.place_of_name(member))).collect()
    }

    fn place_of_name(&self, member: &Member) -> Place<'r> {
        let key = self.place.key_of(&member.name);
        Place { report: self.place.report, key, at: member.name_at.clone() }
    }

    fn refuse_unknown_keys(&self) {
        for (name, place) in self.others() {
            // It may be a secret under a misspelt name.
            place.report.hide(self.place_of(name).at);
            place.complain(Complaint::new("unknown key", self.fix_of_unknown(name)));
        }
    }

    fn fix_of_unknown(&self, name: &str) -> String {
        let known = self.known.borrow();
        if !self.place.key.is_empty() && TOP_KEYS.contains(&name) {
            return format!("`{name}` belongs to the top of the file, above the first [table]");
        }
        let list = known.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? Known here: {list}"),
            None => format!("remove it. Known here: {list}"),
        }
    }
}
