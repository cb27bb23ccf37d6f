//! A cursor over one table: typed reads that report what is wrong and go on.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fields::key_hint;
use super::origin::{KeyPlace, Origin};
use super::place::{At, Span};
use super::report::Report;

pub(crate) struct Reader<'r, 'a> {
    /// As the user writes it, such as `[[slo]]`.
    what: String,
    span: Span,
    table: &'r DeTable<'a>,
    report: &'r Report<'a>,
    known: Vec<&'static str>,
}

/// A value under its key.
pub(crate) struct Field<'r, 'a> {
    pub(crate) key: At<&'r str>,
    pub(crate) value: &'r DeValue<'a>,
    pub(crate) span: Span,
}

impl<'r, 'a> Reader<'r, 'a> {
    pub(crate) fn new(what: &str, span: Span, table: &'r DeTable<'a>, report: &'r Report<'a>) -> Self {
        Self { what: what.to_owned(), span, table, report, known: Vec::new() }
    }

    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    pub(crate) fn report(&self) -> &'r Report<'a> {
        self.report
    }

    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    pub(crate) fn field(&mut self, key: &'static str) -> Option<Field<'r, 'a>> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        self.table.get_key_value(key).map(field)
    }

    /// All keys and values in the order of the file.
    pub(crate) fn fields(&self) -> Vec<Field<'r, 'a>> {
        let mut fields: Vec<_> = self.table.iter().map(field).collect();
        fields.sort_by_key(|field| field.key.span.start);
        fields
    }

    /// Where the table and its keys were written.
    pub(crate) fn origin(&self) -> Origin {
        let place = |field: Field<'_, '_>| {
            let (key, value) = (self.report.place(&field.key.span), self.report.place(&field.span));
            (field.key.value.to_owned(), KeyPlace { key, value })
        };
        Origin {
            file: self.report.file().to_owned(),
            header: self.report.place(&self.span),
            keys: self.fields().into_iter().map(place).collect(),
        }
    }

    /// Reports a key that is absent; one with a wrong value has been reported already.
    pub(crate) fn required<T>(&self, key: &str, found: Option<T>) -> Option<T> {
        if !self.table.contains_key(key) {
            self.report.missing_key(&self.span, &self.what, key);
        }
        found
    }

    pub(crate) fn text(&mut self, key: &'static str) -> Option<At<String>> {
        let field = self.field(key)?;
        match field.value {
            DeValue::String(text) => Some(At::new(text.to_string(), field.span)),
            _ => self.wrong(&field, "text in quotes"),
        }
    }

    /// A text or a number, to the letter: `99.9` is not a float yet.
    pub(crate) fn written(&mut self, key: &'static str) -> Option<At<String>> {
        let field = self.field(key)?;
        match field.value {
            DeValue::String(text) => Some(At::new(text.to_string(), field.span)),
            DeValue::Integer(_) | DeValue::Float(_) => {
                let text = self.report.text(&field.span).replace('_', "");
                Some(At::new(text, field.span))
            }
            _ => self.wrong(&field, "text in quotes or a number"),
        }
    }

    pub(crate) fn number(&mut self, key: &'static str) -> Option<At<f64>> {
        let field = self.field(key)?;
        let found = number(field.value);
        found
            .map(|value| At::new(value, field.span.clone()))
            .or_else(|| self.wrong(&field, "a finite number"))
    }

    pub(crate) fn integer(&mut self, key: &'static str) -> Option<At<i64>> {
        let field = self.field(key)?;
        let found = integer(field.value);
        found.map(|value| At::new(value, field.span.clone())).or_else(|| self.wrong(&field, "a whole number"))
    }

    pub(crate) fn flag(&mut self, key: &'static str) -> Option<At<bool>> {
        let field = self.field(key)?;
        match field.value {
            DeValue::Boolean(flag) => Some(At::new(*flag, field.span)),
            _ => self.wrong(&field, "true or false"),
        }
    }

    /// A text in quotes, or a local date and time without them.
    pub(crate) fn moment(&mut self, key: &'static str) -> Option<At<String>> {
        let field = self.field(key)?;
        match field.value {
            DeValue::String(text) => Some(At::new(text.to_string(), field.span)),
            DeValue::Datetime(_) => Some(At::new(self.report.text(&field.span).to_owned(), field.span)),
            _ => self.wrong(&field, "a local date and time"),
        }
    }

    pub(crate) fn texts(&mut self, key: &'static str) -> Option<At<Vec<At<String>>>> {
        let field = self.field(key)?;
        let DeValue::Array(items) = field.value else { return self.wrong(&field, "a list of texts") };
        let mut texts = Vec::new();
        for item in items {
            match item.get_ref() {
                DeValue::String(text) => texts.push(At::new(text.to_string(), item.span())),
                other => self.wrong_type(field.key.value, &item.span(), "text in quotes", other),
            }
        }
        Some(At::new(texts, field.span))
    }

    pub(crate) fn table(&mut self, key: &'static str, what: &str) -> Option<Reader<'r, 'a>> {
        let field = self.field(key)?;
        match field.value {
            DeValue::Table(table) => Some(Reader::new(what, field.span, table, self.report)),
            _ => self.wrong(&field, &format!("a table, as in {what}")),
        }
    }

    /// The tables that are written as `[[what]]`.
    pub(crate) fn tables(&mut self, key: &'static str, what: &str) -> Vec<Reader<'r, 'a>> {
        let Some(field) = self.field(key) else { return Vec::new() };
        let DeValue::Array(items) = field.value else {
            self.wrong::<()>(&field, &format!("a list of tables, written {what}"));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items {
            match item.get_ref() {
                DeValue::Table(table) => tables.push(Reader::new(what, item.span(), table, self.report)),
                other => {
                    self.wrong_type(
                        field.key.value,
                        &item.span(),
                        &format!("a table, written {what}"),
                        other,
                    );
                }
            }
        }
        tables
    }

    /// Reports every key that was not asked for.
    pub(crate) fn finish(self) {
        for field in self.fields() {
            let key = field.key.value;
            if self.known.contains(&key) {
                continue;
            }
            let hint = key_hint(key, &self.known);
            self.report.unknown_key(&field.key.span, &self.what, key).hint(&hint);
        }
    }

    fn wrong<T>(&self, field: &Field<'_, '_>, wanted: &str) -> Option<T> {
        self.wrong_type(field.key.value, &field.span, wanted, field.value);
        None
    }

    pub(crate) fn wrong_type(&self, key: &str, span: &Span, wanted: &str, got: &DeValue<'_>) {
        self.report.wrong_type(span, (key, &self.what), wanted, kind(got));
    }
}

fn field<'r, 'a>(
    (key, value): (&'r Spanned<toml::de::DeString<'a>>, &'r Spanned<DeValue<'a>>),
) -> Field<'r, 'a> {
    Field { key: At::new(key.get_ref().as_ref(), key.span()), value: value.get_ref(), span: value.span() }
}

/// The type of a value in the words of a message.
pub(crate) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(float) if float.as_str().contains("nan") => "nan",
        DeValue::Float(float) if float.as_str().contains("inf") => "infinite",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

pub(crate) fn integer(value: &DeValue<'_>) -> Option<i64> {
    let DeValue::Integer(integer) = value else { return None };
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// A finite number.
pub(crate) fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Integer(_) => integer(value).map(|integer| integer as f64),
        DeValue::Float(float) => float.as_str().parse().ok().filter(|value: &f64| value.is_finite()),
        _ => None,
    }
}
