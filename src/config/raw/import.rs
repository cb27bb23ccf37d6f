//! An entry of `catalogue` as typed: a pattern, or a table with one.

use toml::de::DeValue;

use crate::config::code;
use crate::config::place::{At, Span};
use crate::config::reader::{Reader, kind};

#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) span: Span,
    pub(crate) files: Option<At<String>>,
    pub(crate) backend: Option<At<String>>,
    pub(crate) window: Option<At<String>>,
    pub(crate) policy: Option<At<String>>,
}

pub(crate) fn imports(reader: &mut Reader<'_, '_>) -> Vec<Import> {
    let Some(field) = reader.field("catalogue") else { return Vec::new() };
    let report = reader.report();
    let wanted = "a list of patterns, such as [\"slo/*.yaml\"]";
    let DeValue::Array(items) = field.value else {
        let message = format!("`catalogue` must be {wanted}, not {}", kind(field.value));
        report.error(code::WRONG_TYPE, &field.span, &message);
        return Vec::new();
    };
    let mut imports = Vec::new();
    for item in items {
        match item.get_ref() {
            DeValue::String(text) => {
                imports.push(Import::pattern(At::new(text.to_string(), item.span())));
            }
            DeValue::Table(table) => {
                imports.push(Import::read(Reader::new("catalogue", item.span(), table, report)));
            }
            other => {
                let message =
                    format!("an entry of `catalogue` must be a pattern in quotes, not {}", kind(other));
                report.error(code::WRONG_TYPE, &item.span(), &message);
            }
        }
    }
    imports
}

impl Import {
    fn pattern(files: At<String>) -> Self {
        Self { span: files.span.clone(), files: Some(files), backend: None, window: None, policy: None }
    }

    fn read(mut reader: Reader<'_, '_>) -> Self {
        let files = reader.text("files");
        let import = Self {
            span: reader.span(),
            files: reader.required("files", files),
            backend: reader.text("backend"),
            window: reader.text("window"),
            policy: reader.text("policy"),
        };
        reader.finish();
        import
    }
}
