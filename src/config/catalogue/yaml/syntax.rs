//! The parser's errors in plain words.

use granit_parser::ErrorKind;

use crate::config::code;
use crate::config::place::Span;
use crate::config::report::Report;

/// What to point at when the parser stopped at byte `start`: a character that is there.
pub(super) fn blamed(text: &str, kind: &ErrorKind, start: usize) -> Span {
    let last = text.trim_end().char_indices().next_back().map_or(0, |(index, _)| index);
    let mut start = start.min(last);
    if words(kind).0 == TAB {
        start = tab_in_indentation(text, start).unwrap_or(start);
    }
    start..start + text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
}

/// The parser stops at what comes before the tab.
fn tab_in_indentation(text: &str, start: usize) -> Option<usize> {
    let mut line = text.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
    for written in text[line..].split_inclusive('\n') {
        let indent = &written[..written.len() - written.trim_start_matches([' ', '\t']).len()];
        if let Some(tab) = indent.find('\t') {
            return Some(line + tab);
        }
        line += written.len();
    }
    None
}

/// Reports that the document cannot be read from `span` on.
pub(super) fn report_error(report: &Report<'_>, kind: &ErrorKind, span: &Span) {
    let (message, hint) = words(kind);
    report.error(code::SYNTAX, span, &format!("not YAML: {message}")).maybe_hint(hint.map(str::to_owned));
}

const TAB: &str = "a tab cannot indent anything";
const QUOTES: &str = "put the value in quotes";
const ESCAPE: &str = "in double quotes `\\` starts an escape; use single quotes, or write `\\\\`";
const INDENT: &str = "keys of one mapping start in the same column";

fn words(kind: &ErrorKind) -> (String, Option<&'static str>) {
    let (message, hint) = match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => (TAB, "indent with spaces"),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
            ("a quoted text has no end", "close the quotes")
        }
        ErrorKind::InvalidQuotedScalarIndent => {
            ("a quoted text has no end, or goes on without indentation", "close the quotes")
        }
        ErrorKind::ExpectedDocumentStart => {
            ("a `%` line is not followed by `---`", "put a text that starts with `%` in quotes")
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar => {
            ("there is more after the closing quote", "write a quote inside single quotes twice: ''")
        }
        ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            ("there is more after the closing quote", "write a quote inside double quotes as \\\"")
        }
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::MisplacedFlowCollectionEnd
        | ErrorKind::MismatchedFlowCollectionEnd { .. } => return bracket(kind),
        ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator => {
            ("a comma or a closing bracket is missing before this", QUOTES)
        }
        ErrorKind::UnknownAnchor => (
            "an alias stands for nothing",
            "`*name` needs a `&name` before it; put a text with `*` in quotes",
        ),
        ErrorKind::UndeclaredTagHandle => ("a tag that nobody declared", "put a text with `!` in quotes"),
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
            ("a `:` where no key can be", "put a text with `: ` in quotes, or check the indentation")
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey | ErrorKind::ExpectedBlockMappingKey => {
            ("a line that is no `key: value`", INDENT)
        }
        ErrorKind::InvalidIndentation
        | ErrorKind::InvalidBlockScalarIndent
        | ErrorKind::InvalidFlowScalarIndent
        | ErrorKind::ExpectedBlockSequenceEntry => ("the indentation fits nothing above", INDENT),
        ErrorKind::UnexpectedCharacter { .. } => ("no value can start with this character", QUOTES),
        ErrorKind::RecursionLimitExceeded => {
            ("lists and mappings lie too deep in each other", "is it the right file?")
        }
        ErrorKind::UnexpectedEof
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping => ("the text ends too early", "is the file whole?"),
        ErrorKind::BlockSequenceEntryNotAllowed | ErrorKind::BlockEntryInFlowCollection => {
            ("a list cannot start with `-` here", "start it on a line of its own")
        }
        other => return rare(other),
    };
    (message.to_owned(), Some(hint))
}

fn rare(kind: &ErrorKind) -> (String, Option<&'static str>) {
    match kind {
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidUnicodeEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidLowSurrogateHexEscape => {
            ("an escape that does not exist".to_owned(), Some(ESCAPE))
        }
        // Its own words are plain enough for what is left.
        other => (other.to_string(), None),
    }
}

fn bracket(kind: &ErrorKind) -> (String, Option<&'static str>) {
    let message = match kind {
        ErrorKind::UnclosedFlowCollection { open } => format!("`{open}` is never closed"),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            format!("`{close}` does not close `{open}`")
        }
        _ => "a closing bracket without an opening one".to_owned(),
    };
    (message, Some("a text that starts with a bracket, such as a query, needs quotes"))
}
