//! A cursor over one YAML mapping: typed reads that report what is wrong and go on.

use super::yaml::{Entry, Node, Value};
use crate::config::code;
use crate::config::fields::known_hint;
use crate::config::origin::{KeyPlace, Origin};
use crate::config::place::{At, Span};
use crate::config::report::Report;
use crate::config::shown::quoted;

/// Keys with places in one [`Origin`]; a generated object with more is not edited by hand.
const MOST_KEYS: usize = 400;

pub(crate) struct Reader<'r, 'a> {
    /// What the whole object is called, such as `the Sloth document`.
    root: &'r str,
    /// From there, such as `spec.slos[0]`; empty for the object itself.
    path: String,
    header: Span,
    entries: &'r [Entry],
    report: &'r Report<'a>,
    known: Vec<Known>,
}

struct Known {
    key: &'static str,
    wanted: &'static str,
}

/// The texts under their keys, in the order of the file.
pub(crate) type Texts = Vec<(At<String>, At<String>)>;

impl<'r, 'a> Reader<'r, 'a> {
    /// Of a whole object, which messages call `root`.
    pub(crate) fn new(root: &'r str, node: &'r Node, report: &'r Report<'a>) -> Option<Self> {
        if let Value::Mapping(entries) = &node.value {
            return Some(Self::at(root, String::new(), header(node, entries), entries, report));
        }
        let message = format!("{root} must be a mapping of keys and values, not {}", node.kind());
        report.error(code::WRONG_TYPE, &node.span, &message);
        None
    }

    fn at(root: &'r str, path: String, header: Span, entries: &'r [Entry], report: &'r Report<'a>) -> Self {
        Self { root, path, header, entries, report, known: Vec::new() }
    }

    /// The key that it stands under, or its own first key.
    pub(crate) fn span(&self) -> Span {
        self.header.clone()
    }

    pub(crate) fn report(&self) -> &'r Report<'a> {
        self.report
    }

    /// As messages call it.
    pub(crate) fn what(&self) -> String {
        if self.path.is_empty() { self.root.to_owned() } else { format!("`{}`", self.path) }
    }

    /// All keys and values in the order of the file.
    pub(crate) fn entries(&self) -> &'r [Entry] {
        self.entries
    }

    /// What is written under `key`, if anything. Does not make it known.
    pub(crate) fn entry(&self, key: &str) -> Option<&'r Entry> {
        self.entries.iter().find(|entry| entry.key.value == key && !entry.value.is_null())
    }

    /// What is written under `key`, of any type; `wanted` says what it should be. An empty value is none.
    pub(crate) fn field(&mut self, key: &'static str, wanted: &'static str) -> Option<&'r Entry> {
        if !self.known.iter().any(|known| known.key == key) {
            self.known.push(Known { key, wanted });
        }
        self.entry(key)
    }

    /// Reports a key that is absent or empty; one with a wrong value has been reported already.
    pub(crate) fn required<T>(&self, key: &str, found: Option<T>) -> Option<T> {
        let entry = self.entries.iter().find(|entry| entry.key.value == key);
        let wanted = self.known.iter().find(|known| known.key == key).map(|known| known.wanted);
        let hint = wanted.map(|wanted| format!("`{key}:` takes {wanted}"));
        match entry {
            None => drop(self.report.missing_key(&self.header, &self.what(), key).maybe_hint(hint)),
            Some(entry) if entry.value.is_null() => {
                let wanted = wanted.unwrap_or("a value");
                drop(self.report.wrong_type(&entry.key.span, (key, &self.what()), wanted, "empty"));
            }
            Some(_) => {}
        }
        found
    }

    /// Any single value to the letter, for the tools take numbers and flags for text where text is meant.
    pub(crate) fn text(&mut self, key: &'static str) -> Option<At<String>> {
        let entry = self.field(key, "text")?;
        match entry.value.scalar() {
            Some(scalar) => Some(At::new(scalar.text.clone(), entry.value.span.clone())),
            None => self.wrong(entry, "text"),
        }
    }

    /// A finite decimal number to the letter, quoted or not: `99.9` is not a float yet.
    pub(crate) fn decimal(&mut self, key: &'static str) -> Option<At<String>> {
        let entry = self.field(key, "a number")?;
        let found = entry.value.scalar().and_then(|scalar| scalar.decimal());
        match found {
            Some(text) => Some(At::new(text.to_owned(), entry.value.span.clone())),
            None => self.wrong(entry, "a number in decimal digits"),
        }
    }

    /// As [`Self::decimal`], as a float.
    pub(crate) fn number(&mut self, key: &'static str) -> Option<At<f64>> {
        let written = self.decimal(key)?;
        written.value.parse().ok().map(|number| At::new(number, written.span))
    }

    pub(crate) fn flag(&mut self, key: &'static str) -> Option<At<bool>> {
        let entry = self.field(key, "true or false")?;
        match entry.value.scalar().and_then(super::yaml::Scalar::flag) {
            Some(flag) => Some(At::new(flag, entry.value.span.clone())),
            None => self.wrong(entry, "true or false"),
        }
    }

    /// A list of single values.
    pub(crate) fn strings(&mut self, key: &'static str) -> Option<At<Vec<At<String>>>> {
        let entry = self.field(key, "a list of texts")?;
        let Value::Sequence(items) = &entry.value.value else { return self.wrong(entry, "a list of texts") };
        let mut texts = Vec::new();
        for item in items {
            match item.scalar().filter(|_| !item.is_null()) {
                Some(scalar) => texts.push(At::new(scalar.text.clone(), item.span.clone())),
                None => self.wrong_item(entry, item, "a list of texts"),
            }
        }
        Some(At::new(texts, entry.value.span.clone()))
    }

    /// A mapping whose keys are free and whose values are texts; an empty value is the empty text.
    pub(crate) fn string_map(&mut self, key: &'static str) -> Option<At<Texts>> {
        let entry = self.field(key, "a mapping of texts")?;
        let Value::Mapping(entries) = &entry.value.value else {
            return self.wrong(entry, "a mapping of texts");
        };
        let mut texts = Vec::new();
        for part in entries {
            match part.value.scalar() {
                Some(_) if part.value.is_null() => {
                    texts.push((part.key.clone(), At::new(String::new(), part.value.span.clone())));
                }
                Some(scalar) => {
                    texts.push((part.key.clone(), At::new(scalar.text.clone(), part.value.span.clone())));
                }
                None => {
                    let what = format!("`{}`", self.below(key));
                    let at = (part.key.value.as_str(), what.as_str());
                    self.report.wrong_type(&shown(part), at, "text", part.value.kind());
                }
            }
        }
        Some(At::new(texts, entry.key.span.clone()))
    }

    pub(crate) fn map(&mut self, key: &'static str) -> Option<Reader<'r, 'a>> {
        let entry = self.field(key, "a mapping")?;
        let Value::Mapping(entries) = &entry.value.value else { return self.wrong(entry, "a mapping") };
        let header = entry.key.span.clone();
        Some(Reader::at(self.root, self.below(key), header, entries, self.report))
    }

    /// None where `key` is absent or no list.
    pub(crate) fn maps(&mut self, key: &'static str) -> Option<Vec<Reader<'r, 'a>>> {
        let entry = self.field(key, "a list of mappings")?;
        let Value::Sequence(items) = &entry.value.value else {
            return self.wrong(entry, "a list of mappings, each starting with `- `");
        };
        let mut readers = Vec::new();
        for (index, item) in items.iter().enumerate() {
            if let Value::Mapping(entries) = &item.value {
                let path = format!("{}[{index}]", self.below(key));
                readers.push(Reader::at(self.root, path, header(item, entries), entries, self.report));
            } else {
                self.wrong_item(entry, item, "a list of mappings");
            }
        }
        Some(readers)
    }

    /// Makes `key` known where its value means nothing here and need not be told of.
    pub(crate) fn skip(&mut self, key: &'static str) {
        self.field(key, "anything");
    }

    /// Warns of a value under `key` that has no counterpart here. An empty list or mapping is none.
    pub(crate) fn leave_out(&mut self, key: &'static str, message: &str, hint: Option<&str>) {
        let Some(entry) = self.field(key, "anything") else { return };
        let empty = match &entry.value.value {
            Value::Sequence(items) => items.is_empty(),
            Value::Mapping(entries) => entries.is_empty(),
            Value::Scalar(scalar) => scalar.text.is_empty() || scalar.flag() == Some(false),
        };
        if !empty {
            let found = self.report.warning(code::NOT_CARRIED, &entry.key.span, message);
            found.maybe_hint(hint.map(str::to_owned));
        }
    }

    /// Reports every key that was not asked for.
    pub(crate) fn finish(self) {
        let known: Vec<&str> = self.known.iter().map(|known| known.key).collect();
        for entry in self.entries {
            let key = entry.key.value.as_str();
            if !known.contains(&key) {
                let found = self.report.unknown_key(&entry.key.span, &self.what(), key);
                found.hint(&known_hint(key, &known));
            }
        }
    }

    /// Warns of every key that was not asked for, as `tool` ignores them too: a known key in the spelling of
    /// another form of the file is lost in silence there. Keys that start with `x-` or `.` hold aliases.
    pub(crate) fn finish_ignored(self, tool: &str) {
        let known: Vec<&str> = self.known.iter().map(|known| known.key).collect();
        for entry in self.entries {
            let key = entry.key.value.as_str();
            if known.contains(&key) || key.starts_with("x-") || key.starts_with('.') {
                continue;
            }
            let message = format!("{tool} ignores the key `{}` in {}", quoted(key), self.what());
            let hint = match known.iter().find(|known| bare(known) == bare(key)) {
                Some(meant) => format!("in this form of the file it is spelt `{meant}`"),
                None => known_hint(key, &known),
            };
            self.report.warning(code::UNKNOWN_KEY, &entry.key.span, &message).hint(&hint);
        }
    }

    /// Where it and what is in it was written; keys in keys as `sli.events.error_query`.
    pub(crate) fn origin(&self) -> Origin {
        let mut origin = Origin {
            file: self.report.file().to_owned(),
            header: self.report.place(&self.header),
            ..Origin::default()
        };
        self.add_places("", self.entries, &mut origin);
        origin
    }

    fn add_places(&self, above: &str, entries: &[Entry], origin: &mut Origin) {
        for entry in entries {
            if origin.keys.len() >= MOST_KEYS || above.len() + entry.key.value.len() > 4 * MOST_KEYS {
                return;
            }
            let path = join(above, &entry.key.value);
            if let Value::Mapping(entries) = &entry.value.value {
                self.add_places(&path, entries, origin);
            }
            let (key, value) = (self.report.place(&entry.key.span), self.report.place(&shown(entry)));
            origin.keys.insert(path, KeyPlace { key, value });
        }
    }

    fn below(&self, key: &str) -> String {
        join(&self.path, key)
    }

    fn wrong<T>(&self, entry: &Entry, wanted: &str) -> Option<T> {
        let at = (entry.key.value.as_str(), &*self.what());
        self.report.wrong_type(&shown(entry), at, wanted, entry.value.kind());
        None
    }

    fn wrong_item(&self, entry: &Entry, item: &Node, wanted: &str) {
        let got = format!("a list with {} in it", if item.is_null() { "an empty item" } else { item.kind() });
        let span = if matches!(item.value, Value::Scalar(_)) { &item.span } else { &entry.key.span };
        self.report.wrong_type(span, (&entry.key.value, &self.what()), wanted, &got);
    }
}

/// A key without what spellings differ in.
fn bare(key: &str) -> String {
    key.chars().filter(|c| !"_-".contains(*c)).flat_map(char::to_lowercase).collect()
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// What to point at: a mapping may be long, so its key stands for it.
fn shown(entry: &Entry) -> Span {
    if let Value::Scalar(_) = entry.value.value { entry.value.span.clone() } else { entry.key.span.clone() }
}

fn header(node: &Node, entries: &[Entry]) -> Span {
    entries.first().map_or(node.span.clone(), |first| first.key.span.clone())
}
